import type { Alphabet } from './alphabet.ts';
import type { Language } from './language.ts';

/** The output of states at which no value of the language ends. */
export const NO_OUTPUT = -1;

/** The state that no value leaves. */
export const DEAD = 0;

/**
 * A complete deterministic automaton that gives every value of a language one output: a whole number from 0 up. What
 * the outputs mean is its maker's affair.
 */
export interface Automaton {
  readonly language: Language;
  readonly alphabet: Alphabet;
  readonly start: number;
  /** By state and letter: the next state. */
  readonly rows: readonly (readonly number[])[];
  /** By state; NO_OUTPUT where no value ends. */
  readonly outputs: readonly number[];
}

/** The output for a value, or NO_OUTPUT for a text outside the language. Time is the length of the value. */
export function run(automaton: Automaton, value: string): number {
  const { alphabet, rows, language } = automaton;
  let state = automaton.start;
  if (language.reversed) {
    for (let at = value.length - 1; at >= 0 && state !== DEAD; at -= 1) {
      let codePoint = value.charCodeAt(at);
      if ((codePoint & 0xfc00) === 0xdc00 && at > 0) codePoint = value.codePointAt(at - 1)!;
      if (codePoint > 0xffff) at -= 1;
      state = rows[state]![alphabet.letterOf(codePoint)]!;
    }
  } else {
    for (let at = 0; at < value.length && state !== DEAD; at += 1) {
      const codePoint = value.codePointAt(at)!;
      if (codePoint > 0xffff) at += 1;
      state = rows[state]![alphabet.letterOf(codePoint)]!;
    }
  }
  return automaton.outputs[state]!;
}

/** The same automaton with other outputs: `rename[output]` for each. */
export function withOutputs(automaton: Automaton, rename: ArrayLike<number>): Automaton {
  const outputs = automaton.outputs.map((output) => (output === NO_OUTPUT ? NO_OUTPUT : rename[output]!));
  return { ...automaton, outputs };
}

/**
 * The shortest value for each output that some value has; among equally short ones the one whose characters read best.
 * An output without any value is absent, so an empty map means an empty language.
 */
export function shortestValues(automaton: Automaton): Map<number, string> {
  const { alphabet, rows, outputs, start } = automaton;
  const examples = alphabet.examples();
  const order = readableOrder(alphabet, examples);
  const cameFrom = new Int32Array(outputs.length).fill(-1);
  const cameBy = new Int32Array(outputs.length);
  cameFrom[start] = start;
  const queue = [start];
  const found = new Map<number, string>();
  for (const state of queue) {
    const output = outputs[state]!;
    if (output !== NO_OUTPUT && !found.has(output)) found.set(output, spell(state));
    for (const letter of order) {
      const to = rows[state]![letter]!;
      if (to === DEAD || cameFrom[to] !== -1) continue;
      cameFrom[to] = state;
      cameBy[to] = examples[letter]!;
      queue.push(to);
    }
  }
  return found;

  function spell(end: number): string {
    const read: number[] = [];
    for (let state = end; state !== start; state = cameFrom[state]!) read.push(cameBy[state]!);
    if (!automaton.language.reversed) read.reverse();
    return String.fromCodePoint(...read);
  }
}

/** Letters without a name of their own first: what a wildcard stands for reads best as a letter nobody named. */
function readableOrder(alphabet: Alphabet, examples: readonly number[]): number[] {
  const letters = examples.map((_, letter) => letter).filter((letter) => !alphabet.vacant[letter]);
  const isSeparator = (letter: number) => (examples[letter]! < 0x30 ? 1 : 0);
  return letters.sort((left, right) => isSeparator(left) - isSeparator(right) || left - right);
}
