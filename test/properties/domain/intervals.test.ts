import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrBlock, parseAddress, parseCidrBlock, printAddress } from '../../../compiler/domain/address.ts';
import {
  contains,
  difference,
  type IntervalSet,
  intersection,
  intervalSet,
  isSubset,
  sameIntervals,
  union,
} from '../../../compiler/domain/interval-set.ts';

const MOST = 12;
const interval = fc
  .tuple(fc.nat(MOST), fc.nat(MOST))
  .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
const set = fc.array(interval, { maxLength: 5 }).map((intervals) => intervalSet(intervals));

/** The set as a list of yes and no, the plainest form there is. */
function members(numbers: IntervalSet<number>): boolean[] {
  return Array.from({ length: MOST + 1 }, (_, n) => numbers.some(({ low, high }) => low <= n && n <= high));
}

const zip = (left: boolean[], right: boolean[], both: (a: boolean, b: boolean) => boolean) =>
  left.map((value, at) => both(value, right[at]!));

describe('interval sets', () => {
  it('have no interval that ends before it starts', () => {
    expect(() => intervalSet([{ low: 2, high: 1 }])).toThrow(RangeError);
    expect(intervalSet([{ low: 2, high: 2 }])).toEqual([{ low: 2, high: 2 }]);
  });

  it('follow the laws of sets, number by number', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [left, right] = [members(a), members(b)];
        expect(members(union(a, b))).toEqual(zip(left, right, (x, y) => x || y));
        expect(members(intersection(a, b))).toEqual(zip(left, right, (x, y) => x && y));
        expect(members(difference(a, b))).toEqual(zip(left, right, (x, y) => x && !y));
        expect(isSubset(a, b)).toBe(left.every((value, at) => !value || right[at]!));
        expect(left).toEqual(Array.from({ length: MOST + 1 }, (_, n) => contains(a, n)));
      }),
      { numRuns: 3000 },
    );
  });

  it('are in their one spelling after every operation', () => {
    const isCanonical = (numbers: IntervalSet<number>) =>
      numbers.every(({ low, high }, at) => low <= high && (at === 0 || low > numbers[at - 1]!.high + 1));
    fc.assert(
      fc.property(set, set, (a, b) => {
        for (const made of [a, union(a, b), intersection(a, b), difference(a, b)]) {
          expect(isCanonical(made)).toBe(true);
          expect(intervalSet(made)).toEqual(made);
        }
        expect(sameIntervals(a, b)).toBe(members(a).every((value, at) => value === members(b)[at]));
      }),
      { numRuns: 1000 },
    );
  });

  it('do with big numbers what they do with small ones', () => {
    const big = (numbers: IntervalSet<number>) =>
      numbers.map(({ low, high }) => ({ low: BigInt(low), high: BigInt(high) }));
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(difference(big(a), big(b))).toEqual(big(difference(a, b)));
        expect(union(big(a), big(b))).toEqual(big(union(a, b)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('addresses', () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((low) => (0xffffn << 32n) | low),
    fc
      .array(fc.constantFrom(0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.reduce<bigint>((value, group) => (value << 16n) | group, 0n)),
  );

  it('are read back from what is printed', () => {
    fc.assert(
      fc.property(address, (value) => {
        expect(parseAddress(printAddress(value))).toEqual({ ok: true, address: value });
      }),
      { numRuns: 3000 },
    );
  });

  it('are printed as the URL parser prints them', () => {
    fc.assert(
      fc.property(address, (value) => {
        const text = printAddress(value);
        const host = text.includes(':') ? `[${text}]` : text;
        expect(new URL(`http://${host}/`).hostname).toBe(host);
      }),
      { numRuns: 1000 },
    );
  });

  it('lie in a block exactly when they share its prefix', () => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 128 }), (base, tried, prefix) => {
        const block = cidrBlock(base, prefix);
        const isInside = block.low <= tried && tried <= block.high;
        expect(isInside).toBe(base >> BigInt(128 - prefix) === tried >> BigInt(128 - prefix));
        expect(parseCidrBlock(block.text)).toEqual({ ok: true, block });
      }),
      { numRuns: 1000 },
    );
  });
});
