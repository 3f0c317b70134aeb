import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPlainFile } from '../../../runtime/approvals/plain-file.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a file of the largest size is read whole, and one byte more is not', () => {
  const path = join(folder(), 'a');
  writeFileSync(path, 'äb');
  expect(readPlainFile(path, 3)).toEqual({ ok: true, value: 'äb' });
  expect(readPlainFile(path, 2)).toEqual({ ok: false, problem: 'it has more than 2 bytes' });
});

test('what is not there is told from what is no plain file', () => {
  const at = folder();
  const [pipe, link, below] = ['pipe', 'link', 'below'].map((name) => join(at, name)) as [
    string,
    string,
    string,
  ];
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/etc/hostname', link);
  mkdirSync(below);
  expect(readPlainFile(join(at, 'none'), 9)).toBeNull();
  for (const path of [pipe, link, below]) {
    expect(readPlainFile(path, 9), path).toEqual({ ok: false, problem: 'it is no plain file' });
  }
});
