import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { determinise } from '../../../compiler/domain/automaton/determinise.ts';
import { HOSTS } from '../../../compiler/domain/automaton/language.ts';
import { hostMatches, parseHost } from '../../../compiler/domain/host.ts';
import { HostIndex } from '../../../compiler/domain/host-index.ts';
import { host, hostName, hostPattern } from './arbitrary.ts';

const ADDRESSES = ['10.0.0.1', '::ffff:10.0.0.1', '::1', 'fd00::1'];
/** Also with the wildcard in the last label, and addresses. */
const pattern = fc.oneof(
  { weight: 5, arbitrary: hostPattern },
  { weight: 3, arbitrary: hostName },
  { weight: 1, arbitrary: fc.constantFrom('a.*', 'a.?', '*.a.*', 'a.b*', '**.a.?b') },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) },
);
const asked = fc.oneof(
  { weight: 5, arbitrary: hostName },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) },
);

function indexOf(patterns: readonly string[]): HostIndex<number> {
  const index = new HostIndex<number>();
  for (const [at, text] of patterns.entries()) index.add(host(text), at);
  return index;
}

/** Whether some host is covered by both, from their automata. */
function meet(one: string, other: string): boolean {
  const labelled = determinise(HOSTS, [[host(one)], [host(other)]], new Budget(100_000))!;
  return labelled.labels.some((labels) => labels.length === 2);
}

describe('HostIndex', () => {
  it('finds what looking at every pattern finds, in the order of adding', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 12 }),
        fc.array(asked, { minLength: 10, maxLength: 10 }),
        (patterns, names) => {
          const index = indexOf(patterns);
          for (const name of names) {
            const parsed = parseHost(name);
            if (!parsed.ok) throw new Error(name);
            const expected = [...patterns.keys()].filter((at) =>
              hostMatches(host(patterns[at]!), parsed.host),
            );
            found += expected.length;
            expect([name, patterns, index.matching(parsed.host)]).toEqual([name, patterns, expected]);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('never says that patterns cannot meet when they can', () => {
    const said = { may: 0, cannot: 0 };
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), pattern, (patterns, one) => {
        const may = indexOf(patterns).mayMeet(host(one));
        said[may ? 'may' : 'cannot'] += 1;
        if (!may)
          expect([patterns, one, patterns.filter((other) => meet(one, other))]).toEqual([patterns, one, []]);
      }),
      { numRuns: 400 },
    );
    // Saying `may` always would be no index.
    expect(Math.min(said.may, said.cannot)).toBeGreaterThan(50);
  });
});
