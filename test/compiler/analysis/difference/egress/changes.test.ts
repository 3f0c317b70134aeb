import { describe, expect, it } from 'vitest';
import { difference } from '../../../../../compiler/analysis/difference/difference.ts';
import { egressDifference } from '../../../../../compiler/analysis/difference/egress/changes.ts';
import { type Glob, type GlobKind, parseGlob } from '../../../../../compiler/domain/glob.ts';
import { type HostPattern, parseHostPattern } from '../../../../../compiler/domain/host.ts';
import { ALL_METHODS } from '../../../../../compiler/domain/method.ts';
import { decide } from '../../../../../compiler/ir/decide.ts';
import type { EgressEntry } from '../../../../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../../../../compiler/ir/extent.ts';
import { egressEntry, policyOf } from '../../../../support/policies.ts';
import { blueprint, policyOf as policyOfText } from '../../../../support/policy.ts';

function endpoint(words: string) {
  return policyOfText(
    blueprint(`
filesystem_policy: { include_workdir: true }
network_policies:
  api:
    endpoints: [{ host: api.example.com, port: 443, ${words} }]
`),
  );
}

const rules = (...paths: string[]) =>
  endpoint(`rules: [${paths.map((path) => `{ allow: { method: GET, path: "${path}" } }`).join(', ')}]`);

function hostPattern(text: string): HostPattern {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function glob(text: string, kind: GlobKind): Glob {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

/** Many hosts, each with a port of its own, so that no two of them are one set. */
function manyEntries(count: number): EgressEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    ...egressEntry(`h${at}.example`),
    ports: [{ low: at + 1, high: at + 1 }],
  }));
}

describe('a difference of more sets than are listed', () => {
  const many = policyOf({ egress: manyEntries(20_001) });
  const one = policyOf({ egress: [egressEntry('gone.example')] });

  it.each([
    ['narrows', many, policyOf()],
    ['both', one, many],
  ] as const)('%s, with one access that shows each direction', (verdict, old, next) => {
    const found = difference(old, next);
    expect([found.verdict, found.isComplete]).toEqual([verdict, false]);
    for (const { direction, witness } of found.changes) {
      const [denies, allows] = direction === 'widens' ? [old, next] : [next, old];
      expect(decide(denies, witness!).verdict).toBe('deny');
      expect(decide(allows, witness!).verdict).toBe('allow');
    }
  });
});

it('a difference of many sets, whose hosts nobody can ask for, is none', () => {
  // Without `a.example`, no host matches `a*.example` and not `a?*.example`.
  const host = hostPattern('a*.example');
  const widely = manyEntries(20_001).map((one, at) => ({
    ...one,
    host,
    binaries: only([{ path: glob(`/b${at}`, 'file'), sha256: null }]),
  }));
  const denial = (host: string): EgressEntry => ({
    ...egressEntry(host),
    ports: [{ low: 1, high: 65_535 }],
    visibility: 'http',
    allow: NONE,
    deny: [{ methods: ALL_METHODS, path: ALL, query: [], operations: ALL }],
  });
  const denials = ['a?*.example', 'a.example'].map(denial);
  expect(egressDifference({ entries: denials }, { entries: [...denials, ...widely] })).toEqual({
    changes: [],
    known: 'whole',
    intricate: null,
  });
});

describe('a change of one part of an entry', () => {
  const same = {
    host: 'a.example.com',
    ports: '"8000-8010"',
    method: 'GET',
    path: '/a/*',
    query: '{ q: "x*", r: y }',
    deny: '/a/b',
    ips: '[10.0.0.0/8, "fd00::/8"]',
    binary: '/usr/bin/curl',
    sha256: 'a'.repeat(64),
    expires: '2027-01-01',
    more: '',
  };
  type Parts = Partial<typeof same>;
  const policyWith = (parts: Parts) => {
    const one = { ...same, ...parts };
    return policyOfText(
      blueprint(`
filesystem_policy: { include_workdir: true }
network_policies:
  api:
    endpoints:
      - host: "${one.host}"
        ports: [${one.ports}]
        rules: [{ allow: { method: "${one.method}", path: "${one.path}", query: ${one.query} } }]
        deny_rules: [{ method: GET, path: ${one.deny} }]
        allowed_ips: ${one.ips}
        grant: { owner: "@a", expires: "${one.expires}T00:00:00Z" }
        ${one.more}
    binaries: [{ path: "${one.binary}", sha256: ${one.sha256} }]
`),
    );
  };

  it.each<[string, Parts]>([
    ['the host', { host: '*.example.com' }],
    ['the first port', { ports: '"8001-8010"' }],
    ['the last port', { ports: '"8000-8011"' }],
    ['another port', { ports: '"8000-8010", 9000' }],
    ['a method', { method: 'POST' }],
    ['the path', { path: '/a/**' }],
    ['a query key', { query: '{ q: "x*", s: y }' }],
    ['a query value', { query: '{ q: "x*", r: "y*" }' }],
    ['a query key less', { query: '{ q: "x*" }' }],
    ['what is denied', { deny: '/a/c' }],
    ['the size of a block', { ips: '[10.0.0.0/9, "fd00::/8"]' }],
    ['another block', { ips: '[11.0.0.0/8, "fd00::/8"]' }],
    ['the binary', { binary: '/usr/bin/*' }],
    ['its digest', { sha256: 'b'.repeat(64) }],
    ['the end', { expires: '2027-01-02' }],
    ['the enforcement', { more: 'enforcement: audit' }],
  ])('is seen: %s', (_name, parts) => {
    const [old, next] = [policyWith({}), policyWith(parts)];
    expect(difference(old, policyWith({})).verdict).toBe('equal');
    const { verdict, changes } = difference(old, next);
    expect(['widens', 'narrows', 'both']).toContain(verdict);
    expect(
      changes.every(({ witness }) => decide(old, witness!).verdict !== decide(next, witness!).verdict),
    ).toBe(true);
  });
});

describe('a set of accesses that several entries made', () => {
  const http = (id: string, host: string, path: string): EgressEntry => {
    const entry = { ...egressEntry(host), host: hostPattern(host), visibility: 'http' as const };
    return {
      ...entry,
      allow: only([{ methods: 1, path: only(glob(path, 'url')), query: [], operations: ALL }]),
      grant: { ...entry.grant, id },
    };
  };
  /** Cause and terms of one side of each change from nothing to the entries. */
  const said = (side: string, ...egress: EgressEntry[]) =>
    difference(policyOf(), policyOf({ egress })).changes.map(({ cause, sides }) => [
      cause.grant.id,
      ...sides.find(({ name }) => name === side)!.terms.flatMap(({ all }) => all),
    ]);

  it('is one set for each, of hosts and of paths, however those are written', () => {
    expect(said('host', http('one', 'aa.example', '/'), http('two', '?b.example', '/'))).toEqual([
      ['one', 'aa.example'],
      ['two', '?b.example'],
    ]);
    const paths = ['/#*', '/%?', '/aa'].map((path) => http(path, 'a.example', path));
    expect(said('path', ...paths)).toEqual([
      ['/#*', '/#*'],
      ['/%?', '/%?'],
      ['/aa', '/aa'],
    ]);
  });

  it('stays one where the wildcards of a part are not filled in with what can be asked for', () => {
    // `xn--b` is no name.
    expect(said('host', http('one', 'aa.example', '/'), http('two', '?n--b.example', '/'))).toEqual([
      ['one', 'aa.example', '?n--b.example'],
    ]);
  });
});

describe('an example of a path', () => {
  it.each([
    ['/a#b', '/a%23b'],
    ['/100%', '/100%25'],
    ['/%?', '/%25x'],
  ])('for %s is written as a client asks for it, %s', (pattern, asked) => {
    const { verdict, changes } = difference(rules('/x'), rules('/x', pattern));
    expect(verdict).toBe('widens');
    expect(changes.map(({ example, classes }) => ({ example, classes }))).toEqual([
      {
        example: `GET \`https://api.example.com${asked}\` via \`/usr/bin/any\``,
        classes: ['request-path-widened'],
      },
    ]);
  });

  it('that nobody can ask for makes the answer inconclusive, not wrong', () => {
    const { verdict, changes, unknown } = difference(rules('/x'), rules('/x', '/%*41'));
    expect({ verdict, changes, unknown }).toEqual({
      verdict: 'inconclusive',
      changes: [],
      unknown: 'the patterns of `path`',
    });
  });
});

it('a host that nobody can ask for makes the answer inconclusive, not wrong', () => {
  const long = (text: string) => ({ ...egressEntry('x.example'), host: hostPattern(text) });
  // Both hold names with labels of 120 characters alone, which no name has.
  const begins = long(`${'a'.repeat(60)}*.example`);
  const ends = long(`*${'b'.repeat(60)}.example`);
  const blocking = {
    ...ends,
    visibility: 'http' as const,
    deny: [{ methods: 1, path: { kind: 'all' as const }, query: [], operations: ALL }],
  };
  const found = difference(policyOf({ egress: [begins, blocking] }), policyOf({ egress: [begins] }));
  expect([found.verdict, found.unknown]).toEqual(['inconclusive', 'the patterns of `host`']);
});

describe('an example that only its address tells apart names the address', () => {
  const examples = (old: string, next: string) =>
    difference(endpoint(old), endpoint(next)).changes.map(({ direction, example }) => [direction, example]);
  const get = 'GET `https://api.example.com/` via `/usr/bin/any`';

  it('of a list of addresses that is taken away', () => {
    expect(examples('access: full, allowed_ips: ["0.0.0.0/0"]', 'access: full')).toEqual([
      ['widens', `${get} at the address ::1:0:0`],
      ['narrows', `${get} at the address 0.0.0.0, which is not public`],
    ]);
    expect(examples('access: full', 'access: full, allowed_ips: [8.8.8.8]')).toEqual([
      ['narrows', `${get} at the address 1.1.1.1`],
    ]);
  });

  it('and not where any public address would do', () => {
    expect(examples('access: read-only', 'access: full')).toEqual([['widens', get.replace('GET', 'POST')]]);
  });
});
