import { describe, expect, it } from 'vitest';
import { readTable } from '../../../../compiler/ir/egress-table/read.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { useKey } from '../../../../compiler/ir/use-key.ts';
import { PolicyInForce } from '../../../../runtime/egress/decision/policy-in-force.ts';
import type { Ruling } from '../../../../runtime/egress/decision/ruling.ts';
import { readUses, Uses } from '../../../../runtime/egress/decision/uses.ts';
import { CURL, tableOf } from '../../../support/gateway.ts';

const NOW = Date.UTC(2026, 5, 1);
const END = Date.UTC(2026, 5, 2);
const PIN = '0'.repeat(64);

function policy(networkPolicies: string, uses = new Uses(async () => {})): PolicyInForce {
  const read = readTable(tableOf(networkPolicies));
  if (!read.ok) throw new Error(read.problem);
  return PolicyInForce.from(read.table, uses)!;
}
const asked = (host: string, more: object = {}) => ({ host, port: 443, binary: CURL, sha256: null, ...more });
const GET = (path: string) => ({ method: 'GET', path, query: [], operations: ALL });
const verdict = ({ decision, why }: Ruling) => `${decision.verdict} ${why} ${decision.by?.id ?? ''}`.trim();

const EXPIRING = `
  soon:
    endpoints: [{ host: a.example.com, port: 443, tls: skip, grant: { owner: o, reason: r, expires: 2026-06-01 } }]
`;

describe('a policy in force', () => {
  it('refuses outright what no entry speaks of, by host, port, program and digest', () => {
    const one = policy(`
  one:
    endpoints: [{ host: a.example.com, port: 443, access: full }]
    binaries: [{ path: ${CURL}, sha256: "${PIN}" }]
`);
    const outright = (host: string, more: object = {}) => {
      const ruling = one.refusedOutright(asked(host, { sha256: PIN, ...more }), NOW);
      return ruling === null ? 'maybe' : verdict(ruling);
    };
    expect(outright('a.example.com')).toBe('maybe');
    expect(outright('b.example.com')).toBe('deny not-granted');
    expect(outright('a.example.com', { port: 80 })).toBe('deny not-granted');
    expect(outright('a.example.com', { binary: '/bin/other' })).toBe('deny not-granted');
    expect(outright('a.example.com', { sha256: null })).toBe('deny not-granted');
    expect(outright('010.0.0.1')).toBe('deny invalid-access');
  });

  it('refuses outright what has ended, to the millisecond, and does not resolve for it', () => {
    const one = policy(EXPIRING);
    expect(one.refusedOutright(asked('a.example.com'), END - 1)).toBeNull();
    expect(verdict(one.refusedOutright(asked('a.example.com'), END)!)).toBe('deny expired egress:soon#0');
    // And back again: the clock of the host may be set.
    expect(one.refusedOutright(asked('a.example.com'), END - 1)).toBeNull();
  });

  it('keeps an answer about a stream no longer than its grant', () => {
    const standing = policy(EXPIRING).standing(asked('a.example.com'), '203.1.113.1');
    expect(verdict(standing.stream(NOW))).toBe('allow granted egress:soon#0');
    expect(standing.stream(NOW + 1)).toBe(standing.stream(NOW));
    expect(verdict(standing.stream(END - 1))).toBe('allow granted egress:soon#0');
    expect(verdict(standing.stream(END))).toBe('deny expired egress:soon#0');
  });

  it('keeps no more than it may, and still answers', () => {
    const one = policy(EXPIRING);
    for (let at = 0; at < 5_000; at += 1) {
      expect(verdict(one.refusedOutright(asked(`n${at}.example.com`), NOW)!)).toBe('deny not-granted');
    }
    expect(one.refusedOutright(asked('a.example.com'), NOW)).toBeNull();
  });

  it('knows where private addresses are meant', () => {
    const one = policy(`
  public: { endpoints: [{ host: a.example.com, port: 443, tls: skip }] }
  inside: { endpoints: [{ host: b.example.com, port: 443, tls: skip, allowed_ips: [10.0.0.0/8] }] }
  literal: { endpoints: [{ host: 127.0.0.1, port: 443, tls: skip }] }
`);
    const closed = (host: string, address: string) => one.standing(asked(host), address).isClosed;
    for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254', 'fd00::1', '::1', '100.100.100.200']) {
      expect(closed('a.example.com', address)).toBe(true);
    }
    expect(closed('a.example.com', '93.184.216.34')).toBe(false);
    expect(closed('b.example.com', '10.0.0.1')).toBe(false);
    expect(closed('b.example.com', '93.184.216.34')).toBe(true);
    expect(closed('127.0.0.1', '127.0.0.1')).toBe(false);
  });

  it('tells what an auditing entry only lets through', () => {
    const standing = policy(`
  audited:
    endpoints:
      - host: a.example.com
        port: 443
        enforcement: audit
        rules: [{ allow: { method: GET, path: /ok } }]
`).standing(asked('a.example.com'), '93.184.216.34');
    expect(verdict(standing.request(GET('/ok'), NOW))).toBe('allow granted egress:audited#0');
    expect(verdict(standing.request(GET('/other'), NOW))).toBe('allow audited egress:audited#0');
    expect(verdict(standing.stream(NOW))).toBe('deny not-included egress:audited#0');
  });

  it('decides requests: a denial beats a grant, and a stream is every request', () => {
    const standing = policy(`
  open: { endpoints: [{ host: a.example.com, port: 443, tls: skip }] }
  not: { endpoints: [{ host: a.example.com, port: 443, access: full, deny_rules: [{ method: "*", path: /secret }] }] }
`).standing(asked('a.example.com'), '93.184.216.34');
    expect(verdict(standing.request(GET('/secret'), NOW))).toBe('deny denied egress:not#0');
    expect(verdict(standing.request(GET('/other'), NOW))).toBe('allow granted egress:open#0');
    expect(verdict(standing.request(GET('/%73ecret'), NOW))).toBe('deny denied egress:not#0');
    expect(verdict(standing.request(GET('/a/../secret'), NOW))).toBe('deny invalid-access');
    expect(verdict(standing.stream(NOW))).toBe('deny denied egress:not#0');
    expect(standing.isClosed).toBe(false);
  });

  it('decides by name alone where a proxy outside resolves it', () => {
    const standing = policy(EXPIRING).standing(asked('a.example.com'), null);
    expect(verdict(standing.stream(NOW))).toBe('allow granted egress:soon#0');
    expect(verdict(standing.stream(END))).toBe('deny expired egress:soon#0');
    expect(standing.isClosed).toBe(false);
    expect(policy(EXPIRING).standing(asked('b.example.com'), null).isClosed).toBe(true);
  });
});

const COUNTED = `
  few: { endpoints: [{ host: a.example.com, port: 443, tls: skip, grant: { owner: o, reason: r, max_uses: 2 } }] }
`;

describe('uses', () => {
  it('are counted by decisions that allow, and then the grant has ended', async () => {
    const uses = new Uses(async () => {});
    const one = policy(COUNTED, uses);
    const standing = one.standing(asked('a.example.com'), '93.184.216.34');
    for (let use = 0; use < 2; use += 1) {
      const ruling = standing.stream(NOW);
      expect(verdict(ruling)).toBe('allow granted egress:few#0');
      await uses.take(ruling.counted!);
    }
    expect(verdict(standing.stream(NOW))).toBe('deny expired egress:few#0');
    expect(verdict(one.refusedOutright(asked('a.example.com'), NOW)!)).toBe('deny expired egress:few#0');
    expect(standing.allowing(null, NOW)).not.toBeNull();
  });

  it('are kept before they count as taken, all that came at once together', async () => {
    const kept: string[] = [];
    let release = () => {};
    const uses = new Uses(
      (text) =>
        new Promise((resolve) => {
          kept.push(text);
          release = resolve;
        }),
    );
    const entry = policy(COUNTED, uses).standing(asked('a.example.com'), null).entries[0]!;
    const key = useKey(entry);
    let taken = 0;
    const all = [1, 2, 3].map(() => uses.take(entry).then(() => taken++));
    await Promise.resolve();
    expect([kept.length, taken]).toEqual([1, 0]);
    release();
    await expect.poll(() => kept.length).toBe(2);
    expect(taken).toBe(1);
    expect(JSON.parse(kept[1]!)).toEqual({ version: 1, uses: { [key]: 3 } });
    release();
    await Promise.all(all);
    const read = readUses(kept[1]!);
    expect(read).toEqual({ ok: true, counts: new Map([[key, 3]]) });
    expect(new Uses(async () => {}, read.ok ? read.counts : undefined).isExhausted(entry)).toBe(true);
  });

  it('are of what was approved: another owner or place is the same, another grant or approval is not', () => {
    const keyOf = (text: string) => useKey(policy(text).standing(asked('a.example.com'), null).entries[0]!);
    const key = keyOf(COUNTED);
    expect(keyOf(`\n\n${COUNTED.replace('owner: o', 'owner: p').replace('reason: r', 'reason: s')}`)).toBe(
      key,
    );
    for (const [from, to] of [
      ['port: 443', 'port: 443-444'],
      ['max_uses: 2', 'max_uses: 3'],
      ['max_uses: 2', 'max_uses: 2, request: req-2'],
      ['few:', 'few2:'],
    ] as const) {
      expect(keyOf(COUNTED.replace(from, to)), to).not.toBe(key);
    }
  });

  it.each(['', '{', '[]', '{"version":2,"uses":{}}', '{"version":1}', '{"version":1,"uses":{"x":1}}'])(
    'are not read from %j',
    (text) => {
      expect(readUses(text).ok).toBe(false);
    },
  );
  it.each([0, -1, 1.5, '1'])('are no %j', (count) => {
    expect(readUses(JSON.stringify({ version: 1, uses: { [PIN]: count } })).ok).toBe(false);
  });
  it('may be none', () => {
    expect(readUses('{"version":1,"uses":{}}')).toEqual({ ok: true, counts: new Map() });
  });
});
