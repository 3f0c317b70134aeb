import type { Automaton } from '../automaton/automaton.ts';
import type { Budget } from '../automaton/budget.ts';
import type { Pattern } from '../automaton/pattern.ts';
import type { BitSet } from '../bits.ts';
import type { IntervalSet } from '../interval-set.ts';

/** Texts that match one of the patterns, or any text at all, and none of the exceptions. */
export interface TextSet {
  readonly kind: 'text';
  readonly patterns: readonly Pattern[] | 'all';
  readonly except: readonly Pattern[];
}

/** Whole numbers in the intervals. */
export interface NumberSet {
  readonly kind: 'number';
  readonly intervals: IntervalSet<number> | IntervalSet<bigint>;
}

/** Bit `i` stands for the dimension's tag `i`. */
export interface TagSet {
  readonly kind: 'tag';
  readonly mask: number;
}

/** A set of the dimension's bit space. */
export interface WordSet {
  readonly kind: 'word';
  readonly set: BitSet;
}

export type DimensionSet = TextSet | NumberSet | TagSet | WordSet;

/** Texts that match all of the patterns (any text when there are none) and none of the exceptions. */
export interface TextTerm {
  readonly all: readonly Pattern[];
  readonly except: readonly Pattern[];
}

/** A part of a dimension, said by what the dimension was cut by; texts as the union of terms. */
export type Portion =
  | { readonly kind: 'text'; readonly terms: readonly TextTerm[] }
  | NumberSet
  | TagSet
  | WordSet;

/** A text, a whole number, the index of a tag, or a tuple of words. */
export type Value = string | number | bigint | readonly bigint[];

/**
 * One side of an access that a policy decides about. Sets and values must be of the dimension's own kind; giving it
 * others is a bug and throws.
 */
export interface Dimension {
  /** Stands in the canonical form, so that it never changes for the same meaning. */
  readonly name: string;
  /** Equal keys mean equal sets. */
  keyOf(set: DimensionSet): string;
  /** Whether the value exists in this dimension at all. */
  isValue(value: Value): boolean;
  /** Cuts the dimension by groups, each the union of its sets; null when the budget does not suffice. */
  partition(groups: readonly (readonly DimensionSet[])[], budget: Budget): Partition | null;
}

/** How a partition finds the atom of a value, for whoever lays it out to be found sooner. */
export type Table =
  /** A word is looked up, any other text is run through the automaton, whose outputs are atoms. */
  | { readonly kind: 'text'; readonly words: ReadonlyMap<string, number>; readonly automaton: Automaton }
  /** `atoms[i]` holds from `starts[i]` up to the next start; ascending. */
  | {
      readonly kind: 'number';
      readonly starts: readonly (number | bigint)[];
      readonly atoms: readonly number[];
    }
  /** By tag. */
  | { readonly kind: 'tag'; readonly atoms: readonly number[] }
  | { readonly kind: 'word' };

/** A dimension cut into atoms: values that lie in the same groups as each other. */
export interface Partition {
  /** By atom: the ascending numbers of the groups that hold it. No two atoms are alike. An atom may turn out empty. */
  readonly atoms: readonly (readonly number[])[];
  /** The atom that holds a value of the dimension. */
  locate(value: Value): number;
  /** What `locate` goes by. */
  table(): Table;
  /** The function from values to `outputs[atom]`, whole numbers from 0 up; equal functions give equal shapes. */
  shape(outputs: ArrayLike<number>): Shape;
  /** By atom: its simplest value, or null where the atom is empty. */
  examples(): readonly (Value | null)[];
  /** All values of the given atoms, exactly; null when the budget does not suffice to say it. */
  portion(atoms: ReadonlySet<number>, budget: Budget): Portion | null;
}

/** `text` names outputs by their place in `outputs`, which holds just those that some value has, in order of meeting. */
export interface Shape {
  readonly text: string;
  readonly outputs: readonly number[];
}

/** Numbers things by their key, in order of first sight. */
export class Numbering<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(key: string, make: () => T): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.items.push(make()) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** What a dimension throws when it is given a set or a value of another kind. */
export function wrongKind(dimension: string, given: string): never {
  throw new TypeError(`dimension ${dimension} was given a ${given}`);
}
