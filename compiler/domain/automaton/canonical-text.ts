import { type Automaton, DEAD, NO_OUTPUT } from './automaton.ts';

/** A minimal automaton written down. Equal meaning gives equal text and equal order of outputs, however it was made. */
export interface CanonicalText {
  /** Names outputs by their place in `outputs`. */
  readonly text: string;
  /** The outputs that some value has, in the order in which a walk from the start meets them. */
  readonly outputs: readonly number[];
}

/**
 * Writes a minimal automaton as its states in the order of a breadth-first walk along ascending code points. A state is
 * `output>codepoint:state,...;`: from that code point of the language up to the next one written, the next state is
 * that one. `-` is no output and no state. Numbers are in base 36.
 */
export function canonicalText(automaton: Automaton): CanonicalText {
  const { next, outputs, start, alphabet } = automaton;
  const runs = alphabet.runs();
  const numbers = new Map<number, number>([[start, 0]]);
  const order = [start];
  const slots = new Map<number, number>();
  const lines: string[] = [];
  for (const state of order) {
    const ways: string[] = [];
    let previous = -1;
    for (const [codePoint, letter] of runs) {
      const to = next[state * alphabet.size + letter]!;
      if (to === previous) continue;
      previous = to;
      ways.push(`${codePoint.toString(36)}:${nameOf(to)}`);
    }
    lines.push(`${slotOf(outputs[state]!)}>${ways.join()};`);
  }
  return { text: lines.join(''), outputs: [...slots.keys()] };

  function nameOf(state: number): string {
    if (state === DEAD) return '-';
    let number = numbers.get(state);
    if (number === undefined) {
      number = order.push(state) - 1;
      numbers.set(state, number);
    }
    return number.toString(36);
  }

  function slotOf(output: number): string {
    if (output === NO_OUTPUT) return '-';
    let slot = slots.get(output);
    if (slot === undefined) {
      slot = slots.size;
      slots.set(output, slot);
    }
    return slot.toString(36);
  }
}
