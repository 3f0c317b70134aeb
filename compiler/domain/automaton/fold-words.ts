import { Alphabet } from './alphabet.ts';
import { type Automaton, DEAD } from './automaton.ts';
import { codePointsOf } from './pattern.ts';

/**
 * The minimal automaton that gives each word its own output and every other value the output it had. Takes a minimal
 * automaton and values of its language; thousands of words cost their total length, not a subset construction.
 */
export function foldWords(automaton: Automaton, words: ReadonlyMap<string, number>): Automaton {
  if (words.size === 0) return automaton;
  const trie = new Trie(automaton, words);
  const states = new SharedStates(automaton, trie.alphabet);
  const resolved = new Array<number>(trie.states.length);
  // A node is made after the one above it, so backwards every branch is known before it is needed.
  for (let at = trie.states.length - 1; at >= 0; at -= 1) {
    const state = trie.states[at]!;
    const row = states.rowLike(state);
    for (let below = trie.firstBranch[at]!; below !== NONE; below = trie.nextBranch[below]!) {
      row[trie.letters[below]!] = resolved[below]!;
    }
    resolved[at] = states.share(row, trie.outputs[at] ?? states.outputs[state]!);
  }
  return states.finish(resolved[0]!);
}

const NONE = -1;

/** The words by their letters. A node is a number; what is known of it lies in one list a fact, because there are many. */
class Trie {
  readonly alphabet: Alphabet;
  /** Where the automaton is after the letters that lead to the node. */
  readonly states: number[] = [];
  /** The letter that leads to the node. */
  readonly letters: number[] = [];
  readonly firstBranch: number[] = [];
  /** The next branch of the same node. */
  readonly nextBranch: number[] = [];
  /** Outputs of the words that end at the node. */
  readonly outputs: (number | null)[] = [];
  readonly #automaton: Automaton;

  constructor(automaton: Automaton, words: ReadonlyMap<string, number>) {
    this.#automaton = automaton;
    const spelled = [...words].map(([word, output]) => ({ codePoints: codePointsOf(word), output }));
    const named = new Set(automaton.alphabet.named);
    for (const { codePoints } of spelled) for (const codePoint of codePoints) named.add(codePoint);
    this.alphabet = new Alphabet(automaton.alphabet.base, named);
    this.#node(automaton.start, NONE, NONE);
    for (const { codePoints, output } of spelled) {
      this.#add(automaton.language.reversed ? codePoints.reverse() : codePoints, output);
    }
  }

  #add(codePoints: readonly number[], output: number): void {
    const { alphabet, rows } = this.#automaton;
    let at = 0;
    for (const codePoint of codePoints) {
      const letter = this.alphabet.letterOf(codePoint);
      let below = this.firstBranch[at]!;
      while (below !== NONE && this.letters[below] !== letter) below = this.nextBranch[below]!;
      if (below === NONE) {
        below = this.#node(
          rows[this.states[at]!]![alphabet.letterOf(codePoint)]!,
          letter,
          this.firstBranch[at]!,
        );
        this.firstBranch[at] = below;
      }
      at = below;
    }
    this.outputs[at] = output;
  }

  #node(state: number, letter: number, nextBranch: number): number {
    this.letters.push(letter);
    this.firstBranch.push(NONE);
    this.nextBranch.push(nextBranch);
    this.outputs.push(null);
    return this.states.push(state) - 1;
  }
}

/** States over the wider alphabet, one for each row and output. */
class SharedStates {
  readonly rows: number[][] = [];
  readonly outputs: number[] = [];
  readonly #automaton: Automaton;
  readonly #alphabet: Alphabet;
  readonly #byHash = new Map<number, number[]>();
  readonly #scratch: number[] = [];

  constructor(automaton: Automaton, alphabet: Alphabet) {
    this.#automaton = automaton;
    this.#alphabet = alphabet;
    const baseSize = alphabet.base.members.length;
    const former = Array.from({ length: alphabet.size }, (_, letter) => {
      if (alphabet.vacant[letter]) return 0;
      return letter < baseSize ? letter : automaton.alphabet.letterOf(alphabet.named[letter - baseSize]!);
    });
    for (const [state, row] of automaton.rows.entries()) {
      this.#put(
        former.map((letter) => (letter === 0 ? DEAD : row[letter]!)),
        automaton.outputs[state]!,
      );
    }
  }

  /** A row to change and to share, as that of a state; the same one each time. */
  rowLike(state: number): number[] {
    const row = this.rows[state]!;
    for (let letter = 0; letter < row.length; letter += 1) this.#scratch[letter] = row[letter]!;
    return this.#scratch;
  }

  share(row: readonly number[], output: number): number {
    for (const state of this.#byHash.get(hashOf(row, output)) ?? []) {
      if (this.outputs[state] === output && equal(this.rows[state]!, row)) return state;
    }
    return this.#put(row.slice(), output);
  }

  finish(start: number): Automaton {
    const { language } = this.#automaton;
    return { language, alphabet: this.#alphabet, start, rows: this.rows, outputs: this.outputs };
  }

  #put(row: number[], output: number): number {
    const state = this.rows.push(row) - 1;
    this.outputs.push(output);
    const hash = hashOf(row, output);
    const known = this.#byHash.get(hash);
    if (known) known.push(state);
    else this.#byHash.set(hash, [state]);
    return state;
  }
}

function hashOf(row: readonly number[], output: number): number {
  let hash = output + 7;
  for (const to of row) {
    hash = Math.imul(hash ^ to, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

function equal(left: readonly number[], right: readonly number[]): boolean {
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
