import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSecretFile } from '../../cli/secret-file.ts';
import { workFolder } from '../support/kernel.ts';

const folder = workFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, mode: number, text = 'value\n'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test('a file of nobody else is read, also behind a link', () => {
  const path = written('mine', 0o600);
  symlinkSync(path, join(folder, 'link'));
  expect(readSecretFile(path)).toEqual({ ok: true, text: 'value\n' });
  expect(readSecretFile(join(folder, 'link'))).toEqual({ ok: true, text: 'value\n' });
});

test.each([0o640, 0o604, 0o620, 0o602, 0o601])('a file that others may open is refused: %o', (mode) => {
  expect(readSecretFile(written('open', mode))).toEqual({
    ok: false,
    isMissing: false,
    detail: 'other users may open it',
  });
});

test('what is missing, no file or too large is refused', () => {
  mkdirSync(join(folder, 'below'));
  expect(readSecretFile(join(folder, 'none'))).toMatchObject({ ok: false, isMissing: true });
  expect(readSecretFile(join(folder, 'below'))).toMatchObject({ ok: false, detail: 'it is no file' });
  expect(readSecretFile(written('large', 0o600, 'x'.repeat(65_537)))).toMatchObject({
    ok: false,
    detail: 'it is too large',
  });
});
