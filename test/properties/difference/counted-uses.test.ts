import fc from 'fast-check';
import { expect, test } from 'vitest';
import { egressUses } from '../../../compiler/analysis/difference/egress/uses.ts';
import { METHOD_TAGS } from '../../../compiler/domain/method.ts';
import type { EgressEntry, HttpRule } from '../../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../../compiler/ir/extent.ts';
import { limitedEntry } from '../../support/limited-egress.ts';

/** Requests that entries tell apart: two hosts, one of which only a wildcard has, two ports and two methods. */
const ATOMS = ['a.example', 'b.example'].flatMap((host) =>
  [8000, 8001].flatMap((port) => ['GET', 'POST'].map((method) => ({ host, port, method }))),
);
type Atom = (typeof ATOMS)[number];
const SETS = Array.from({ length: 2 ** ATOMS.length - 1 }, (_, at) =>
  ATOMS.filter((_, bit) => (((at + 1) >> bit) & 1) === 1),
);

/** An entry in words; `uses` is how often it may be used, infinite for as often as one likes. */
interface Plain {
  readonly id: string;
  readonly host: string;
  readonly ports: readonly number[];
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly uses: number;
}

const entry = fc.record<Omit<Plain, 'id'>>({
  host: fc.constantFrom('a.example', '*.example'),
  ports: fc.subarray([8000, 8001], { minLength: 1 }),
  allow: fc.constantFrom<readonly string[]>(['GET', 'POST'], ['GET', 'POST'], ['GET'], ['POST'], []),
  deny: fc.constantFrom<readonly string[]>([], [], [], ['POST'], ['GET']),
  uses: fc.constantFrom(Number.POSITIVE_INFINITY, 1, 1, 2, 3),
});
const policy = (name: string) =>
  fc
    .array(entry, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((one, at): Plain => ({ ...one, id: `${name}#${at}` })));

function compiled({ id, host, ports, allow, deny, uses }: Plain): EgressEntry {
  return limitedEntry(id, Number.isFinite(uses) ? uses : null, {
    host,
    ports: ports.map((port) => ({ low: port, high: port })),
    visibility: 'http',
    allow: allow.length === 0 ? NONE : only([ruleOf(allow)]),
    deny: deny.map((method) => ruleOf([method])),
  });
}

function ruleOf(methods: readonly string[]): HttpRule {
  const mask = methods.reduce((set, name) => set | (1 << METHOD_TAGS.indexOf(name)), 0);
  return { methods: mask, path: ALL, query: [], operations: ALL };
}

function usesBetween(from: readonly Plain[], to: readonly Plain[]) {
  return egressUses({ entries: from.map(compiled) }, { entries: to.map(compiled) });
}

const concerns = ({ host, ports }: Plain, atom: Atom) =>
  (host === '*.example' || host === atom.host) && ports.includes(atom.port);
const allowsAlone = (one: Plain, atom: Atom) =>
  concerns(one, atom) && one.allow.includes(atom.method) && !one.deny.includes(atom.method);
const allows = (list: readonly Plain[], atom: Atom) =>
  list.some((one) => allowsAlone(one, atom)) &&
  !list.some((one) => concerns(one, atom) && one.deny.includes(atom.method));

/** How often the requests of a set can be made in all. */
function countOf(list: readonly Plain[], set: readonly Atom[]): number {
  return totalOf(list.filter((one) => set.some((atom) => allowsAlone(one, atom))));
}

function totalOf(list: readonly Plain[]): number {
  return list.reduce((sum, { uses }) => sum + uses, 0);
}

test('whatever can be made more often than before is held', () => {
  const met = { held: 0, nothing: 0 };
  fc.assert(
    fc.property(policy('from'), policy('to'), (from, to) => {
      const both = ATOMS.filter((atom) => allows(from, atom) && allows(to, atom));
      const sets = SETS.filter((set) => set.every((atom) => both.includes(atom)));
      const { held, undecided } = usesBetween(from, to);
      expect(undecided).toEqual([]);
      met[held.length > 0 ? 'held' : 'nothing'] += 1;
      if (sets.some((set) => countOf(to, set) > countOf(from, set))) expect(held).not.toEqual([]);
    }),
    { numRuns: 600 },
  );
  expect(Math.min(met.held, met.nothing)).toBeGreaterThan(100);
});

test('what is held is true of a request that both policies allow, and the first only so many times', () => {
  fc.assert(
    fc.property(policy('from'), policy('to'), (from, to) => {
      for (const one of usesBetween(from, to).held) {
        const own = to.find(({ id }) => id === one.to.id)!;
        const shows = (atom: Atom) => {
          const before = from.filter((other) => allowsAlone(other, atom));
          const after = to.filter((other) => allowsAlone(other, atom) && Number.isFinite(other.uses));
          return (
            allows(from, atom) &&
            allows(to, atom) &&
            allowsAlone(own, atom) &&
            before[0]!.id === one.from.id &&
            totalOf(before) === one.uses.from &&
            (Number.isFinite(own.uses) ? totalOf(after) : own.uses) === one.uses.to
          );
        };
        expect(Number.isFinite(one.uses.from)).toBe(true);
        expect(ATOMS.filter(shows)).not.toEqual([]);
      }
    }),
    { numRuns: 600 },
  );
});

test('nothing is held of entries that are gone or may be used less often', () => {
  const change = fc.constantFrom('same', 'gone', 'less often');
  fc.assert(
    fc.property(
      policy('from'),
      fc.array(change, { minLength: 4, maxLength: 4 }),

      (from, changes) => {
        const less = from.flatMap((one, index): Plain[] => {
          const what = changes[index];
          if (what === 'gone') return [];
          return [what === 'less often' && Number.isFinite(one.uses) ? { ...one, uses: 1 } : one];
        });
        expect(usesBetween(from, less)).toEqual({ held: [], undecided: [] });
      },
    ),
    { numRuns: 500 },
  );
});

test('nothing is held of one entry that allows less, where no other says the same', () => {
  fc.assert(
    fc.property(policy('from'), fc.nat(3), (from, at) => {
      const narrowed = (one: Plain): Plain => ({ ...one, ports: [8000], deny: [...one.deny, 'GET'] });
      const to = from.map((one, index) => (index === at ? narrowed(one) : one));
      const meanings = to.map(({ host, ports, allow, deny }) => JSON.stringify([host, ports, allow, deny]));
      fc.pre(from[at]?.ports.includes(8000) === true && new Set(meanings).size === to.length);
      expect(usesBetween(from, to)).toEqual({ held: [], undecided: [] });
    }),
    { numRuns: 300 },
  );
});
