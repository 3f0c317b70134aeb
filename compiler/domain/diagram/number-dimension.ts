import type { Budget } from '../automaton/budget.ts';
import { after, before, type Interval, intervalSet } from '../interval-set.ts';
import {
  type Dimension,
  type DimensionSet,
  Numbering,
  type NumberSet,
  type Partition,
  type Shape,
  type Table,
  type Value,
  wrongKind,
} from './dimension.ts';

type Whole = number | bigint;

export function numberSet(intervals: NumberSet['intervals']): NumberSet {
  return { kind: 'number', intervals };
}

/** A dimension of whole numbers within bounds: ports, addresses, times. Either all `number` or all `bigint`. */
export function numberDimension<T extends Whole>(name: string, bounds: Interval<T>): Dimension {
  const asNumbers = (set: DimensionSet): NumberSet =>
    set.kind === 'number' ? set : wrongKind(name, set.kind);
  return {
    name,
    keyOf: (set) =>
      asNumbers(set)
        .intervals.map(({ low, high }) => `${low}-${high}`)
        .join(),
    isValue: (value) =>
      typeof value === typeof bounds.low &&
      (typeof value === 'bigint' || Number.isInteger(value)) &&
      (value as T) >= bounds.low &&
      (value as T) <= bounds.high,
    partition(groups, budget) {
      const intervals = groups.map((group) =>
        group.flatMap((set) => asNumbers(set).intervals as Interval<T>[]),
      );
      return numberPartition(name, bounds, intervals, budget);
    },
  };
}

function numberPartition<T extends Whole>(
  name: string,
  bounds: Interval<T>,
  groups: readonly (readonly Interval<T>[])[],
  budget: Budget,
): Partition | null {
  const starts = startsOf(bounds, groups);
  if (!budget.spend(starts.length)) return null;
  const held: number[][] = starts.map(() => []);
  for (const [group, intervals] of groups.entries()) {
    for (const { low, high } of intervals) {
      for (let at = indexOf(starts, low); at < starts.length && starts[at]! <= high; at += 1) {
        if (starts[at]! >= low && held[at]!.at(-1) !== group) held[at]!.push(group);
      }
    }
  }
  const atoms = new Numbering<readonly number[]>();
  const atomByStart = held.map((list) => atoms.numberOf(list.join(), () => list));
  return new NumberPartition(name, starts, bounds.high, atomByStart, atoms.items);
}

/** Every number at which some group begins to hold or ceases to, ascending; the lower bound first. */
function startsOf<T extends Whole>(bounds: Interval<T>, groups: readonly (readonly Interval<T>[])[]): T[] {
  const starts = new Set<T>([bounds.low]);
  for (const { low, high } of groups.flat()) {
    if (low > bounds.low && low <= bounds.high) starts.add(low);
    if (high >= bounds.low && high < bounds.high) starts.add(after(high));
  }
  return [...starts].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

/** The index of the last start that is not after the value; 0 when the value is before them all. */
function indexOf<T extends Whole>(starts: readonly T[], value: T): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

class NumberPartition<T extends Whole> implements Partition {
  readonly atoms: readonly (readonly number[])[];
  readonly #name: string;
  readonly #starts: readonly T[];
  readonly #highest: T;
  readonly #atomByStart: readonly number[];

  constructor(
    name: string,
    starts: readonly T[],
    highest: T,
    atomByStart: readonly number[],
    atoms: readonly (readonly number[])[],
  ) {
    this.#name = name;
    this.#starts = starts;
    this.#highest = highest;
    this.#atomByStart = atomByStart;
    this.atoms = atoms;
  }

  locate(value: Value): number {
    if (typeof value !== typeof this.#starts[0]) wrongKind(this.#name, typeof value);
    return this.#atomByStart[indexOf(this.#starts, value as T)]!;
  }

  table(): Table {
    return { kind: 'number', starts: this.#starts, atoms: this.#atomByStart };
  }

  /** `start>output,...;` ascending, where each start holds up to the next one. */
  shape(outputs: ArrayLike<number>): Shape {
    const slots = new Map<number, number>();
    const steps: string[] = [];
    let previous = -1;
    for (const [at, start] of this.#starts.entries()) {
      const output = outputs[this.#atomByStart[at]!]!;
      const slot = slots.get(output) ?? slots.size;
      slots.set(output, slot);
      if (slot === previous) continue;
      previous = slot;
      steps.push(`${start.toString(36)}>${slot.toString(36)}`);
    }
    return { text: `${steps.join()};`, outputs: [...slots.keys()] };
  }

  examples(): readonly (Value | null)[] {
    return this.atoms.map((_, atom) => this.#starts[this.#atomByStart.indexOf(atom)] ?? null);
  }

  portion(atoms: ReadonlySet<number>): NumberSet {
    const intervals = this.#starts.flatMap((low, at): Interval<T>[] => {
      if (!atoms.has(this.#atomByStart[at]!)) return [];
      const next = this.#starts[at + 1];
      return [{ low, high: next === undefined ? this.#highest : before(next) }];
    });
    return { kind: 'number', intervals: intervalSet(intervals) as NumberSet['intervals'] };
  }
}
