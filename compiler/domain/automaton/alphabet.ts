/** Sorted, disjoint ranges of code points, both ends included. */
export type CharSet = readonly (readonly [low: number, high: number])[];

export function only(codePoint: number): CharSet {
  return [[codePoint, codePoint]];
}

/** The set less one code point. */
export function without(set: CharSet, codePoint: number): CharSet {
  return set.flatMap(([low, high]): CharSet => {
    if (codePoint < low || codePoint > high) return [[low, high]];
    const parts: CharSet = [
      [low, codePoint - 1],
      [codePoint + 1, high],
    ];
    return parts.filter((part) => part[0] <= part[1]);
  });
}

/** A run of code points that no set of the language tells apart. */
interface BaseRun {
  readonly low: number;
  readonly high: number;
  readonly letter: number;
}

/**
 * What a language's own character sets tell apart, worked out once a language. A letter is a class of code points;
 * letter 0 is every code point outside all sets. Bit `s` of `members[letter]` says that set `s` holds the letter.
 */
export interface BaseAlphabet {
  readonly runs: readonly BaseRun[];
  readonly members: readonly number[];
  readonly sizes: readonly number[];
  /** Letters of the first 128 code points. */
  readonly ascii: readonly number[];
}

export function baseAlphabet(sets: readonly CharSet[]): BaseAlphabet {
  const starts = new Set<number>();
  for (const [low, high] of sets.flat()) starts.add(low).add(high + 1);
  const cuts = [...starts].sort((left, right) => left - right);
  const runs: BaseRun[] = [];
  const members = [0];
  const sizes = [0];
  for (const [at, low] of cuts.slice(0, -1).entries()) {
    const high = cuts[at + 1]! - 1;
    const held = sets.reduce(
      (mask, set, s) => (set.some((r) => r[0] <= low && low <= r[1]) ? mask | (1 << s) : mask),
      0,
    );
    if (held === 0) continue;
    let letter = members.indexOf(held, 1);
    if (letter === -1) {
      letter = members.push(held) - 1;
      sizes.push(0);
    }
    sizes[letter]! += high - low + 1;
    runs.push({ low, high, letter });
  }
  const ascii = new Array<number>(128).fill(0);
  for (const { low, high, letter } of runs) if (low < 128) ascii.fill(letter, low, Math.min(high, 127) + 1);
  return { runs, members, sizes, ascii };
}

/** Code points that read well in an example, best first. */
const PREFERRED = Array.from('xyzabcdefghijklmnopqrstuvw0123456789-_', (character) =>
  character.charCodeAt(0),
);

/**
 * The letters of one automaton: those of its language, and one for each code point that its patterns name. Local to the
 * automaton, so that unrelated patterns do not multiply each other's tables.
 */
export class Alphabet {
  readonly base: BaseAlphabet;
  /** Named code points, ascending; the one at `i` is letter `base.members.length + i`. */
  readonly named: readonly number[];
  /** Bit masks of the language's sets, by letter. */
  readonly members: readonly number[];
  /** Letters whose every code point got a letter of its own, and letter 0: nothing can be read under them. */
  readonly vacant: readonly boolean[];
  /** Letters of the first 128 code points. */
  readonly #ascii: number[];
  readonly #ownLetters = new Map<number, number>();

  constructor(base: BaseAlphabet, named: Iterable<number>) {
    this.base = base;
    this.named = [...new Set(named)].sort((left, right) => left - right);
    this.#ascii = base.ascii.slice();
    const members = [...base.members];
    const left = [...base.sizes];
    for (const codePoint of this.named) {
      const baseLetter = this.#baseLetter(codePoint);
      const letter = members.push(base.members[baseLetter]!) - 1;
      left[baseLetter]! -= 1;
      left.push(1);
      this.#ownLetters.set(codePoint, letter);
      if (codePoint < 128) this.#ascii[codePoint] = letter;
    }
    this.members = members;
    this.vacant = left.map((size, letter) => letter === 0 || size === 0);
  }

  get size(): number {
    return this.members.length;
  }

  letterOf(codePoint: number): number {
    if (codePoint < 128) return this.#ascii[codePoint]!;
    return this.#ownLetters.get(codePoint) ?? this.#baseLetter(codePoint);
  }

  /** A code point of each letter that reads well; -1 where every one has a letter of its own. Letter 0 has none. */
  examples(): readonly number[] {
    const examples = new Array<number>(this.size).fill(-1);
    this.named.forEach((codePoint, at) => {
      examples[this.base.members.length + at] = codePoint;
    });
    for (const codePoint of PREFERRED) {
      const letter = this.letterOf(codePoint);
      if (letter !== 0 && examples[letter] === -1) examples[letter] = codePoint;
    }
    for (const { low, high, letter } of this.base.runs) {
      for (let codePoint = low; codePoint <= high && examples[letter] === -1; codePoint += 1) {
        if (this.letterOf(codePoint) === letter) examples[letter] = codePoint;
      }
    }
    return examples;
  }

  /**
   * The language's code points as ascending runs: `[first code point, letter]`, each reaching up to the next one. What
   * lies outside the language between two runs leads nowhere in every automaton, so it is left out.
   */
  runs(): (readonly [number, number])[] {
    const starts = this.base.runs.map(({ low }) => low);
    for (const codePoint of this.named) starts.push(codePoint, codePoint + 1);
    const runs: (readonly [number, number])[] = [];
    for (const start of [...new Set(starts)].sort((left, right) => left - right)) {
      const letter = this.letterOf(start);
      if (letter !== 0 && runs.at(-1)?.[1] !== letter) runs.push([start, letter]);
    }
    return runs;
  }

  #baseLetter(codePoint: number): number {
    const runs = this.base.runs;
    let low = 0;
    let high = runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const run = runs[middle]!;
      if (codePoint < run.low) high = middle - 1;
      else if (codePoint > run.high) low = middle + 1;
      else return run.letter;
    }
    return 0;
  }
}
