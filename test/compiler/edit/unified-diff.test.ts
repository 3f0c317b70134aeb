import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../compiler/edit/unified-diff.ts';
import { temporaryFolder } from '../../cli/nemoclaw.ts';
import { hostNeeds, program } from '../../support/host.ts';

test('equal texts have no difference', () => {
  expect(unifiedDiff('a.yaml', 'a\n', 'a\n')).toBe('');
});

test('changes are shown with three lines around, near ones together, far ones apart', () => {
  const before = Array.from({ length: 30 }, (_, at) => `line ${at}\n`);
  const after = before.filter((_, at) => at !== 5 && at !== 9 && at !== 25);
  expect(unifiedDiff('a.yaml', before.join(''), after.join(''))).toBe(
    [
      '--- a.yaml',
      '+++ a.yaml',
      '@@ -3,11 +3,9 @@',
      ...[' line 2', ' line 3', ' line 4', '-line 5', ' line 6', ' line 7', ' line 8', '-line 9'],
      ...[' line 10', ' line 11', ' line 12'],
      '@@ -23,7 +21,6 @@',
      ...[' line 22', ' line 23', ' line 24', '-line 25', ' line 26', ' line 27', ' line 28'],
      '',
    ].join('\n'),
  );
});

test('a line break that is missing at the end is a difference', () => {
  expect(unifiedDiff('a', 'x', 'x\n')).toBe(
    '--- a\n+++ a\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n',
  );
});

test('`patch` makes the new text of the old one, whatever the texts', (context) => {
  hostNeeds(context, program('patch', 'patch'));
  const cwd = temporaryFolder();
  const line = fc.constantFrom('a', 'b', 'c', '', ' ', '- x');
  const lines = fc.array(line, { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, fc.boolean(), (some, others, ends) => {
      const [before, after] = [some.join('\n'), others.join('\n') + (ends ? '\n' : '')];
      const difference = unifiedDiff('file', before, after);
      if (before === after) return;
      writeFileSync(join(cwd, 'file'), before);
      const { status, stdout } = spawnSync('patch', ['-s', '-o', '-', 'file'], {
        cwd,
        input: difference,
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: after });
    }),
    { numRuns: 150 },
  );
});
