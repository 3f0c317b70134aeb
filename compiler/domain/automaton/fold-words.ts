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
  const resolved = new Array<number>(trie.nodes.length);
  // A node is made after the one above it, so backwards every branch is known before it is needed.
  for (let at = trie.nodes.length - 1; at >= 0; at -= 1) {
    const node = trie.nodes[at]!;
    const row = states.rows[node.state]!.slice();
    for (const [letter, below] of node.branches) row[letter] = resolved[below]!;
    resolved[at] = states.share(row, node.output ?? states.outputs[node.state]!);
  }
  return states.finish(resolved[0]!);
}

interface TrieNode {
  /** Where the automaton is after the letters that lead here. */
  readonly state: number;
  readonly branches: Map<number, number>;
  output: number | null;
}

class Trie {
  readonly alphabet: Alphabet;
  readonly nodes: TrieNode[];
  readonly #automaton: Automaton;

  constructor(automaton: Automaton, words: ReadonlyMap<string, number>) {
    this.#automaton = automaton;
    const spelled = [...words].map(([word, output]) => ({ codePoints: codePointsOf(word), output }));
    const named = new Set(automaton.alphabet.named);
    for (const { codePoints } of spelled) for (const codePoint of codePoints) named.add(codePoint);
    this.alphabet = new Alphabet(automaton.alphabet.base, named);
    this.nodes = [{ state: automaton.start, branches: new Map(), output: null }];
    for (const { codePoints, output } of spelled) {
      this.#add(automaton.language.reversed ? codePoints.reverse() : codePoints, output);
    }
  }

  #add(codePoints: readonly number[], output: number): void {
    const { alphabet, rows } = this.#automaton;
    let at = 0;
    for (const codePoint of codePoints) {
      const { state, branches } = this.nodes[at]!;
      const letter = this.alphabet.letterOf(codePoint);
      let below = branches.get(letter);
      if (below === undefined) {
        const reached = rows[state]![alphabet.letterOf(codePoint)]!;
        below = this.nodes.push({ state: reached, branches: new Map(), output: null }) - 1;
        branches.set(letter, below);
      }
      at = below;
    }
    this.nodes[at]!.output = output;
  }
}

/** States over the wider alphabet, one for each row and output. */
class SharedStates {
  readonly rows: number[][] = [];
  readonly outputs: number[] = [];
  readonly #automaton: Automaton;
  readonly #alphabet: Alphabet;
  readonly #byHash = new Map<number, number[]>();

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

  share(row: number[], output: number): number {
    const known = this.#byHash.get(hashOf(row, output)) ?? [];
    const same = known.find((state) => this.outputs[state] === output && equal(this.rows[state]!, row));
    return same ?? this.#put(row, output);
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

function hashOf(row: number[], output: number): number {
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
