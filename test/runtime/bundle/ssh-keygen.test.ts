import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sshSign, sshVerify } from '../../../runtime/bundle/ssh-keygen.ts';
import { hostNeeds, program } from '../../support/host.ts';

const work = mkdtempSync(join(tmpdir(), 'nemoclaw-ssh-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const sshKeygen = program('ssh-keygen', 'openssh-client');
/** More than a pipe holds, so that whoever does not read it is noticed. */
const LONG = new Uint8Array(400_000);

/** A program of that name that does what it is told to. */
function standIn(script: string): { readonly PATH: string } {
  const file = join(work, 'ssh-keygen');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${work}:/usr/bin:/bin` };
}

test('a program that says no without reading the message has answered', (context) => {
  hostNeeds(context, sshKeygen);
  const answer = sshSign(LONG, join(work, 'no-key'), process.env);
  expect(answer).toMatchObject({ ok: false, reason: 'refused' });
  expect(!answer.ok && answer.detail).toContain("Couldn't load public key");
});

test('one that says yes without reading the message has not', () => {
  const trust = { allowedSigners: '/dev/null', identity: 'a' };
  expect(sshVerify(LONG, new Uint8Array(), trust, standIn('exit 0'))).toMatchObject({
    ok: false,
    reason: 'unavailable',
  });
});

test('what it prints in place of a signature is none', () => {
  expect(sshSign(LONG, 'key', standIn('cat > /dev/null; echo hello'))).toEqual({
    ok: false,
    reason: 'refused',
    detail: 'it printed something else than a signature',
  });
});

test('the signature that it was given in a file is gone when it has answered', () => {
  const trust = { allowedSigners: '/dev/null', identity: 'a' };
  const before = new Set(readdirSync(tmpdir()));
  const environment = standIn('cat > /dev/null; for last; do :; done; echo "$last" >&2; exit 1');
  const answer = sshVerify(LONG, Buffer.from('x'), trust, environment);
  const file = answer.ok ? '' : answer.detail;
  expect(file).toMatch(/\/signature$/);
  expect(before.has(file.split('/').at(-2)!)).toBe(false);
  expect(readdirSync(tmpdir())).not.toContain(file.split('/').at(-2));
});
