import { Alphabet } from './alphabet.ts';
import type { Language } from './language.ts';
import { closures, Nfa, VALUES } from './nfa.ts';
import type { Pattern } from './pattern.ts';

/** One pattern made ready to be tried on values. */
export class Matcher {
  readonly #nfa: Nfa;
  readonly #alphabet: Alphabet;
  /** By state, all that are reached without reading. */
  readonly #reachable: readonly (readonly number[])[];
  readonly #starts: readonly number[];
  /** By state, the last step in which it was reached. Steps are numbered on from value to value. */
  readonly #reached: Float64Array;
  #step = 0;

  constructor(language: Language, pattern: Pattern) {
    this.#nfa = new Nfa(language);
    this.#nfa.addPattern(pattern, 0);
    this.#reachable = closures(this.#nfa);
    this.#alphabet = new Alphabet(language.alphabet, []);
    this.#starts = this.#nfa.starts.flatMap((start) => this.#reachable[start]!);
    this.#reached = new Float64Array(this.#nfa.states.length);
  }

  /**
   * Whether a value of the language matches; never for texts outside it. Follows all states at once, so the time is the
   * length of the value times the length of the pattern, whatever the pattern is.
   */
  matches(value: string): boolean {
    const { reversed } = this.#nfa.language;
    let current = this.#starts;
    for (let at = reversed ? value.length : 0; reversed ? at > 0 : at < value.length; ) {
      const codePoint = reversed ? codePointBefore(value, at) : value.codePointAt(at)!;
      at += (codePoint > LAST_OF_ONE_UNIT ? 2 : 1) * (reversed ? -1 : 1);
      current = this.#after(current, codePoint);
      if (current.length === 0) return false;
    }
    let isValue = false;
    let isMatch = false;
    for (const at of current) {
      const { accepts, owner } = this.#nfa.states[at]!;
      if (!accepts) continue;
      if (owner === VALUES) isValue = true;
      else isMatch = true;
    }
    return isValue && isMatch;
  }

  #after(current: readonly number[], codePoint: number): readonly number[] {
    const held = this.#alphabet.members[this.#alphabet.letterOf(codePoint)]!;
    const next: number[] = [];
    this.#step += 1;
    for (const at of current) {
      const { onCharacter, onSet } = this.#nfa.states[at]!;
      for (const edge of onCharacter) if (edge.codePoint === codePoint) this.#reach(edge.to, next);
      for (const edge of onSet) if ((held >> edge.set) & 1) this.#reach(edge.to, next);
    }
    return next;
  }

  #reach(to: number, next: number[]): void {
    for (const state of this.#reachable[to]!) {
      if (this.#reached[state] === this.#step) continue;
      this.#reached[state] = this.#step;
      next.push(state);
    }
  }
}

const LAST_OF_ONE_UNIT = 0xffff;

/** The code point that ends before a place of a text, which is not the first. */
function codePointBefore(text: string, place: number): number {
  const pair = place > 1 ? text.codePointAt(place - 2)! : 0;
  return pair > LAST_OF_ONE_UNIT ? pair : text.charCodeAt(place - 1);
}
