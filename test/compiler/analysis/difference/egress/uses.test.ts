import { describe, expect, it } from 'vitest';
import { uncoveredEntries } from '../../../../../compiler/analysis/difference/egress/use-cover.ts';
import { egressUses } from '../../../../../compiler/analysis/difference/egress/uses.ts';
import { parseGlob } from '../../../../../compiler/domain/glob.ts';
import { ALL_METHODS } from '../../../../../compiler/domain/method.ts';
import type { EgressEntry, HttpRule } from '../../../../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../../../../compiler/ir/extent.ts';
import { limitedEntry as entry, ports } from '../../../../support/limited-egress.ts';

/** `from -> to: uses before, uses after`, one for each. */
function held(from: readonly EgressEntry[], to: readonly EgressEntry[]): string[] {
  const found = egressUses({ entries: from }, { entries: to });
  expect(found.undecided).toEqual([]);
  return found.held.map(
    ({ facet, from, to, uses }) => `${facet} ${from.id} -> ${to.id}: ${uses.from}, ${uses.to}`,
  );
}

const every: HttpRule = { methods: ALL_METHODS, path: ALL, query: [], operations: ALL };
/** Denies everything at its host and ports. */
const denial = (id: string, more: Parameters<typeof entry>[2] = {}) =>
  entry(id, null, { visibility: 'http', allow: NONE, deny: [every], ...more });

describe('uses of an access', () => {
  it('are compared with those of the entries that allowed it', () => {
    expect(held([entry('one', 1)], [entry('two', 2)])).toEqual(['egress one -> two: 1, 2']);
    expect(held([entry('one', 1)], [entry('free', null)])).toEqual(['egress one -> free: 1, Infinity']);
    expect(held([entry('two', 2)], [entry('one', 1)])).toEqual([]);
  });

  it('are added up where several entries allow it, in both policies', () => {
    const from = [entry('one', 1), entry('two', 2, ports(443, 444))];
    const to = [entry('three', 3, ports(442, 443)), entry('four', 4, ports(443, 445))];
    expect(held(from, to)).toEqual(['egress one -> three: 3, 7', 'egress one -> four: 3, 7']);
  });

  it('are those of the limited entries alone, when what is new is limited', () => {
    const to = [entry('free', null), entry('three', 3, ports(443, 444))];
    expect(held([entry('one', 1)], to)).toEqual([
      'egress one -> free: 1, Infinity',
      'egress one -> three: 1, 3',
    ]);
  });

  it('count for nothing where an entry without a limit allowed it', () => {
    expect(held([entry('one', 1), entry('free', null, ports(1, 65_535))], [entry('two', 2)])).toEqual([]);
  });

  it('count where such an entry did not allow it', () => {
    const from = [entry('one', 1, ports(443, 444)), entry('free', null, ports(443))];
    expect(held(from, [entry('two', 2, ports(443, 444))])).toEqual(['egress one -> two: 1, 2']);
  });

  it('count for nothing where it was not allowed, or is not any more', () => {
    expect(held([entry('one', 1, ports(80))], [entry('two', 2)])).toEqual([]);
    expect(held([entry('one', 1), denial('no')], [entry('two', 2)])).toEqual([]);
    expect(held([entry('one', 1)], [entry('two', 2), denial('no')])).toEqual([]);
  });

  it('count beside what is denied', () => {
    const wide = ports(443, 445);
    const from = [entry('one', 1, wide), denial('no', ports(443))];
    const to = [entry('two', 2, wide), denial('never', ports(445))];
    expect(held(from, to)).toEqual(['egress one -> two: 1, 2']);
  });

  it('are not looked for at hosts where nothing was limited', () => {
    const elsewhere = { host: 'b.example' };
    expect(held([entry('one', 1), entry('free', null, elsewhere)], [entry('two', 2, elsewhere)])).toEqual([]);
  });
});

describe('what is not decided about uses is named', () => {
  const undecided = (from: readonly EgressEntry[], to: readonly EgressEntry[]) =>
    egressUses({ entries: from }, { entries: to });

  it('for patterns that are too intricate', () => {
    const parsed = parseGlob(`/*a${'?'.repeat(24)}`, 'file');
    if (!parsed.ok) throw new Error(parsed.problem);
    const binaries = only([{ path: parsed.glob, sha256: null }]);
    expect(undecided([entry('one', 1, { binaries })], [entry('two', 2, { binaries })])).toEqual({
      held: [],
      undecided: ['two'],
    });
  });

  it('for a host that nobody can ask for', () => {
    // Both hold names with labels of 120 characters alone, which no name has.
    const begins = { host: `${'a'.repeat(60)}*.example` };
    const ends = { host: `*${'b'.repeat(60)}.example` };
    expect(undecided([entry('one', 1, begins)], [entry('two', 2, ends)])).toEqual({
      held: [],
      undecided: ['two'],
    });
  });
});

describe('uses that are not shown to be among those before', () => {
  const uncovered = (from: readonly EgressEntry[], to: readonly EgressEntry[]) =>
    uncoveredEntries(from, to).map(({ grant }) => grant.id);

  it('are none where nothing was limited, and some where one entry was', () => {
    const to = [entry('two', 2), entry('there', null, { host: 'b.example' })];
    expect(uncovered([entry('free', null)], to)).toEqual([]);
    expect(uncovered([entry('free', null, ports(80)), entry('one', 1)], to)).toEqual(['two', 'there']);
  });

  it('are those of all entries that say the same, named by the one that limits least', () => {
    expect(uncovered([entry('three', 3)], [entry('one', 1), entry('two', 2)])).toEqual([]);
    expect(uncovered([entry('one', 1), entry('two', 2)], [entry('three', 3)])).toEqual([]);
    expect(uncovered([entry('three', 3)], [entry('one', 1), entry('a', 2), entry('b', 2)])).toEqual(['a']);
    expect(uncovered([entry('one', 1)], [entry('two', 2), entry('free', null)])).toEqual(['free']);
  });

  it('are not those of an entry that allowed more', () => {
    const wide = entry('wide', 2, ports(443, 444));
    expect(uncovered([wide], [entry('two', 2)])).toEqual([]);
    expect(uncovered([wide], [entry('three', 3)])).toEqual(['three']);
    expect(uncovered([entry('narrow', 2)], [entry('wide', 2, ports(443, 444))])).toEqual(['wide']);
  });

  it('count once, whoever takes them', () => {
    const wide = entry('wide', 3, ports(443, 446));
    const parts = [entry('a', 1, ports(443)), entry('b', 2, ports(444)), entry('c', 1, ports(445))];
    expect(uncovered([wide], parts)).toEqual(['c']);
    expect(uncovered([wide], [wide, ...parts])).toEqual(['a', 'b', 'c']);
    const others = [entry('one', 2, ports(440, 450)), entry('other', 2, ports(441, 450))];
    expect(uncovered(others, [entry('a', 2, ports(443)), entry('b', 2, ports(444))])).toEqual([]);
  });

  it('are not those of several entries that allowed as much together', () => {
    const both = [entry('low', 2, ports(440, 443)), entry('high', 2, ports(444, 450))];
    expect(uncovered(both, [entry('across', 2, ports(443, 444))])).toEqual([]);
    expect(uncovered(both, [entry('across', 3, ports(443, 444))])).toEqual(['across']);
    expect(uncovered(both, [entry('across', 1, ports(443, 444)), entry('more', 2, ports(442, 445))])).toEqual(
      ['more'],
    );
    const less = [entry('low', 1, ports(440, 443)), entry('high', 2, ports(444, 450))];
    expect(uncovered(less, [entry('across', 2, ports(443, 444))])).toEqual(['across']);
  });

  it('are not covered by what has no limit, nor is that by anything else', () => {
    const one = entry('one', 1, ports(80));
    expect(uncovered([one, entry('free', null, ports(443, 444))], [entry('two', 2)])).toEqual(['two']);
    expect(uncovered([one, entry('free', null)], [entry('free', null)])).toEqual([]);
    expect(uncovered([one, entry('all', null, ports(443, 444))], [entry('free', null)])).toEqual(['free']);
  });
});
