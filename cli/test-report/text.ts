import type { Palette } from '../../compiler/diagnostics/render/palette.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { bySubject, countOutcomes, type Outcome, type ReportedTest } from './reported.ts';

/** For a person: a line a test under the name of what is tested, then how many there were. */
export function testText(tests: readonly ReportedTest[], palette: Palette): string {
  if (tests.length === 0) return '';
  const marks: Readonly<Record<Outcome, string>> = {
    passed: palette.good('ok     '),
    failed: palette.severity('error', 'FAILED '),
    invalid: palette.severity('error', 'NOT RUN'),
  };
  const lines = [...bySubject(tests)].flatMap(([subject, group]) => [
    palette.strong(visible(subject)),
    ...group.flatMap(({ outcome, name, problem }) => [
      `  ${marks[outcome]}  ${visible(name)}`,
      ...(problem === null ? [] : [`           ${visible(problem)}`]),
    ]),
    '',
  ]);
  return `${lines.join('\n')}\n${palette.strong(summary(tests))}\n`;
}

function summary(tests: readonly ReportedTest[]): string {
  const { tests: all, passed, failed, invalid } = countOutcomes(tests);
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (invalid > 0) parts.push(`${invalid} not run`);
  return `${all} test${all === 1 ? '' : 's'}: ${parts.join(', ')}`;
}
