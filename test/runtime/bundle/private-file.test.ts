import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readPrivateFile, readPrivatePipe } from '../../../runtime/bundle/private-file.ts';
import { hostNeeds, rootUser } from '../../support/host.ts';

const work = mkdtempSync(join(tmpdir(), 'nemoclaw-private-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const file = join(work, 'secret');
beforeEach(() => {
  rmSync(file, { force: true });
  writeFileSync(file, 'secret', { mode: 0o600 });
});
const taken = { ok: true, bytes: Buffer.from('secret') };

test.each([0o600, 0o400, 0o700])('a file of mode %o is taken', (mode) => {
  chmodSync(file, mode);
  expect(readPrivateFile(file)).toEqual(taken);
  expect(readPrivatePipe(file)).toEqual(taken);
});

test('so is one behind a link, whose own rights mean nothing', () => {
  const link = join(work, 'link');
  symlinkSync(file, link);
  expect(readPrivateFile(link)).toEqual(taken);
});

test.each([0o644, 0o604, 0o640, 0o620, 0o601])('a file of mode %o is not', (mode) => {
  chmodSync(file, mode);
  const problem = 'other users can read or write it; close it with `chmod go=`';
  expect(readPrivateFile(file)).toEqual({ ok: false, problem });
  expect(readPrivatePipe(file)).toEqual({ ok: false, problem });
});

test('nor is one of another user, a folder, or one without an end', (context) => {
  expect(readPrivateFile(work)).toEqual({ ok: false, problem: 'it is no file' });
  expect(readPrivateFile('/dev/zero')).toEqual({ ok: false, problem: 'it is no file' });
  writeFileSync(file, Buffer.alloc(70_000));
  expect(readPrivateFile(file)).toEqual({ ok: false, problem: 'it has more than 65536 bytes' });
  hostNeeds(context, rootUser);
  chownSync(file, 12345, 12345);
  expect(readPrivateFile(file)).toEqual({ ok: false, problem: 'it belongs to another user' });
});

test('a named pipe holds up nobody who asks for a file', { timeout: 10_000 }, () => {
  const pipe = join(work, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(readPrivateFile(pipe)).toEqual({ ok: false, problem: 'it is no file' });
});
