import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identityOf } from '../../../runtime/sandbox/process-identity.ts';
import { claimSandbox, readRunning, runningText } from '../../../runtime/sandbox/running.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nemoclaw-running-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'running');
}

const self = () => {
  const found = identityOf(process.pid);
  if (found === null) throw new Error('this process is not there');
  return found;
};
const running = () => ({
  bundle: `sha256:${'a'.repeat(64)}` as const,
  generation: 3,
  process: self(),
  since: 1,
});

test('one at a time runs a sandbox, and what it says is there as long as it lives', () => {
  const path = folder();
  const claimed = claimSandbox(path);
  if (!claimed.ok) throw new Error('it is claimed');
  expect(claimSandbox(path)).toEqual({ ok: false, pid: process.pid, problem: null });
  expect(readRunning(path)).toEqual({ ok: true, running: null });
  claimed.began(running());
  expect(readRunning(path)).toEqual({ ok: true, running: running() });
  expect(statSync(join(path, 'sandbox.json')).mode & 0o077).toBe(0);
  claimed.release();
  expect(readRunning(path)).toEqual({ ok: true, running: null });
  expect(claimSandbox(path).ok).toBe(true);
});

test('what a process of another boot, or one that has another start, left behind counts for nothing', () => {
  const path = folder();
  const claimed = claimSandbox(path);
  if (!claimed.ok) throw new Error('it is claimed');
  for (const other of [{ boot: 'another' }, { start: '1' }, { pid: 4_194_304 }]) {
    claimed.began({ ...running(), process: { ...self(), ...other } });
    expect(readRunning(path)).toEqual({ ok: true, running: null });
  }
});

test.for([
  ['{', 'is no JSON'],
  [runningText(running()).replace('"since": 1', '"since": -1'), '`since` is no whole number'],
  [runningText(running()).replace('"version": 1', '"version": 2'), 'its version is 2'],
])('a record that is not whole is said: %s', ([text, problem]) => {
  const path = folder();
  claimSandbox(path);
  writeFileSync(join(path, 'sandbox.json'), text!);
  expect(readRunning(path)).toMatchObject({ ok: false, problem: expect.stringContaining(problem!) });
});
