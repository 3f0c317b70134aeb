import { expect, test } from 'vitest';
import { launchFailure } from '../../cli/launch-failure.ts';
import { probeReport } from '../../cli/probe-report.ts';
import { PLAIN } from '../../compiler/diagnostics/render/palette.ts';
import type { Facet } from '../../compiler/ir/facet.ts';
import type { Answer, Probe, ProbeResult } from '../../runtime/sandbox/verify/probe.ts';
import { policyOf, readOnly } from '../support/policies.ts';

function result(facet: Facet, expected: Probe['expected'], answer: Answer, agrees: boolean): ProbeResult {
  const probe: Probe = {
    facet,
    boundary: '/usr',
    words: 'list /usr',
    attempt: ['list', '/usr'],
    expected,
    because: 'filesystem:/usr',
    refusals: 'any',
    leavesBehind: null,
  };
  return { probe, answer, agrees };
}

const WORKED = { kind: 'worked' } as const;
const REFUSED = { kind: 'refused', error: 13 } as const;

const AGREED = [
  result('filesystem', 'works', WORKED, true),
  result('filesystem', 'refused', REFUSED, true),
  result('egress', 'refused', REFUSED, true),
];
const OTHERWISE = [
  result('filesystem', 'refused', WORKED, false),
  result('process', 'works', REFUSED, false),
  result('process', 'works', { kind: 'timed-out' }, false),
];

test('what agrees is counted, and a facet that nothing tried is named', () => {
  expect(probeReport(AGREED, false, PLAIN).split('\n')).toEqual([
    'filesystem    2 probes:    1 must work,    1 must be refused: all as written',
    'syscalls    not probed',
    'process     not probed',
    'egress        1 probes:    0 must work,    1 must be refused: all as written',
    'inference   not probed',
    'resources   not probed',
    '',
    '3 probes, each answered by the kernel as the blueprint says; --all shows each',
    '',
  ]);
});

test('what does not is shown in full', () => {
  const lines = probeReport([...AGREED, ...OTHERWISE], false, PLAIN).split('\n');
  expect(lines.filter((line) => line.includes('as written'))).toEqual([
    'egress        1 probes:    0 must work,    1 must be refused: all as written',
  ]);
  expect(lines.filter((line) => line.includes('OTHERWISE'))).toEqual([
    'filesystem    3 probes:    1 must work,    2 must be refused: 1 OTHERWISE',
    '  OTHERWISE   /usr: list /usr: worked; it must be refused (filesystem:/usr)',
    'process       2 probes:    2 must work,    0 must be refused: 2 OTHERWISE',
    '  OTHERWISE   /usr: list /usr: refused with EACCES; it should work (filesystem:/usr)',
    '  OTHERWISE   /usr: list /usr: no answer in time; it should work (filesystem:/usr)',
  ]);
  expect(lines.at(-2)).toBe(
    '3 of 6 probes were answered otherwise than the blueprint says; --all shows each',
  );
});

test('each is shown when all are asked for', () => {
  const text = probeReport([...AGREED, ...OTHERWISE], true, PLAIN);
  expect(text.match(/^ {2}as written {2}/gm)).toHaveLength(3);
  expect(text.match(/^ {2}OTHERWISE {3}/gm)).toHaveLength(3);
  expect(text).not.toContain('--all');
});

test('a step that failed is said at the entry of its path, with what to do next', () => {
  const policy = policyOf({ entries: [readOnly('/opt/x')] });
  const failed = { started: false, exitCode: 125, step: 'view', detail: '/opt/x', errno: 2 } as const;
  const missing = launchFailure(failed, policy);
  const { source, start, end } = missing.primary!;
  expect([missing.code, source.text.slice(start, end)]).toEqual(['NC1511', 'filesystem:/opt/x']);
  const feature = launchFailure(
    { ...failed, step: 'landlock', detail: "the kernel's ABI is too old" },
    policy,
  );
  expect([feature.code, feature.primary]).toEqual(['NC1511', null]);
  expect(feature.help).toContain('nemoclaw validate -t host');
  const own = launchFailure({ ...failed, step: 'exec' }, policy, { exec: 'another folder' });
  expect(own.help).toBe('another folder');
});
