import type { Automaton } from '../automaton/automaton.ts';
import { run, shortestValues, withOutputs } from '../automaton/automaton.ts';
import type { Budget } from '../automaton/budget.ts';
import { canonicalText } from '../automaton/canonical-text.ts';
import { determinise, type LabelledAutomaton } from '../automaton/determinise.ts';
import { foldWords } from '../automaton/fold-words.ts';
import { minimise } from '../automaton/minimise.ts';
import { literalOf, type Pattern } from '../automaton/pattern.ts';
import { Numbering, type Partition, type TextSet, type Value, wrongKind } from './dimension.ts';

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
  const hasWildcards = clauses.wildcards.some((patterns) => patterns.length > 0);
  const labelled = hasWildcards ? determinise(language, clauses.wildcards, budget) : everyValue;
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
  return new TextPartition(withOutputs(automaton, atomByOutput), hasWildcards, words, atoms.items);
}

/** The atom of a word, and the atom that it would be in without its own entry. */
interface WordAtoms {
  readonly atom: number;
  readonly otherwise: number;
}

class TextPartition implements Partition {
  readonly atoms: readonly (readonly number[])[];
  /** Its outputs are the atoms of all values but the words. */
  readonly #automaton: Automaton;
  readonly #hasWildcards: boolean;
  readonly #words: ReadonlyMap<string, WordAtoms>;
  #examples: readonly (string | null)[] | undefined;

  constructor(
    automaton: Automaton,
    hasWildcards: boolean,
    words: ReadonlyMap<string, WordAtoms>,
    atoms: readonly (readonly number[])[],
  ) {
    this.#automaton = automaton;
    this.#hasWildcards = hasWildcards;
    this.#words = words;
    this.atoms = atoms;
  }

  locate(value: Value): number {
    if (typeof value !== 'string') wrongKind(this.#automaton.language.name, typeof value);
    return this.#words.get(value)?.atom ?? run(this.#automaton, value);
  }

  shape(outputs: ArrayLike<number>) {
    return canonicalText(this.#whole(outputs));
  }

  examples(): readonly (string | null)[] {
    if (!this.#examples) {
      const identity = this.atoms.map((_, atom) => atom);
      const found = shortestValues(this.#whole(identity));
      this.#examples = identity.map((atom) => found.get(atom) ?? null);
    }
    return this.#examples;
  }

  /** The minimal automaton from values to `outputs[atom]`, words included. */
  #whole(outputs: ArrayLike<number>): Automaton {
    const renamed = withOutputs(this.#automaton, outputs);
    const smallest = this.#hasWildcards ? minimise(renamed) : renamed;
    const exceptional = new Map<string, number>();
    for (const [word, { atom, otherwise }] of this.#words) {
      if (outputs[atom] !== outputs[otherwise]) exceptional.set(word, outputs[atom]!);
    }
    return foldWords(smallest, exceptional);
  }
}

/**
 * Groups taken apart into labels. All sets of a group without exceptions share one label; a set with exceptions has one
 * label for its patterns and one for its exceptions.
 */
class Clauses {
  /** By label: its patterns with wildcards. */
  readonly wildcards: Pattern[][] = [];
  /** By text: the labels that name it. */
  readonly words = new Map<string, number[]>();
  /** By label: the group that it speaks for; null for a label of exceptions. */
  readonly #groups: (number | null)[] = [];
  /** By label: the label of the exceptions to it. */
  readonly #exceptions = new Map<number, number>();
  /** Groups that hold everything but the exceptions of a label. */
  readonly #allBut: { readonly group: number; readonly exceptions: number }[] = [];
  readonly #always: number[] = [];

  constructor(groups: readonly (readonly TextSet[])[]) {
    for (const [group, sets] of groups.entries()) {
      const plain = sets.filter((set) => set.except.length === 0);
      if (plain.some((set) => set.patterns === 'all')) this.#always.push(group);
      else
        this.#label(
          group,
          plain.flatMap((set) => set.patterns as readonly Pattern[]),
        );
      for (const set of sets) if (set.except.length > 0) this.#addWithExceptions(group, set);
    }
  }

  #addWithExceptions(group: number, { patterns, except }: TextSet): void {
    const exceptions = this.#label(null, except);
    if (patterns === 'all') this.#allBut.push({ group, exceptions });
    else this.#exceptions.set(this.#label(group, patterns), exceptions);
  }

  #label(group: number | null, patterns: readonly Pattern[]): number {
    const label = this.#groups.push(group) - 1;
    const wildcards: Pattern[] = [];
    for (const pattern of patterns) {
      const word = literalOf(pattern);
      if (word === null) {
        wildcards.push(pattern);
        continue;
      }
      const labels = this.words.get(word) ?? [];
      if (labels.at(-1) !== label) labels.push(label);
      this.words.set(word, labels);
    }
    this.wildcards.push(wildcards);
    return label;
  }

  /** The ascending groups that hold a value at which exactly these labels hold. */
  groupsWhere(labels: readonly number[]): readonly number[] {
    const held = new Set(labels);
    const groups = new Set(this.#always);
    for (const label of held) {
      const group = this.#groups[label]!;
      const exceptions = this.#exceptions.get(label);
      if (group !== null && (exceptions === undefined || !held.has(exceptions))) groups.add(group);
    }
    for (const { group, exceptions } of this.#allBut) if (!held.has(exceptions)) groups.add(group);
    return [...groups].sort((left, right) => left - right);
  }
}
