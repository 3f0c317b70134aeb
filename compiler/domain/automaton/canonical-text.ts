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
 * `output>default codepoint+count:state ...;`, where the default is the state after the last code point of the language
 * and each entry stands for that many code points, one when not written. `-` is no output and no state.
 */
export function canonicalText(automaton: Automaton): CanonicalText {
  const { rows, outputs, start } = automaton;
  const runs = automaton.alphabet.runs();
  const walk = new Walk(start);
  const slots = new Map<number, number>();
  let text = '';
  for (const state of walk.order) {
    const row = rows[state]!;
    const usual = row[runs.at(-1)![1]]!;
    let line = '';
    for (let at = 0; at < runs.length; ) {
      const [first, letter] = runs[at]!;
      const to = row[letter]!;
      at += 1;
      while (at < runs.length && row[runs[at]![1]] === to) at += 1;
      // What leads nowhere is the same in every automaton of the language that is in the same place.
      if (to === usual || to === DEAD) continue;
      const count = runs[at]![0] - first;
      line += count === 1 ? ` ${first}:${walk.nameOf(to)}` : ` ${first}+${count}:${walk.nameOf(to)}`;
    }
    text += `${slotOf(outputs[state]!)}>${walk.nameOf(usual)}${line};`;
  }
  return { text, outputs: [...slots.keys()] };

  function slotOf(output: number): string {
    if (output === NO_OUTPUT) return '-';
    let slot = slots.get(output);
    if (slot === undefined) {
      slot = slots.size;
      slots.set(output, slot);
    }
    return String(slot);
  }
}

/** Numbers states as a breadth-first walk meets them. */
class Walk {
  readonly order: number[];
  readonly #names: string[] = [];

  constructor(start: number) {
    this.order = [start];
    this.#names[start] = '0';
    this.#names[DEAD] = '-';
  }

  nameOf(state: number): string {
    const known = this.#names[state];
    if (known !== undefined) return known;
    const name = String(this.order.push(state) - 1);
    this.#names[state] = name;
    return name;
  }
}
