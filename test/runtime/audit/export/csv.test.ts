import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../../../compiler/ir/audit-event/event.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { csvHead, csvLine } from '../../../../runtime/audit/export/csv.ts';
import { SOME_DIGEST } from '../../../support/audit-log.ts';
import { someDecision } from '../../../support/audit-writing.ts';
import { events } from '../../../support/random-audit-events.ts';

/** RFC 4180, read by the letter. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let rest = line.replace(/\r\n$/, '');
  for (;;) {
    const [whole, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?=,|$)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no cell: ${rest}`);
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (whole.length === rest.length) return cells;
    rest = rest.slice(whole.length + 1);
  }
}

const head = cellsOf(csvHead());
function rowOf(event: AuditEvent): Record<string, string> {
  return Object.fromEntries(cellsOf(csvLine(event)).map((cell, at) => [head[at]!, cell]));
}
const EVENT = { sequence: 7, previous: SOME_DIGEST, time: 0, sandbox: 'a-1' };

test('each event is one row with a cell for each column, and none that a table program calculates', () => {
  fc.assert(
    fc.property(events, (event) => {
      const cells = cellsOf(csvLine(event));
      expect(cells).toHaveLength(head.length);
      for (const cell of cells) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d+$)/);
    }),
    { numRuns: 1500 },
  );
});

test.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\uff1d1'].map((one) => [one, one]),
  ['\t=1', '\\u{9}=1'],
  ['\r=1', '\\u{d}=1'],
])('a formula such as %j is text', (path, shown) => {
  const what = someDecision(1);
  if (what.access.facet !== 'egress') throw new Error('no egress');
  const access = { ...what.access, http: { method: 'GET', path, query: [], operations: ALL } };
  expect(rowOf({ ...EVENT, what: { ...what, access } }).path).toBe(`'${shown}`);
});

test('the name of a program is no row of its own, and does nothing to a terminal', () => {
  const binary = '/a\n1970-01-01T00:00:00.000Z,a-1,8,decision,allow\u001b[2J\u009b2J\u202e';
  const line = csvLine({
    ...EVENT,
    what: { kind: 'malformed', problem: 'x', asked: null, process: { pid: 1, binary } },
  });
  expect(line).toMatch(/^[ -~]*\r\n$/);
  expect(line).toContain('/a\\u{a}1970-01-01T00:00:00.000Z,a-1,8,decision,allow\\u{1b}[2J\\u{9b}2J\\u{202e}');
});

test.each([';=1+1', '; +1', ';"=1+1"', ';@SUM(A1)'])(
  'a cell ends nowhere else for a program that parts cells by `;`: %s',
  (path) => {
    const what = someDecision(1);
    if (what.access.facet !== 'egress') throw new Error('no egress');
    const access = { ...what.access, http: { method: 'GET', path: `/a${path}`, query: [], operations: ALL } };
    const line = csvLine({ ...EVENT, what: { ...what, access } });
    expect(line).not.toContain(';');
    expect(rowOf({ ...EVENT, what: { ...what, access } }).path).toBe(`/a\\u{3b}${path.slice(1)}`);
  },
);

test('a row names the credentials that went along', () => {
  const what = { ...someDecision(1), credentials: ['github', 'npm'] };
  expect(rowOf({ ...EVENT, what }).detail).toBe('carries github npm');
  expect(rowOf({ ...EVENT, what: someDecision(1) }).detail).toBe('');
});

test('a row names the decision', () => {
  expect(rowOf({ ...EVENT, what: someDecision(1) })).toMatchObject({
    ...{ time: '1970-01-01T00:00:00.000Z', sandbox: 'a-1', sequence: '7', verdict: 'allow', why: 'granted' },
    ...{
      host: 'api.example.com',
      port: '443',
      method: 'POST',
      path: '/v1/items/1',
      query: 'page=1',
      pid: '1001',
    },
    ...{
      grant: 'egress:api#0',
      origin: 'agent.yaml:12:7',
      approved_by: 'kim',
      policy: SOME_DIGEST,
      request: '',
    },
  });
  expect(rowOf({ ...EVENT, what: { kind: 'end', decision: 3, sent: 5, received: 8 } })).toMatchObject({
    ...{ decision: '3', sent: '5', received: '8', event: 'end', verdict: '' },
  });
});
