import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimFolder, isBeingWritten } from '../../../runtime/audit/only-writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nemoclaw-claim-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The claim of this process under the name of another one. */
function rename(change: (parts: string[]) => void): void {
  const claim = claimFolder(folder);
  expect(claim.ok).toBe(true);
  const [name = ''] = readdirSync(folder);
  const parts = name.split('-');
  change(parts);
  renameSync(join(folder, name), join(folder, parts.join('-')));
}

describe('a folder', () => {
  test('has one writer at a time', () => {
    expect(isBeingWritten(folder)).toBe(false);
    const first = claimFolder(folder);
    expect(claimFolder(folder)).toEqual({ ok: false, pid: process.pid });
    expect(isBeingWritten(folder)).toBe(true);
    if (first.ok) first.release();
    expect(isBeingWritten(folder)).toBe(false);
    expect(claimFolder(folder)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test.each([
    ['has ended', 1, '999999999'],
    ['had the same number, and another start', 2, '1'],
    ['ran before the host was started', 3, '0'.repeat(32)],
  ])('is free when its writer %s', (_, part, other) => {
    rename((parts) => {
      parts[part] = other;
    });
    expect(isBeingWritten(folder)).toBe(false);
    expect(claimFolder(folder)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('is free when its writer was killed and nobody has looked after it yet', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const stat = await import('node:fs').then(({ readFileSync }) =>
      readFileSync(`/proc/${child.pid}/stat`, 'utf8'),
    );
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
    rename((parts) => {
      parts[1] = String(child.pid);
      parts[2] = start;
    });
    expect(claimFolder(folder)).toEqual({ ok: false, pid: child.pid });
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    expect(claimFolder(folder)).toMatchObject({ ok: true });
  });

  test('is not free when its writer is in another container', () => {
    rename((parts) => {
      parts[4] = '1';
    });
    expect(claimFolder(folder)).toEqual({ ok: false, pid: null });
  });

  test('may hold other files', () => {
    writeFileSync(join(folder, '.writer-x'), '');
    expect(claimFolder(folder)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toContain('.writer-x');
  });
});
