import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAllowance } from '../../../../runtime/approvals/allowances/allowance.ts';
import { allowedFile, writeAllowed } from '../../../../runtime/approvals/allowances/folder.ts';
import { openBreakGlass } from '../../../../runtime/sandbox/enforced/break-glass.ts';
import { ALLOWED_REQUEST, allowance } from '../../../support/allowance.ts';

const NOW = Date.UTC(2026, 0, 31, 18);
const MINUTE = 60_000;

function linesOf(at: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'break-glass-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeAllowed(folder, allowance(at));
  return openBreakGlass(folder, NOW).lines.map((line) =>
    line.replace(allowedFile(folder, ALLOWED_REQUEST), 'FILE'),
  );
}

test('what is let through is told of while it lasts', () => {
  expect(linesOf(NOW - MINUTE / 2)).toEqual([
    `${ALLOWED_REQUEST} by ann until 2026-01-31T18:00:30.000Z: outage`,
  ]);
  expect(linesOf(NOW - MINUTE)).toEqual([]);
});

test('what would begin later is told of before it begins', () => {
  expect(linesOf(NOW + 1)).toEqual(['FILE grants nothing: it begins only at 2026-01-31T18:00:00.001Z']);
});

test('a time that no date can be is none', () => {
  const at = 8_640_000_000_000_001;
  const read = readAllowance(JSON.stringify({ version: 1, ...allowance(NOW), at, until: at + 1, table: {} }));
  expect(read).toEqual({ ok: false, problem: expect.stringMatching(/^`at` is no whole number/) });
});
