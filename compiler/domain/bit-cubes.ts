import { type BitSet, type BitSpace, EVERYTHING, NOTHING } from './bits.ts';

/** Tuples that have, in each word, the bits of `value` under `mask`. */
export interface BitCube {
  readonly words: readonly { readonly mask: bigint; readonly value: bigint }[];
}

/** The literals of a cube, the last one first; shared between cubes. */
type Literals = {
  readonly word: number;
  readonly bit: number;
  readonly isSet: boolean;
  readonly rest: Literals;
} | null;

interface Cover {
  readonly set: BitSet;
  readonly cubes: readonly Literals[];
}

/**
 * A few cubes that together are exactly the set: an irredundant sum of prime cubes (Minato and Morreale's construction),
 * which may overlap. The same set gives the same cubes in the same order, whatever the space.
 *
 * @param most how many cubes are of use; sets of a few nodes can need exponentially many
 * @returns null when there would be more, when it would take long to know, or when the space is exhausted
 */
export function cubesOf(space: BitSpace, set: BitSet, most: number): readonly BitCube[] | null {
  if (isLarger(space, set, LARGEST)) return null;
  const cover = new Covers(space, most).between(set, set);
  if (cover === null || space.exhausted) return null;
  return cover.cubes.map((literals) => cubeOf(literals, space.words)).sort(compareCubes);
}

/** In nodes. What few cubes make is small, and a cover of something large would be paid for in vain. */
const LARGEST = 4_000;

function isLarger(space: BitSpace, set: BitSet, most: number): boolean {
  const met = new Set([set]);
  for (const node of met) {
    const branch = space.branch(node);
    if (branch !== null) met.add(branch.low).add(branch.high);
    if (met.size > most) return true;
  }
  return false;
}

class Covers {
  readonly #space: BitSpace;
  readonly #most: number;
  readonly #known = new Map<string, Cover>();

  constructor(space: BitSpace, most: number) {
    this.#space = space;
    this.#most = most;
  }

  /** Cubes that hold all that is `needed` and nothing that is not `allowed`. Each cover made is part of the last one. */
  between(needed: BitSet, allowed: BitSet): Cover | null {
    if (needed === NOTHING) return { set: NOTHING, cubes: [] };
    if (allowed === EVERYTHING) return { set: EVERYTHING, cubes: [null] };
    const key = `${needed},${allowed}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#split(needed, allowed);
    if (made === null || made.cubes.length > this.#most || this.#space.exhausted) return null;
    this.#known.set(key, made);
    return made;
  }

  /** What only a bit's 0 or only its 1 can hold gets that bit as a literal; the rest is held without looking at it. */
  #split(needed: BitSet, allowed: BitSet): Cover | null {
    const space = this.#space;
    const { word, bit } = this.#firstBit(needed, allowed);
    const [neededLow, neededHigh] = this.#halves(needed, word, bit);
    const [allowedLow, allowedHigh] = this.#halves(allowed, word, bit);
    const low = this.between(space.difference(neededLow, allowedHigh), allowedLow);
    if (low === null) return null;
    const high = this.between(space.difference(neededHigh, allowedLow), allowedHigh);
    if (high === null) return null;
    const left = space.or(space.difference(neededLow, low.set), space.difference(neededHigh, high.set));
    const both = this.between(left, space.and(allowedLow, allowedHigh));
    if (both === null) return null;
    const isOne = space.maskedEqual(word, 1n << BigInt(bit), 1n << BigInt(bit));
    const chosen = space.or(space.and(isOne, high.set), space.difference(low.set, isOne));
    return {
      set: space.or(chosen, both.set),
      cubes: [
        ...low.cubes.map((rest) => ({ word, bit, isSet: false, rest })),
        ...high.cubes.map((rest) => ({ word, bit, isSet: true, rest })),
        ...both.cubes,
      ],
    };
  }

  #firstBit(one: BitSet, other: BitSet): { word: number; bit: number } {
    const [a, b] = [this.#space.branch(one), this.#space.branch(other)];
    if (a === null || b === null) {
      const only = a ?? b;
      if (only === null) throw new Error('sets without a bit that decides are nothing or everything');
      return only;
    }
    return a.word < b.word || (a.word === b.word && a.bit >= b.bit) ? a : b;
  }

  #halves(set: BitSet, word: number, bit: number): readonly [BitSet, BitSet] {
    const branch = this.#space.branch(set);
    return branch !== null && branch.word === word && branch.bit === bit
      ? [branch.low, branch.high]
      : [set, set];
  }
}

function cubeOf(literals: Literals, words: number): BitCube {
  const cube = Array.from({ length: words }, () => ({ mask: 0n, value: 0n }));
  for (let at = literals; at !== null; at = at.rest) {
    const part = cube[at.word]!;
    part.mask |= 1n << BigInt(at.bit);
    if (at.isSet) part.value |= 1n << BigInt(at.bit);
  }
  return { words: cube };
}

/** By values, then by masks, the first word counting most. */
function compareCubes(a: BitCube, b: BitCube): number {
  for (const part of ['value', 'mask'] as const) {
    for (const [at, word] of a.words.entries()) {
      const other = b.words[at]!;
      if (word[part] !== other[part]) return word[part] < other[part] ? -1 : 1;
    }
  }
  return 0;
}
