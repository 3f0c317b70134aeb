import { describe, expect, it } from 'vitest';
import { difference } from '../../../../../compiler/analysis/difference/difference.ts';
import { parseHostPattern } from '../../../../../compiler/domain/host.ts';
import { decide } from '../../../../../compiler/ir/decide.ts';
import type { EgressEntry } from '../../../../../compiler/ir/egress.ts';
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
  const long = (text: string) => {
    const parsed = parseHostPattern(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return { ...egressEntry('x.example'), host: parsed.pattern };
  };
  // Both hold names with labels of 120 characters alone, which no name has.
  const begins = long(`${'a'.repeat(60)}*.example`);
  const ends = long(`*${'b'.repeat(60)}.example`);
  const blocking = {
    ...ends,
    visibility: 'http' as const,
    deny: [{ methods: 1, path: { kind: 'all' as const }, query: [] }],
  };
  const found = difference(policyOf({ egress: [begins, blocking] }), policyOf({ egress: [begins] }));
  expect([found.verdict, found.unknown]).toEqual(['inconclusive', 'the patterns of `host`']);
});
