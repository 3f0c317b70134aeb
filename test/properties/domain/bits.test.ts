import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BitSet,
  BitSpace,
  type Comparison,
  EVERYTHING,
  NOTHING,
} from '../../../compiler/domain/bits.ts';
import { buildDiagram } from '../../../compiler/domain/diagram/build.ts';
import { canonicalForm } from '../../../compiler/domain/diagram/canonical.ts';
import { type Diagram, evaluate } from '../../../compiler/domain/diagram/diagram.ts';
import { numberDimension, numberSet } from '../../../compiler/domain/diagram/number-dimension.ts';
import { wordDimension, wordSet } from '../../../compiler/domain/diagram/word-dimension.ts';

type Condition =
  | {
      readonly kind: 'compare';
      readonly word: number;
      readonly by: Comparison;
      readonly value: bigint;
      readonly width: 32 | 64;
    }
  | { readonly kind: 'masked'; readonly word: number; readonly mask: bigint; readonly value: bigint }
  | { readonly kind: 'and' | 'or' | 'minus'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition };

const COMPARISONS: readonly Comparison[] = ['==', '!=', '<', '<=', '>', '>='];
const WORDS = 2;

/** Small values, so that conditions overlap, and values that differ only above or below bit 32. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 9n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0xffffffffn, 1n << 32n, (1n << 32n) | 5n, (1n << 64n) - 1n, 1n << 63n),
  },
);
const word = fc.nat(WORDS - 1);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      word,
      by: fc.constantFrom(...COMPARISONS),
      value: value.map((given) => BigInt.asUintN(32, given)),
      width: fc.constantFrom(32 as const, 64 as const),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      word,
      by: fc.constantFrom(...COMPARISONS),
      value,
      width: fc.constant(64 as const),
    }),
    fc.record({ kind: fc.constant('masked' as const), word, mask: value, value }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const, 'minus' as const),
      left: tie('condition'),
      right: tie('condition'),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
  ),
}));

function setOf(space: BitSpace, given: Condition): BitSet {
  switch (given.kind) {
    case 'compare':
      return space.compare(given.word, given.by, given.value, given.width);
    case 'masked':
      return space.maskedEqual(given.word, given.mask, given.value);
    case 'not':
      return space.not(setOf(space, given.of));
    case 'and':
      return space.and(setOf(space, given.left), setOf(space, given.right));
    case 'or':
      return space.or(setOf(space, given.left), setOf(space, given.right));
    case 'minus':
      return space.difference(setOf(space, given.left), setOf(space, given.right));
  }
}

function holds(given: Condition, tuple: readonly bigint[]): boolean {
  switch (given.kind) {
    case 'compare': {
      const looked = BigInt.asUintN(given.width, tuple[given.word]!);
      switch (given.by) {
        case '==':
          return looked === given.value;
        case '!=':
          return looked !== given.value;
        case '<':
          return looked < given.value;
        case '<=':
          return looked <= given.value;
        case '>':
          return looked > given.value;
        case '>=':
          return looked >= given.value;
      }
      break;
    }
    case 'masked':
      return (tuple[given.word]! & given.mask) === given.value;
    case 'not':
      return !holds(given.of, tuple);
    case 'and':
      return holds(given.left, tuple) && holds(given.right, tuple);
    case 'or':
      return holds(given.left, tuple) || holds(given.right, tuple);
    case 'minus':
      return holds(given.left, tuple) && !holds(given.right, tuple);
  }
}

const tuples = fc.array(fc.array(value, { minLength: WORDS, maxLength: WORDS }), {
  minLength: 20,
  maxLength: 20,
});
/** All pairs of small words, by which conditions on small values differ if at all. */
const SMALL = Array.from({ length: 144 }, (_, n) => [BigInt(Math.floor(n / 12)), BigInt(n % 12)]);

describe('sets of words', () => {
  it('hold one of several values under a mask, as the union of each', () => {
    const bits = [0n, 1n, 31n, 62n, 63n].map((at) => 1n << at);
    const mask = bits.reduce((all, bit) => all | bit);
    const space = new BitSpace(WORDS);
    for (const values of [[], [0n], [1n], bits, [0n, mask], [mask, 1n << 63n, 1n], [4n]]) {
      const each = values.map((value) => space.maskedEqual(0, mask, value));
      const union = each.reduce((all, one) => space.or(all, one), NOTHING);
      expect(space.maskedOneOf(0, mask, values)).toBe(union);
    }
  });

  it('hold what the conditions hold, on all small words and on random ones', () => {
    fc.assert(
      fc.property(condition, tuples, (given, random) => {
        const space = new BitSpace(WORDS);
        const set = setOf(space, given);
        for (const tuple of [...SMALL, ...random]) {
          if (space.contains(set, tuple) !== holds(given, tuple)) expect.fail(`${tuple}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are one number exactly when they are equal, and one text in any space', () => {
    fc.assert(
      fc.property(condition, condition, (left, right) => {
        const space = new BitSpace(WORDS);
        const [a, b] = [setOf(space, left), setOf(space, right)];
        const both = space.or(space.difference(a, b), space.difference(b, a));
        expect(a === b).toBe(both === NOTHING);
        expect(space.describe(a) === space.describe(b)).toBe(a === b);
        const elsewhere = new BitSpace(WORDS);
        setOf(elsewhere, right);
        expect(elsewhere.describe(setOf(elsewhere, left))).toBe(space.describe(a));
        if (both !== NOTHING) {
          const witness = space.smallest(both)!;
          expect(holds(left, witness)).not.toBe(holds(right, witness));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are written in one way, as digests are made of it', () => {
    const space = new BitSpace(WORDS);
    expect([NOTHING, EVERYTHING].map((set) => space.describe(set))).toEqual(['n', 'e']);
    expect(space.describe(space.maskedEqual(0, 5n, 1n))).toBe('1p?#1:n;1r?n:e;');
  });

  it('follow the laws of De Morgan and double negation', () => {
    fc.assert(
      fc.property(condition, condition, (left, right) => {
        const space = new BitSpace(WORDS);
        const [a, b] = [setOf(space, left), setOf(space, right)];
        expect(space.not(space.not(a))).toBe(a);
        expect(space.not(space.and(a, b))).toBe(space.or(space.not(a), space.not(b)));
        expect(space.or(a, space.not(a))).toBe(EVERYTHING);
        expect(space.difference(a, b)).toBe(space.and(a, space.not(b)));
      }),
      { numRuns: 300 },
    );
  });

  it('have as smallest tuple one that no smaller one precedes', () => {
    fc.assert(
      fc.property(condition, (given) => {
        const space = new BitSpace(WORDS);
        const smallest = space.smallest(setOf(space, given));
        if (smallest) expect(holds(given, smallest)).toBe(true);
        const first = SMALL.find((tuple) => holds(given, tuple));
        const isSmall = smallest?.every((part) => part < 12n) ?? false;
        if (isSmall) expect(smallest).toEqual(first);
        if (!smallest) expect(first).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('decide in a diagram as the conditions do, in the same bytes whatever the order of entries', () => {
    const grants = fc.array(fc.tuple(condition, fc.nat(2)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(grants, condition, tuples, (granted, denied, random) => {
        const forms = [granted, [...granted].reverse(), [...granted, granted[0]!]].map((list) => {
          const diagram = diagramOf(list, denied);
          for (const tuple of [...SMALL, ...random]) {
            for (const side of [0, 1, 2]) {
              const isGranted = list.some(([given, at]) => at === side && holds(given, tuple));
              const expected = Number(isGranted && !holds(denied, tuple));
              if (evaluate(diagram, [tuple, side]) !== expected) expect.fail(`${tuple} ${side}`);
            }
          }
          return new TextDecoder().decode(canonicalForm(diagram));
        });
        expect(new Set(forms).size).toBe(1);
      }),
      { numRuns: 150 },
    );
  });
});

/** Each grant holds where its condition does, at one number of the second dimension; the denial holds at all of them. */
function diagramOf(grants: readonly (readonly [Condition, number])[], denied: Condition): Diagram {
  const space = new BitSpace(WORDS);
  const result = buildDiagram({
    dimensions: [wordDimension('arguments', space), numberDimension('side', { low: 0, high: 2 })],
    entries: [
      ...grants.map(([given, side]) => ({
        roles: 1,
        sets: [wordSet(setOf(space, given)), numberSet([{ low: side, high: side }])],
      })),
      { roles: 2, sets: [wordSet(setOf(space, denied)), null] },
    ],
    verdictOf: (roles) => Number(roles === 1),
  });
  if (!result.ok) throw new Error(`over budget in ${result.dimension}`);
  return result.diagram;
}

it('a value with more bits than are compared is none', () => {
  const space = new BitSpace(WORDS);
  for (const [value, width] of [
    [1n << 32n, 32],
    [1n << 64n, 64],
    [-1n, 64],
  ] as const) {
    for (const comparison of COMPARISONS)
      expect(() => space.compare(0, comparison, value, width)).toThrow(RangeError);
  }
  expect(space.compare(0, '<=', (1n << 64n) - 1n, 64)).toBe(EVERYTHING);
});
