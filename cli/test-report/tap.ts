import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { ReportedTest } from './reported.ts';

/** The Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html). */
export function tap(tests: readonly ReportedTest[]): string {
  const plan = tests.length === 0 ? '1..0 # SKIP no tests were found' : `1..${tests.length}`;
  const points = tests.flatMap((test, at) => testPoint(test, at + 1));
  return `${['TAP version 14', plan, ...points].join('\n')}\n`;
}

function testPoint({ subject, name, outcome, problem, place }: ReportedTest, number: number): string[] {
  const result = outcome === 'passed' ? 'ok' : 'not ok';
  const line = `${result} ${number} - ${escaped(`${subject}: ${name}`)}`;
  if (problem === null) return [line];
  return [
    line,
    '  ---',
    `  message: ${quoted(problem)}`,
    `  severity: ${outcome === 'failed' ? 'fail' : 'error'}`,
    ...(place === null ? [] : [`  at: ${quoted(`${place.file}:${place.line}:${place.column}`)}`]),
    '  ...',
  ];
}

/** A description ends where an unescaped `#` begins a directive such as `# SKIP`. */
function escaped(text: string): string {
  return visible(text).replace(/[\\#]/g, '\\$&');
}

/** JSON texts are YAML texts. */
function quoted(text: string): string {
  return JSON.stringify(visible(text));
}
