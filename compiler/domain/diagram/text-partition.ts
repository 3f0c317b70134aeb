import type { Automaton } from '../automaton/automaton.ts';
import { run, shortestValues, withOutputs } from '../automaton/automaton.ts';
import type { Budget } from '../automaton/budget.ts';
import { canonicalText } from '../automaton/canonical-text.ts';
import { determinise, type LabelledAutomaton } from '../automaton/determinise.ts';
import { foldWords } from '../automaton/fold-words.ts';
import { minimise } from '../automaton/minimise.ts';
import {
  Numbering,
  type Partition,
  type Portion,
  type Table,
  type TextSet,
  type Value,
  wrongKind,
} from './dimension.ts';
import { Clauses } from './text-clauses.ts';
import { TextPortions, type WordAtoms } from './text-portions.ts';

/**
 * Cuts a language by groups of text sets. Patterns without wildcards go into a hash table and never into the automaton,
 * so that thousands of names cost no more than their letters.
 *
 * @param everyValue the minimal automaton of the language without any patterns.
 */
export function textPartition(
  everyValue: LabelledAutomaton,
  groups: readonly (readonly TextSet[])[],
  budget: Budget,
): Partition | null {
  const clauses = new Clauses(groups);
  const { language } = everyValue.automaton;
  const labelled = clauses.hasWildcards ? determinise(language, clauses.wildcards, budget) : everyValue;
  if (!labelled || !budget.spend(clauses.words.size)) return null;
  const { automaton, labels } = labelled;
  const atoms = new Numbering<readonly number[]>();
  const atomOf = (held: readonly number[]): number => {
    const inGroups = clauses.groupsWhere(held);
    return atoms.numberOf(inGroups.join(), () => inGroups);
  };
  const atomByOutput = labels.map(atomOf);
  const words = new Map<string, WordAtoms>();
  for (const [word, own] of clauses.words) {
    const output = run(automaton, word);
    if (output < 0) continue;
    words.set(word, { atom: atomOf([...labels[output]!, ...own]), otherwise: atomByOutput[output]! });
  }
  return new TextPartition(withOutputs(automaton, atomByOutput), clauses, words, atoms.items);
}

class TextPartition implements Partition {
  readonly atoms: readonly (readonly number[])[];
  /** Its outputs are the atoms of all values but the words. */
  readonly #automaton: Automaton;
  readonly #clauses: Clauses;
  readonly #words: ReadonlyMap<string, WordAtoms>;
  #examples: readonly (string | null)[] | undefined;
  #portions: TextPortions | undefined;

  constructor(
    automaton: Automaton,
    clauses: Clauses,
    words: ReadonlyMap<string, WordAtoms>,
    atoms: readonly (readonly number[])[],
  ) {
    this.#automaton = automaton;
    this.#clauses = clauses;
    this.#words = words;
    this.atoms = atoms;
  }

  locate(value: Value): number {
    if (typeof value !== 'string') wrongKind(this.#automaton.language.name, typeof value);
    return this.#words.get(value)?.atom ?? run(this.#automaton, value);
  }

  table(): Table {
    const words = new Map([...this.#words].map(([word, { atom }]) => [word, atom]));
    return { kind: 'text', words, automaton: this.#automaton };
  }

  shape(outputs: ArrayLike<number>) {
    return canonicalText(this.#whole(outputs));
  }

  examples(): readonly (string | null)[] {
    this.#examples ??= this.#findExamples();
    return this.#examples;
  }

  /** Folding all words in is the costly way, and needed only where a word hides what a wildcard would give. */
  #findExamples(): readonly (string | null)[] {
    const identity = this.atoms.map((_, atom) => atom);
    const found = shortestValues(this.#automaton);
    const isHidden = [...found].some(([atom, value]) => (this.#words.get(value)?.atom ?? atom) !== atom);
    if (isHidden) {
      const whole = shortestValues(this.#whole(identity));
      return identity.map((atom) => whole.get(atom) ?? null);
    }
    for (const [word, { atom }] of this.#words) {
      const shortest = found.get(atom);
      if (shortest === undefined || word.length < shortest.length) found.set(atom, word);
    }
    return identity.map((atom) => found.get(atom) ?? null);
  }

  portion(atoms: ReadonlySet<number>, budget: Budget): Portion | null {
    this.#portions ??= new TextPortions({
      language: this.#automaton.language,
      clauses: this.#clauses,
      words: this.#words,
      atoms: this.atoms,
      locate: (text) => this.locate(text),
    });
    return this.#portions.portion(atoms, budget);
  }

  /** The minimal automaton from values to `outputs[atom]`, words included. */
  #whole(outputs: ArrayLike<number>): Automaton {
    const renamed = withOutputs(this.#automaton, outputs);
    const smallest = this.#clauses.hasWildcards ? minimise(renamed) : renamed;
    const exceptional = new Map<string, number>();
    for (const [word, { atom, otherwise }] of this.#words) {
      if (outputs[atom] !== outputs[otherwise]) exceptional.set(word, outputs[atom]!);
    }
    return foldWords(smallest, exceptional);
  }
}
