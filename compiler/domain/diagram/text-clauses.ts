import { literalOf, type Pattern } from '../automaton/pattern.ts';
import type { TextSet } from './dimension.ts';

/**
 * Groups taken apart into labels. All sets of a group without exceptions share one label; a set with exceptions has one
 * label for its patterns and one for its exceptions.
 */
export class Clauses {
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
  readonly #patterns = new Map<string, Pattern>();
  #labelsByGroup: ReadonlyMap<number, readonly number[]> | undefined;

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
      this.#patterns.set(word, pattern);
      const labels = this.words.get(word) ?? [];
      if (labels.at(-1) !== label) labels.push(label);
      this.words.set(word, labels);
    }
    this.wildcards.push(wildcards);
    return label;
  }

  get hasWildcards(): boolean {
    return this.wildcards.some((patterns) => patterns.length > 0);
  }

  /** The pattern that names a word. */
  patternOf(word: string): Pattern {
    return this.#patterns.get(word)!;
  }

  /** Whether each text of the group matches one of its patterns or words. */
  isLocal(group: number): boolean {
    return !this.#always.includes(group) && !this.#allBut.some((one) => one.group === group);
  }

  /** Labels that speak for a group, those of its exceptions included. */
  labelsOf(groups: readonly number[]): readonly number[] {
    this.#labelsByGroup ??= this.#findLabels();
    const byGroup = this.#labelsByGroup;
    return groups.flatMap((group) => byGroup.get(group) ?? []);
  }

  #findLabels(): ReadonlyMap<number, readonly number[]> {
    const byGroup = new Map<number, number[]>();
    const add = (group: number, label: number) => {
      const labels = byGroup.get(group);
      if (labels) labels.push(label);
      else byGroup.set(group, [label]);
    };
    for (const [label, group] of this.#groups.entries()) {
      if (group === null) continue;
      add(group, label);
      const exceptions = this.#exceptions.get(label);
      if (exceptions !== undefined) add(group, exceptions);
    }
    for (const { group, exceptions } of this.#allBut) add(group, exceptions);
    return byGroup;
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
