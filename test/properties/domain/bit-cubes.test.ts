import { describe, expect, test } from 'vitest';
import { type BitCube, cubesOf } from '../../../compiler/domain/bit-cubes.ts';
import { type BitSet, BitSpace, EVERYTHING, NOTHING } from '../../../compiler/domain/bits.ts';
import { Seeded } from '../../support/seeded.ts';

const WORDS = 3;
const RUNS = 200;
/** Sets of more take long to check one cube at a time. */
const MOST = 60;

function randomSet(space: BitSpace, random: Seeded, depth: number): BitSet {
  const word = random.below(WORDS);
  const value = random.pick([0n, 1n, 2n, 5n, 7n, 0xffff_ffffn, 1n << 32n, (1n << 64n) - 1n]);
  if (depth === 0 || random.below(4) === 0) {
    if (random.below(2) === 0)
      return space.maskedEqual(word, value, value & random.pick([0n, 1n, 6n, value]));
    const symbol = random.pick(['==', '!=', '<', '<=', '>', '>='] as const);
    return space.compare(word, symbol, BigInt.asUintN(32, value), random.pick([32, 64] as const));
  }
  const [left, right] = [randomSet(space, random, depth - 1), randomSet(space, random, depth - 1)];
  return random.pick([space.and(left, right), space.or(left, right), space.difference(left, right)]);
}

function union(space: BitSpace, cubes: readonly BitCube[]): BitSet {
  return cubes.reduce((set, cube) => {
    const own = cube.words.reduce(
      (all, { mask, value }, word) => space.and(all, space.maskedEqual(word, mask, value)),
      EVERYTHING,
    );
    return space.or(set, own);
  }, NOTHING);
}

describe('cubes of a set of words', () => {
  test('are together the set, none of them without need, and the same in any space', () => {
    let several = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const space = new BitSpace(WORDS);
      const set = randomSet(space, new Seeded(seed), 3);
      const cubes = cubesOf(space, set, MOST);
      if (cubes === null) continue;
      expect(union(space, cubes), `seed ${seed}`).toBe(set);
      if (cubes.length > 1) several += 1;
      for (const cube of cubes) {
        expect(
          union(
            space,
            cubes.filter((other) => other !== cube),
          ),
          `seed ${seed}`,
        ).not.toBe(set);
      }
      const elsewhere = new BitSpace(WORDS);
      randomSet(elsewhere, new Seeded(seed + 1_000_000), 3);
      expect(cubesOf(elsewhere, randomSet(elsewhere, new Seeded(seed), 3), MOST)).toEqual(cubes);
    }
    expect(several).toBeGreaterThan(RUNS / 6);
  });

  test('are one for nothing but equality, none for nothing and one without literals for everything', () => {
    const space = new BitSpace(2);
    expect(cubesOf(space, NOTHING, 1)).toEqual([]);
    expect(cubesOf(space, EVERYTHING, 1)).toEqual([
      {
        words: [
          { mask: 0n, value: 0n },
          { mask: 0n, value: 0n },
        ],
      },
    ]);
    const equal = space.compare(1, '==', 7n, 32);
    expect(cubesOf(space, equal, 1)).toEqual([
      {
        words: [
          { mask: 0n, value: 0n },
          { mask: 0xffff_ffffn, value: 7n },
        ],
      },
    ]);
  });

  test('are not given when there are more than are of use', () => {
    const space = new BitSpace(1);
    const other = space.compare(0, '!=', 7n, 64);
    expect(cubesOf(space, other, 63)).toBe(null);
    expect(cubesOf(space, other, 64)).toHaveLength(64);
  });

  test('are not given when the space is exhausted, which is then known', () => {
    const space = new BitSpace(2, 200);
    const set = space.or(space.compare(0, '<', 1000n, 64), space.compare(1, '==', 3n, 32));
    expect(space.exhausted).toBe(false);
    expect(cubesOf(space, set, 1000)).toBe(null);
    expect(space.exhausted).toBe(true);
  });
});
