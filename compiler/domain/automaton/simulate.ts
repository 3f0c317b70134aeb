import { Alphabet } from './alphabet.ts';
import type { Language } from './language.ts';
import { closures, Nfa, VALUES } from './nfa.ts';
import type { Pattern } from './pattern.ts';

/** One pattern made ready to be tried on values. */
export interface Matcher {
  readonly nfa: Nfa;
  readonly reachable: readonly (readonly number[])[];
  readonly alphabet: Alphabet;
}

export function matcher(language: Language, pattern: Pattern): Matcher {
  const nfa = new Nfa(language);
  nfa.addPattern(pattern, 0);
  return { nfa, reachable: closures(nfa), alphabet: new Alphabet(language.alphabet, []) };
}

/**
 * Whether a value of the language matches; never for texts outside it. Follows all states at once, so the time is the
 * length of the value times the length of the pattern, whatever the pattern is.
 */
export function matches({ nfa, reachable, alphabet }: Matcher, value: string): boolean {
  const members = alphabet.members;
  let current = new Set(nfa.starts.flatMap((start) => reachable[start]!));
  const codePoints = Array.from(value, (character) => character.codePointAt(0)!);
  for (const codePoint of nfa.language.reversed ? codePoints.reverse() : codePoints) {
    const held = members[alphabet.letterOf(codePoint)]!;
    const next = new Set<number>();
    for (const at of current) {
      const state = nfa.states[at]!;
      for (const edge of state.onCharacter)
        if (edge.codePoint === codePoint) addAll(next, reachable[edge.to]!);
      for (const edge of state.onSet) if ((held >> edge.set) & 1) addAll(next, reachable[edge.to]!);
    }
    if (next.size === 0) return false;
    current = next;
  }
  let isValue = false;
  let isMatch = false;
  for (const at of current) {
    const state = nfa.states[at]!;
    if (!state.accepts) continue;
    if (state.owner === VALUES) isValue = true;
    else isMatch = true;
  }
  return isValue && isMatch;
}

function addAll(set: Set<number>, states: readonly number[]): void {
  for (const state of states) set.add(state);
}
