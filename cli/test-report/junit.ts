import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { bySubject, countOutcomes, type ReportedTest } from './reported.ts';

/**
 * JUnit XML, in the form that Jenkins and GitLab read: one suite for each policy, a failure where the answer was another
 * one, an error where the test could not be run.
 *
 * @param startedAt milliseconds since 1970 UTC
 */
export function junitXml(tests: readonly ReportedTest[], startedAt: number): string {
  // The form has no place for an offset; it is UTC.
  const timestamp = new Date(startedAt).toISOString().slice(0, 19);
  const suites = [...bySubject(tests)].flatMap(([subject, group]) => [
    `  <testsuite${attributes({ name: subject, ...countAttributes(group), timestamp })}>`,
    ...group.flatMap(testCase),
    '  </testsuite>',
  ]);
  const whole = attributes({ name: 'nemoclaw test', ...countAttributes(tests) });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${whole}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function countAttributes(tests: readonly ReportedTest[]): Record<string, string> {
  const { tests: all, failed, invalid } = countOutcomes(tests);
  const time = seconds(tests.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  return { tests: `${all}`, failures: `${failed}`, errors: `${invalid}`, time };
}

function testCase({ subject, name, outcome, problem, place, milliseconds }: ReportedTest): string[] {
  const own = attributes({ name, classname: subject, time: seconds(milliseconds) });
  if (problem === null) return [`    <testcase${own}/>`];
  const element = outcome === 'failed' ? 'failure' : 'error';
  const where = place === null ? subject : `${place.file}:${place.line}:${place.column}`;
  return [
    `    <testcase${own}>`,
    `      <${element}${attributes({ message: problem, type: outcome })}>${escaped(where)}</${element}>`,
    '    </testcase>',
  ];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Every character that XML 1.0 (section 2.2) forbids is one that `visible` writes as an escape. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
