import { describe, expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../../compiler/analysis/simulate/replay.ts';
import { BOUNDS } from '../../../../compiler/analysis/simulate/tally.ts';
import type { Access, EgressAccess } from '../../../../compiler/ir/access.ts';
import { NO_LINE } from '../../../../compiler/ir/audit-event/event.ts';
import { lineOf } from '../../../../compiler/ir/audit-event/write.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import type { Policy } from '../../../../compiler/ir/policy.ts';
import { decisionOn, logOf } from '../../../support/audit-log.ts';
import { NOW } from '../../../support/documents.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const DAY = 86_400_000;
const web = (endpoints: string, more = '') =>
  policyOf(
    blueprint(
      `filesystem_policy:\n  include_workdir: true\nnetwork_policies:\n  web:\n    endpoints:\n${endpoints}${more}`,
    ),
  );
const host = (name: string, access = 'read-only') =>
  `      - { host: ${name}, port: 443, protocol: http, tls: terminate, access: ${access} }\n`;
const get = (name: string, method = 'GET', at = NOW): EgressAccess => ({
  facet: 'egress',
  host: name,
  port: 443,
  binary: '/usr/bin/curl',
  sha256: null,
  address: null,
  http: { method, path: '/', query: [], operations: ALL },
  at,
});

const old = web(host('a.example') + host('b.example'));
const next = web(host('b.example', 'full') + host('c.example'));
const bytes = (log: string) => [new TextEncoder().encode(log)];

function run(
  accesses: readonly Access[],
  policy: Policy,
  more: { old?: Policy; bounds?: typeof BOUNDS } = {},
) {
  const log = logOf(
    accesses.map((access) => decisionOn(old, access)),
    NOW,
  );
  return simulate(bytes(log), policy, more.old ?? null, more.bounds ?? BOUNDS);
}

const summary = ({ groups }: Simulation) =>
  groups.map(({ turn, subject, decision, count, accesses }) => [
    turn,
    subject,
    decision.by?.id ?? null,
    count,
    accesses.length,
  ]);

describe('a replay', () => {
  const accesses = [
    get('a.example'),
    get('a.example', 'HEAD'),
    get('a.example'),
    get('b.example'),
    get('b.example', 'POST'),
    get('c.example'),
    get('d.example'),
    { facet: 'filesystem', path: '/work/project/x', right: 'write_file' } as const,
  ];

  test('groups what changes by what decides now, widening first, with counts and times', () => {
    const found = run(accesses, next);
    expect(summary(found)).toEqual([
      ['to-allow', null, 'egress:web#0', 1, 1],
      ['to-allow', null, 'egress:web#1', 1, 1],
      ['to-deny', 'a.example:443', null, 3, 2],
    ]);
    expect(found).toMatchObject({
      counts: { 'to-allow': 2, 'to-deny': 3 },
      decisions: 8,
      lines: 8,
      from: NOW,
      to: NOW + 7000,
      damaged: 0,
      chainBreaks: 0,
      beyondBound: 0,
      unlikeOld: null,
    });
    const [most] = found.groups.at(-1)!.accesses;
    expect(most).toMatchObject({ count: 2, first: NOW, last: NOW + 2000, access: { host: 'a.example' } });
  });

  test('of the same blueprint changes nothing', () => {
    expect(run(accesses, old).groups).toEqual([]);
  });

  test('every access in a group is decided as the group says, and was not before', () => {
    for (const group of run(accesses, next).groups) {
      for (const { access } of group.accesses) {
        expect(decide(next, access)).toEqual(group.decision);
        expect(decide(old, access).verdict).not.toBe(group.decision.verdict);
      }
    }
  });

  test('against two blueprints takes the old one for the recorded verdicts, and says where they differ', () => {
    const older = web(host('d.example'));
    const found = run(accesses, next, { old: older });
    expect(found.counts).toEqual({ 'to-allow': 3, 'to-deny': 1 });
    expect(found.unlikeOld).toBe(5);
  });

  test('judges a grant that ends at the time of each access, one answer a period', () => {
    const ending = web(
      host('a.example') + host('b.example'),
      '    grant: { expires: 2026-01-02T00:00:00Z }\n',
    );
    const times = [NOW, NOW + DAY - 1, NOW + DAY, NOW + 2 * DAY];
    const found = run(
      times.map((at) => get('a.example', 'GET', at)),
      ending,
    );
    expect(found.groups).toMatchObject([
      { turn: 'to-deny', count: 2, decision: { why: 'expired', by: { id: 'egress:web#0' } } },
    ]);
  });
});

describe('damage', () => {
  const good = decisionOn(old, get('a.example'));
  const lines = logOf([good, good, good], NOW).trimEnd().split('\n');

  test('is reported by line, and the rest is replayed', () => {
    const log = [lines[0], 'x', lines[1], '', '\u00ff', `"${'y'.repeat(70_000)}"`, lines[2]].join('\n');
    const found = simulate(
      [Buffer.from(log.replace('\u00ff', '?')).map((byte) => (byte === 63 ? 0xff : byte))],
      next,
      null,
      BOUNDS,
    );
    expect(found.damagedLines).toEqual([
      { number: 2, problem: 'it is not JSON' },
      { number: 4, problem: 'it is not JSON' },
      { number: 5, problem: 'it is not UTF-8' },
      { number: 6, problem: 'it is longer than 65536 bytes' },
    ]);
    expect(found).toMatchObject({ damaged: 4, decisions: 3, lines: 7 });
  });

  test('of many lines is counted, and the first ones are listed', () => {
    const found = simulate(bytes('x\n'.repeat(1000)), next, null, BOUNDS);
    expect(found.damaged).toBe(1000);
    expect(found.damagedLines).toHaveLength(10);
  });

  test('of the chain is told: a line that was taken out, changed or moved', () => {
    const chain = (...order: number[]) =>
      simulate(bytes(order.map((at) => `${lines[at]}\n`).join('')), next, null, BOUNDS);
    expect(chain(0, 1, 2)).toMatchObject({ chainBreaks: 0, firstChainBreak: null });
    expect(chain(0, 2)).toMatchObject({ chainBreaks: 1, firstChainBreak: 2 });
    expect(chain(1, 0, 2)).toMatchObject({ chainBreaks: 2, firstChainBreak: 2 });
    // A later file of a log begins with a line that names one which is not here.
    expect(chain(1, 2)).toMatchObject({ chainBreaks: 0 });
    const edited = [lines[0]!.replace('a.example', 'b.example'), lines[1], lines[2], ''].join('\n');
    expect(simulate(bytes(edited), next, null, BOUNDS)).toMatchObject({ firstChainBreak: 2, damaged: 0 });
  });
});

describe('the bound', () => {
  const many = Array.from({ length: 50 }, (_, at) => get('a.example', 'GET', NOW + at)).map((access, at) => ({
    ...access,
    http: { method: 'GET', path: `/${at}`, query: [], operations: ALL },
  }));

  test('on distinct accesses leaves the counts exact and says what is not listed', () => {
    const found = run([...many, ...many], next, { bounds: { accesses: 20, bytes: 1e9 } });
    expect(found.counts['to-deny']).toBe(100);
    expect(found.groups[0]).toMatchObject({ count: 40 });
    expect(found.groups[0]!.accesses).toHaveLength(20);
    expect(found.beyondBound).toBe(60);
  });

  test('on bytes holds as well', () => {
    const found = run(many, next, { bounds: { accesses: 1e6, bytes: 1000 } });
    expect(found.counts['to-deny']).toBe(50);
    expect(found.groups[0]!.accesses.length).toBeLessThan(10);
    expect(found.beyondBound).toBe(50 - found.groups[0]!.accesses.length);
  });

  test('holds memory down over a stream without end', () => {
    function* endless(): Generator<Uint8Array> {
      for (let batch = 0; batch < 60; batch++) {
        let text = '';
        for (let at = 0; at < 500; at++) {
          const access = {
            ...get('a.example'),
            http: { method: 'GET', path: `/${batch}/${at}/${'p'.repeat(2000)}`, query: [], operations: ALL },
          };
          text += `${lineOf({ sequence: 0, previous: NO_LINE, time: NOW, sandbox: 'a', what: decisionOn(old, access) })}\n`;
        }
        yield new TextEncoder().encode(text);
      }
    }
    const found = simulate(endless(), next, null, { accesses: 1000, bytes: 1e6 });
    expect(found.counts['to-deny']).toBe(30_000);
    const kept = found.groups.flatMap(({ accesses }) => accesses);
    expect(JSON.stringify(kept).length).toBeLessThan(2e6);
    expect(found.beyondBound).toBe(30_000 - kept.length);
  });
});

test('a grant outside egress has ended for an access after its end', () => {
  const files = (grant: string) =>
    policyOf(
      blueprint(`filesystem_policy:\n  include_workdir: true\n  read_only: [{ path: /data${grant} }]\n`),
    );
  const ends = files(', grant: { owner: me, reason: x, expires: 2026-01-02T00:00:00Z }');
  const read = { facet: 'filesystem', path: '/data/x', right: 'read_file' } as const;
  const turned = (at: number) => {
    const log = logOf([decisionOn(files(''), read)], at);
    return summary(simulate(bytes(log), ends, null, BOUNDS));
  };
  const end = Date.UTC(2026, 0, 2);
  expect(turned(end - DAY)).toEqual([]);
  expect(turned(end)).toEqual([['to-deny', null, 'filesystem:/data', 1, 1]]);
});
