import type { Span } from '../../compiler/source/span.ts';
import type { TestRun } from '../run-tests.ts';

export type Outcome = 'passed' | 'failed' | 'invalid';

/** One line of a report of tests, in plain texts that are not yet made safe for any format. */
export interface ReportedTest {
  /** The file that is tested, with the access level of a preset. */
  readonly subject: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** Why it did not pass; null exactly when it did. */
  readonly problem: string | null;
  /** Where the test is written; null for what stands for a file that cannot be read. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
  readonly milliseconds: number;
}

export interface OutcomeCounts {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly invalid: number;
}

export function reportedTest({ file, level, result, errors, test, milliseconds }: TestRun): ReportedTest {
  return {
    subject: level === null ? file : `${file} at ${level}`,
    name: test?.name.value ?? 'the file can be tested',
    outcome: result?.outcome ?? 'invalid',
    problem: problemOf(result, errors),
    place: test === null ? null : placeOf(test.name.span),
    milliseconds,
  };
}

function problemOf(result: TestRun['result'], errors: TestRun['errors']): string | null {
  if (result === null) return notRun(errors);
  if (result.outcome === 'passed') return null;
  if (result.outcome === 'invalid') return notRun(result.diagnostics);
  const { expected, got, explanation, depends } = result;
  if (explanation === null) return `expected ${expected}, but ${got}`;
  if (depends) return `expected ${expected}, got ${got}: ${explanation.because}`;
  return `expected ${expected}, got ${got}: it can${explanation.decision.verdict === 'allow' ? '' : 'not'} ${explanation.words}, because ${explanation.because}`;
}

function notRun(errors: TestRun['errors']): string {
  return `not run: ${errors.map(({ message }) => message).join('; ')}`;
}

function placeOf({ source, start }: Span): ReportedTest['place'] {
  return { file: source.path, ...source.positionAt(start) };
}

export function countOutcomes(tests: readonly ReportedTest[]): OutcomeCounts {
  const count = (wanted: Outcome) => tests.filter(({ outcome }) => outcome === wanted).length;
  return { tests: tests.length, passed: count('passed'), failed: count('failed'), invalid: count('invalid') };
}

/** The tests of each subject together, in the order in which the subjects first appear. */
export function bySubject(tests: readonly ReportedTest[]): ReadonlyMap<string, readonly ReportedTest[]> {
  const groups = new Map<string, ReportedTest[]>();
  for (const test of tests) {
    const group = groups.get(test.subject);
    if (group === undefined) groups.set(test.subject, [test]);
    else group.push(test);
  }
  return groups;
}
