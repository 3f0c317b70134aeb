/**
 * A set of word tuples, as the number of a node in its space. Numbers are canonical within one space: two sets are equal
 * exactly when their numbers are.
 */
export type BitSet = number;

export const NOTHING: BitSet = 0;
export const EVERYTHING: BitSet = 1;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

const WORD_BITS = 64;
/** Where the two sets lead that no bit decides about. */
const NOWHERE: BitSet = -1;

/**
 * Sets of tuples of unsigned 64-bit words, as reduced ordered binary decision diagrams (Bryant 1986) over their bits:
 * the first word first, in each the most significant bit first. Exact for every combination of comparisons.
 */
export class BitSpace {
  /** How many words a tuple has. */
  readonly words: number;
  readonly #levels: number[] = [];
  readonly #lows: BitSet[] = [];
  readonly #highs: BitSet[] = [];
  readonly #unique = new Map<string, BitSet>();
  readonly #chosen = new Map<string, BitSet>();
  readonly #most: number;
  #exhausted = false;

  /** @param most how many nodes may be made; some sets need exponentially many */
  constructor(words: number, most = Number.POSITIVE_INFINITY) {
    this.words = words;
    this.#most = most;
    const end = words * WORD_BITS;
    this.#levels.push(end, end);
    this.#lows.push(NOWHERE, NOWHERE);
    this.#highs.push(NOWHERE, NOWHERE);
  }

  /** How many nodes were made so far; what a budget counts. */
  get size(): number {
    return this.#levels.length;
  }

  /** Whether a set needed more nodes than there may be. From then on no set of this space means anything. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** The first bit that decides about the set, and what is left of the set by its value; null where none decides. */
  branch(
    set: BitSet,
  ): { readonly word: number; readonly bit: number; readonly low: BitSet; readonly high: BitSet } | null {
    if (set <= EVERYTHING) return null;
    const level = this.#levels[set]!;
    return {
      word: Math.trunc(level / WORD_BITS),
      bit: WORD_BITS - 1 - (level % WORD_BITS),
      low: this.#lows[set]!,
      high: this.#highs[set]!,
    };
  }

  /** Tuples whose word compares so with the value. With width 32 the upper half of the word is not looked at. */
  compare(word: number, comparison: Comparison, value: bigint, width: 32 | 64): BitSet {
    if (BigInt.asUintN(width, value) !== value)
      throw new RangeError('the value has more bits than are compared');
    switch (comparison) {
      case '==':
        return this.maskedEqual(word, BigInt.asUintN(width, -1n), value);
      case '!=':
        return this.not(this.compare(word, '==', value, width));
      case '<':
        return this.#below(word, value, width, NOTHING);
      case '<=':
        return this.#below(word, value, width, EVERYTHING);
      case '>':
        return this.not(this.compare(word, '<=', value, width));
      case '>=':
        return this.not(this.compare(word, '<', value, width));
    }
  }

  /** Tuples whose word has, in the bits of the mask, the bits of the value. A value outside the mask matches nothing. */
  maskedEqual(word: number, mask: bigint, value: bigint): BitSet {
    if ((value & ~mask) !== 0n) return NOTHING;
    let set: BitSet = EVERYTHING;
    for (let bit = 0; bit < WORD_BITS; bit += 1) {
      if (!isSet(mask, bit)) continue;
      const level = levelOf(word, bit);
      set = isSet(value, bit) ? this.#node(level, NOTHING, set) : this.#node(level, set, NOTHING);
    }
    return set;
  }

  /** The union of `maskedEqual` over the values, built at once: no larger than the set itself, however many there are. */
  maskedOneOf(word: number, mask: bigint, values: readonly bigint[]): BitSet {
    const bits = Array.from({ length: WORD_BITS }, (_, at) => WORD_BITS - 1 - at).filter((bit) =>
      isSet(mask, bit),
    );
    const build = (at: number, left: readonly bigint[]): BitSet => {
      if (left.length === 0) return NOTHING;
      const bit = bits[at];
      if (bit === undefined) return EVERYTHING;
      const high = left.filter((value) => isSet(value, bit));
      const low = high.length === left.length ? [] : left.filter((value) => !isSet(value, bit));
      return this.#node(levelOf(word, bit), build(at + 1, low), build(at + 1, high));
    };
    return build(
      0,
      values.filter((value) => (value & ~mask) === 0n),
    );
  }

  /** From the least significant bit up: above it, the first bit that differs decides. */
  #below(word: number, value: bigint, width: 32 | 64, whenEqual: BitSet): BitSet {
    let set = whenEqual;
    for (let bit = 0; bit < width; bit += 1) {
      const level = levelOf(word, bit);
      set = isSet(value, bit) ? this.#node(level, EVERYTHING, set) : this.#node(level, set, NOTHING);
    }
    return set;
  }

  and(left: BitSet, right: BitSet): BitSet {
    return this.#choose(left, right, NOTHING);
  }

  or(left: BitSet, right: BitSet): BitSet {
    return this.#choose(left, EVERYTHING, right);
  }

  not(set: BitSet): BitSet {
    return this.#choose(set, NOTHING, EVERYTHING);
  }

  /** What `left` holds and `right` does not. */
  difference(left: BitSet, right: BitSet): BitSet {
    return this.#choose(right, NOTHING, left);
  }

  contains(set: BitSet, tuple: readonly bigint[]): boolean {
    let at = set;
    while (at > EVERYTHING) {
      const level = this.#levels[at]!;
      const word = tuple[Math.trunc(level / WORD_BITS)]!;
      at = isSet(word, WORD_BITS - 1 - (level % WORD_BITS)) ? this.#highs[at]! : this.#lows[at]!;
    }
    return at === EVERYTHING;
  }

  /** The smallest tuple of the set, the first word counting most; null when the set is empty. */
  smallest(set: BitSet): bigint[] | null {
    if (set === NOTHING) return null;
    const tuple = new Array<bigint>(this.words).fill(0n);
    for (let at = set; at > EVERYTHING; ) {
      const level = this.#levels[at]!;
      const low = this.#lows[at]!;
      if (low === NOTHING)
        tuple[Math.trunc(level / WORD_BITS)]! |= 1n << BigInt(WORD_BITS - 1 - (level % WORD_BITS));
      at = low === NOTHING ? this.#highs[at]! : low;
    }
    return tuple;
  }

  /** The set written down, independent of the space: nodes in the order of a walk, `level?low:high;` in base 36. */
  describe(set: BitSet): string {
    const numbers = new Map<BitSet, string>([
      [NOTHING, 'n'],
      [EVERYTHING, 'e'],
    ]);
    const order: BitSet[] = [];
    const nameOf = (node: BitSet): string => {
      const known = numbers.get(node);
      if (known !== undefined) return known;
      const name = `#${(order.push(node) - 1).toString(36)}`;
      numbers.set(node, name);
      return name;
    };
    const start = nameOf(set);
    const lines: string[] = [];
    for (const node of order) {
      const low = nameOf(this.#lows[node]!);
      lines.push(`${this.#levels[node]!.toString(36)}?${low}:${nameOf(this.#highs[node]!)};`);
    }
    return lines.length === 0 ? start : lines.join('');
  }

  /** `whether` and `then`, or not `whether` and `otherwise`; every operation is a case of it. */
  #choose(whether: BitSet, then: BitSet, otherwise: BitSet): BitSet {
    if (whether === EVERYTHING || then === otherwise) return then;
    if (whether === NOTHING || this.#exhausted) return otherwise;
    if (then === EVERYTHING && otherwise === NOTHING) return whether;
    const key = `${whether},${then},${otherwise}`;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const level = Math.min(this.#levels[whether]!, this.#levels[then]!, this.#levels[otherwise]!);
    const below = (side: readonly BitSet[], set: BitSet) => (this.#levels[set] === level ? side[set]! : set);
    const branch = (side: readonly BitSet[]) =>
      this.#choose(below(side, whether), below(side, then), below(side, otherwise));
    const made = this.#node(level, branch(this.#lows), branch(this.#highs));
    this.#chosen.set(key, made);
    return made;
  }

  #node(level: number, low: BitSet, high: BitSet): BitSet {
    if (low === high) return low;
    const key = `${level},${low},${high}`;
    let node = this.#unique.get(key);
    if (node === undefined) {
      if (this.size >= this.#most) {
        this.#exhausted = true;
        return NOTHING;
      }
      node = this.#levels.push(level) - 1;
      this.#lows.push(low);
      this.#highs.push(high);
      this.#unique.set(key, node);
    }
    return node;
  }
}

function levelOf(word: number, bit: number): number {
  return word * WORD_BITS + (WORD_BITS - 1 - bit);
}

function isSet(value: bigint, bit: number): boolean {
  return ((value >> BigInt(bit)) & 1n) === 1n;
}
