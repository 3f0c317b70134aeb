import { ANY, type Language, WITHIN } from './language.ts';
import type { Pattern, Token } from './pattern.ts';

/** Owner of the states that follow the language's own values rather than a pattern. */
export const VALUES = -1;

interface State {
  /** The label whose pattern the state follows, or VALUES. */
  readonly owner: number;
  accepts: boolean;
  readonly free: number[];
  readonly onCharacter: { readonly codePoint: number; readonly to: number }[];
  readonly onSet: { readonly set: number; readonly to: number }[];
}

/** A nondeterministic automaton that follows a language's values and labelled patterns side by side. */
export class Nfa {
  readonly language: Language;
  readonly states: State[] = [];
  readonly starts: number[] = [];
  /** By label: the state from which the label holds whatever follows. */
  readonly sinks = new Map<number, number>();

  constructor(language: Language) {
    this.language = language;
    this.starts.push(language.addValues(this));
  }

  valueState(accepts: boolean): number {
    return this.#state(VALUES, accepts);
  }

  onCharacter(from: number, codePoint: number, to: number): void {
    this.states[from]!.onCharacter.push({ codePoint, to });
  }

  onSet(from: number, set: number, to: number): void {
    this.states[from]!.onSet.push({ set, to });
  }

  /** Adds one more pattern to the union that a label stands for. */
  addPattern(pattern: Pattern, label: number): void {
    const start = this.#state(label, false);
    this.starts.push(start);
    if (pattern.reach === 'whole') this.states[this.#tokens(pattern.tokens, start, label)]!.accepts = true;
    else if (pattern.reach === 'every') this.#every(pattern.tokens, start, label);
    else this.#some(pattern.tokens, start, label);
  }

  #every(tokens: readonly Token[], start: number, label: number): void {
    const done = this.#state(label, true);
    this.onCharacter(this.#tokens(tokens, start, label), this.language.separator, done);
    this.states[done]!.free.push(start);
  }

  #some(tokens: readonly Token[], start: number, label: number): void {
    const between = this.#segmentsFrom(start, label);
    this.onCharacter(this.#tokens(tokens, between, label), this.language.separator, this.#sink(label));
  }

  /** States that pass over any number of segments with their separators; returns the one between segments. */
  #segmentsFrom(start: number, label: number): number {
    const between = this.#state(label, false);
    const inside = this.#state(label, false);
    const { separator } = this.language;
    this.states[start]!.free.push(between);
    this.onSet(between, WITHIN, inside);
    this.onSet(inside, WITHIN, inside);
    this.onCharacter(inside, separator, between);
    // No value of a language without empty segments comes this way.
    this.onCharacter(between, separator, between);
    const after = this.#state(label, false);
    this.states[between]!.free.push(after);
    return after;
  }

  #tokens(tokens: readonly Token[], start: number, label: number): number {
    let at = start;
    for (const token of this.language.reversed ? [...tokens].reverse() : tokens)
      at = this.#token(token, at, label);
    return at;
  }

  #token(token: Token, from: number, label: number): number {
    if (token === 'folders') return this.#segmentsFrom(from, label);
    if (token === 'rest') {
      this.states[from]!.free.push(this.#sink(label));
      return this.#sink(label);
    }
    const to = this.#state(label, false);
    if (token === 'run') {
      this.states[from]!.free.push(to);
      this.onSet(to, WITHIN, to);
    } else if (token === 'one') {
      this.onSet(from, WITHIN, to);
    } else {
      this.onCharacter(from, token, to);
    }
    return to;
  }

  #sink(label: number): number {
    let sink = this.sinks.get(label);
    if (sink === undefined) {
      sink = this.#state(label, true);
      this.onSet(sink, ANY, sink);
      this.sinks.set(label, sink);
    }
    return sink;
  }

  #state(owner: number, accepts: boolean): number {
    return this.states.push({ owner, accepts, free: [], onCharacter: [], onSet: [] }) - 1;
  }
}

/** By state, all states that are reached without reading, the state itself included. */
export function closures(nfa: Nfa): readonly (readonly number[])[] {
  return nfa.states.map((state, start) => {
    if (state.free.length === 0) return [start];
    const reached = new Set([start]);
    for (const at of reached) for (const next of nfa.states[at]!.free) reached.add(next);
    return [...reached];
  });
}
