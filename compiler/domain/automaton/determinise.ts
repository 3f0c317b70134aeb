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
    if (!budget.spend(1)) return null;
    subsets.expand(id);
  }
  return subsets.finish(start);
}

/** The sets of states met so far. Id 0 is the empty set. */
class Subsets {
  readonly members: (readonly number[])[] = [[]];
  readonly #nfa: Nfa;
  readonly #alphabet: Alphabet;
  readonly #reachable: readonly (readonly number[])[];
  readonly #ids = new Map<string, number>([['', DEAD]]);
  readonly #rows: Int32Array[] = [];
  readonly #mark: Int32Array;
  #stamp = 0;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#alphabet = new Alphabet(
      nfa.language.alphabet,
      nfa.states.flatMap((state) => state.onCharacter.map((edge) => edge.codePoint)),
    );
    this.#reachable = closures(nfa);
    this.#mark = new Int32Array(nfa.states.length);
    this.#rows.push(new Int32Array(this.#alphabet.size));
  }

  /** The id of the set that the targets reach without reading. Sets that no value can be in count as empty. */
  idOf(targets: readonly number[]): number {
    this.#stamp += 1;
    const reached: number[] = [];
    let isOpen = false;
    for (const target of targets) {
      for (const state of this.#reachable[target]!) {
        if (this.#mark[state] === this.#stamp) continue;
        this.#mark[state] = this.#stamp;
        reached.push(state);
        if (this.#nfa.states[state]!.owner === VALUES) isOpen = true;
      }
    }
    if (!isOpen) return DEAD;
    const kept = reached.filter((state) => !this.#isMoot(state)).sort((left, right) => left - right);
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
    return sink !== undefined && sink !== state && this.#mark[sink] === this.#stamp;
  }

  /** Works out where each letter leads from a set. */
  expand(id: number): void {
    const { bySet, byLetter } = this.#waysFrom(id);
    // A set is worked out only when some letter leads to it, so that every state can be reached.
    const shared = new Map<number, { readonly targets: readonly number[]; id: number | null }>();
    const row = new Int32Array(this.#alphabet.size);
    for (let letter = 1; letter < row.length; letter += 1) {
      if (this.#alphabet.vacant[letter]) continue;
      const held = this.#alphabet.members[letter]!;
      let common = shared.get(held);
      if (!common) {
        const targets = bySet.flatMap((to, set) => ((held >> set) & 1 ? to : []));
        common = { targets, id: null };
        shared.set(held, common);
      }
      const own = byLetter.get(letter);
      if (own) {
        row[letter] = this.idOf([...common.targets, ...own]);
      } else {
        common.id ??= this.idOf(common.targets);
        row[letter] = common.id;
      }
    }
    this.#rows[id] = row;
  }

  #waysFrom(id: number): { bySet: number[][]; byLetter: Map<number, number[]> } {
    const bySet: number[][] = [];
    const byLetter = new Map<number, number[]>();
    for (const at of this.members[id]!) {
      const state = this.#nfa.states[at]!;
      for (const { set, to } of state.onSet) {
        const targets = bySet[set] ?? [];
        targets.push(to);
        bySet[set] = targets;
      }
      for (const { codePoint, to } of state.onCharacter) {
        const letter = this.#alphabet.letterOf(codePoint);
        const targets = byLetter.get(letter) ?? [];
        targets.push(to);
        byLetter.set(letter, targets);
      }
    }
    return { bySet, byLetter };
  }

  finish(start: number): LabelledAutomaton {
    const size = this.#alphabet.size;
    const next = new Int32Array(this.members.length * size);
    const outputs = new Int32Array(this.members.length).fill(NO_OUTPUT);
    const labels: number[][] = [];
    const known = new Map<string, number>();
    for (const [id, members] of this.members.entries()) {
      next.set(this.#rows[id]!, id * size);
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
    return { automaton: { language, alphabet: this.#alphabet, start, next, outputs }, labels };
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
