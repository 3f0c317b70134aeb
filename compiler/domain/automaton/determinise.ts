import { Alphabet } from './alphabet.ts';
import { type Automaton, DEAD, NO_OUTPUT } from './automaton.ts';
import type { Budget } from './budget.ts';
import type { Language } from './language.ts';
import { closures, Nfa, VALUES } from './nfa.ts';
import type { Pattern } from './pattern.ts';

/** An automaton whose output `o` means: the value matches the labels `labels[o]` and no others. */
export interface LabelledAutomaton {
  readonly automaton: Automaton;
  /** By output: ascending labels. */
  readonly labels: readonly (readonly number[])[];
}

/**
 * All patterns in one automaton, by subset construction; label `l` stands for the union of `patterns[l]`. Null when the
 * budget does not suffice.
 */
export function determinise(
  language: Language,
  patterns: readonly (readonly Pattern[])[],
  budget: Budget,
): LabelledAutomaton | null {
  const nfa = new Nfa(language);
  for (const [label, union] of patterns.entries())
    for (const pattern of union) nfa.addPattern(pattern, label);
  const subsets = new Subsets(nfa);
  const start = subsets.idOf(nfa.starts);
  for (let id = 1; id < subsets.members.length; id += 1) {
    if (!budget.spend(costOf(subsets.members[id]!))) return null;
    subsets.expand(id);
  }
  return subsets.finish(start);
}

/** A state costs time and memory by the places it stands for: thousands of patterns can be half matched at once. */
function costOf(members: readonly number[]): number {
  return 1 + (members.length >> 3);
}

/** Letters that the same sets of the language hold. */
interface Kind {
  readonly held: number;
  readonly letters: readonly number[];
}

/** The sets of states met so far. Id 0 is the empty set. */
class Subsets {
  readonly members: (readonly number[])[] = [[]];
  readonly #nfa: Nfa;
  readonly #alphabet: Alphabet;
  readonly #kinds: readonly Kind[];
  readonly #reachable: readonly (readonly number[])[];
  readonly #ids = new Map<string, number>([['', DEAD]]);
  /** By one or two targets, as one number. */
  readonly #idsOfFew = new Map<number, number>();
  readonly #rows: number[][] = [];
  /** By state: the last round of `idOf` that met it. */
  readonly #met: number[];
  #round = 0;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    const named: number[] = [];
    for (const state of nfa.states) for (const { codePoint } of state.onCharacter) named.push(codePoint);
    this.#alphabet = new Alphabet(nfa.language.alphabet, named);
    this.#kinds = kindsOf(this.#alphabet);
    this.#reachable = closures(nfa);
    this.#met = new Array<number>(nfa.states.length).fill(0);
    this.#rows.push(new Array<number>(this.#alphabet.size).fill(DEAD));
  }

  /** The id of the set that the targets reach without reading. Most are one or two, and met many times. */
  idOf(targets: readonly number[]): number {
    if (targets.length === 0) return DEAD;
    if (targets.length > 2) return this.#findId(targets);
    const key = targets[0]! * (this.#met.length + 1) + (targets.length === 1 ? 0 : targets[1]! + 1);
    const known = this.#idsOfFew.get(key);
    if (known !== undefined) return known;
    const id = this.#findId(targets);
    this.#idsOfFew.set(key, id);
    return id;
  }

  /** Sets that no value can be in count as empty. */
  #findId(targets: readonly number[]): number {
    this.#round += 1;
    const reached: number[] = [];
    let isOpen = false;
    for (const target of targets) {
      for (const state of this.#reachable[target]!) {
        if (this.#met[state] === this.#round) continue;
        this.#met[state] = this.#round;
        reached.push(state);
        if (this.#nfa.states[state]!.owner === VALUES) isOpen = true;
      }
    }
    if (!isOpen) return DEAD;
    const kept = this.#nfa.sinks.size > 0 ? reached.filter((state) => !this.#isMoot(state)) : reached;
    if (!isAscending(kept)) kept.sort((left, right) => left - right);
    const key = kept.join();
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.members.push(kept) - 1;
      this.#ids.set(key, id);
    }
    return id;
  }

  /** Once a label holds whatever follows, its other states decide nothing more. */
  #isMoot(state: number): boolean {
    const sink = this.#nfa.sinks.get(this.#nfa.states[state]!.owner);
    return sink !== undefined && sink !== state && this.#met[sink] === this.#round;
  }

  /** Works out where each letter leads from a set. A set that no letter leads to is never made. */
  expand(id: number): void {
    const { bySet, byLetter } = this.#waysFrom(id);
    const row = new Array<number>(this.#alphabet.size).fill(DEAD);
    for (const { held, letters } of this.#kinds) {
      const common: number[] = [];
      for (let set = 0; set < bySet.length; set += 1) if ((held >> set) & 1) common.push(...bySet[set]!);
      const own = byLetter.filter(({ letter }) => this.#alphabet.members[letter] === held);
      if (own.length < letters.length) {
        const id = this.idOf(common);
        for (const letter of letters) row[letter] = id;
      }
      for (const { letter, targets } of own) row[letter] = this.idOf(common.concat(targets));
    }
    this.#rows[id] = row;
  }

  #waysFrom(id: number): { bySet: number[][]; byLetter: { letter: number; targets: number[] }[] } {
    const bySet: number[][] = [[], [], []];
    const byLetter: { letter: number; targets: number[] }[] = [];
    for (const at of this.members[id]!) {
      const state = this.#nfa.states[at]!;
      for (const { set, to } of state.onSet) bySet[set]!.push(to);
      for (const { codePoint, to } of state.onCharacter) {
        const letter = this.#alphabet.letterOf(codePoint);
        const known = byLetter.find((way) => way.letter === letter);
        if (known) known.targets.push(to);
        else byLetter.push({ letter, targets: [to] });
      }
    }
    return { bySet, byLetter };
  }

  finish(start: number): LabelledAutomaton {
    const outputs = new Array<number>(this.members.length).fill(NO_OUTPUT);
    const labels: number[][] = [];
    const known = new Map<string, number>();
    for (const [id, members] of this.members.entries()) {
      const held = this.#labelsAt(members);
      if (!held) continue;
      const key = held.join();
      let output = known.get(key);
      if (output === undefined) {
        output = labels.push(held) - 1;
        known.set(key, output);
      }
      outputs[id] = output;
    }
    const { language } = this.#nfa;
    return { automaton: { language, alphabet: this.#alphabet, start, rows: this.#rows, outputs }, labels };
  }

  /** The labels that hold when a value ends here; null when none can end here. */
  #labelsAt(members: readonly number[]): number[] | null {
    const accepting = members.map((at) => this.#nfa.states[at]!).filter((state) => state.accepts);
    if (!accepting.some((state) => state.owner === VALUES)) return null;
    const owners = new Set(accepting.map((state) => state.owner));
    owners.delete(VALUES);
    return [...owners].sort((left, right) => left - right);
  }
}

function isAscending(numbers: readonly number[]): boolean {
  for (let at = 1; at < numbers.length; at += 1) if (numbers[at - 1]! > numbers[at]!) return false;
  return true;
}

function kindsOf(alphabet: Alphabet): Kind[] {
  const kinds = new Map<number, number[]>();
  for (const [letter, held] of alphabet.members.entries()) {
    if (alphabet.vacant[letter]) continue;
    const letters = kinds.get(held);
    if (letters) letters.push(letter);
    else kinds.set(held, [letter]);
  }
  return Array.from(kinds, ([held, letters]) => ({ held, letters }));
}
