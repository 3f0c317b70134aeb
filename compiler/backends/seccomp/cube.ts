import { ALL_ONES, type ArgumentTest } from '../../domain/syscalls/filter.ts';

/** Asks for the bits under `mask` of one argument to be those of `value`. */
export interface BitPattern {
  readonly mask: bigint;
  readonly value: bigint;
}

/** Argument registers that meet one bit pattern each; arguments without one may be anything. */
export type Cube = ReadonlyMap<ArgumentTest['index'], BitPattern>;

export const ANYTHING: Cube = new Map();

const LOW_WORD = 0xffff_ffffn;

/**
 * The registers that pass all tests, as cubes that do not overlap. Null when there are more than `most`: a
 * comparison such as `!=` takes one cube a bit.
 */
export function cubesOf(tests: readonly ArgumentTest[], most: number): readonly Cube[] | null {
  let cubes: readonly Cube[] = [ANYTHING];
  for (const test of tests) {
    const patterns = patternsOf(test);
    const met: Cube[] = [];
    for (const cube of cubes) {
      for (const pattern of patterns) {
        const both = intersect(cube, new Map([[test.index, pattern]]));
        if (both !== null) met.push(both);
      }
    }
    if (met.length > most) return null;
    cubes = met;
  }
  return cubes;
}

/** The part of some cubes that lies outside others, as cubes that do not overlap; null when more than `most`. */
export function subtract(
  from: readonly Cube[],
  others: readonly Cube[],
  most: number,
): readonly Cube[] | null {
  let left = from;
  for (const other of others) {
    left = left.flatMap((cube) => outside(cube, other));
    if (left.length > most) return null;
  }
  return left;
}

function patternsOf({ comparison, value, mask, width }: ArgumentTest): readonly BitPattern[] {
  const read = width === 32 ? LOW_WORD : ALL_ONES;
  const upTo = (end: bigint) => belowPatterns(end > read + 1n ? read + 1n : end, width);
  switch (comparison) {
    case 'eq':
      return value > read ? [] : [{ mask: read, value }];
    case 'masked-eq':
      return (value & ~(mask & read)) === 0n ? [{ mask: mask & read, value }] : [];
    case 'lt':
      return upTo(value);
    case 'le':
      return upTo(value + 1n);
    case 'ne':
    case 'gt':
    case 'ge': {
      const others =
        comparison === 'ne' ? [{ mask: read, value }] : upTo(comparison === 'ge' ? value : value + 1n);
      if (comparison === 'ne' && value > read) return [{ mask: 0n, value: 0n }];
      return complement(others);
    }
  }
}

/** All values below `end`, as one pattern for each bit that is set in it. */
function belowPatterns(end: bigint, width: 32 | 64): readonly BitPattern[] {
  const patterns: BitPattern[] = [];
  const read = width === 32 ? LOW_WORD : ALL_ONES;
  if (end > read) return [{ mask: 0n, value: 0n }];
  for (let bit = BigInt(width) - 1n; bit >= 0n; bit--) {
    if (((end >> bit) & 1n) === 0n) continue;
    const mask = read & ~((1n << bit) - 1n);
    patterns.push({ mask, value: (end & mask) ^ (1n << bit) });
  }
  return patterns;
}

function complement(patterns: readonly BitPattern[]): readonly BitPattern[] {
  let left: readonly Cube[] = [ANYTHING];
  for (const pattern of patterns) left = left.flatMap((cube) => outside(cube, new Map([[0, pattern]])));
  return left.map((cube) => cube.get(0) ?? { mask: 0n, value: 0n });
}

function intersect(one: Cube, other: Cube): Cube | null {
  const both = new Map(one);
  for (const [index, { mask, value }] of other) {
    const known = one.get(index) ?? { mask: 0n, value: 0n };
    if (((known.value ^ value) & known.mask & mask) !== 0n) return null;
    if ((mask | known.mask) !== 0n) both.set(index, { mask: mask | known.mask, value: value | known.value });
  }
  return both;
}

/** Goes down the bits that the other cube fixes: one cube differs in the first of them, one in the second, ... */
function outside(cube: Cube, other: Cube): readonly Cube[] {
  if (intersect(cube, other) === null) return [cube];
  const pieces: Cube[] = [];
  const inside = new Map(cube);
  for (const [index, { mask, value }] of other) {
    for (let bit = 1n << 63n; bit > 0n; bit >>= 1n) {
      const known = inside.get(index) ?? { mask: 0n, value: 0n };
      if ((mask & ~known.mask & bit) === 0n) continue;
      const fixed = { mask: known.mask | bit, value: known.value | (value & bit) };
      pieces.push(new Map([...inside, [index, { ...fixed, value: fixed.value ^ bit }]]));
      inside.set(index, fixed);
    }
  }
  return pieces;
}
