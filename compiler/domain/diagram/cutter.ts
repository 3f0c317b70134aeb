import { Budget, DEFAULT_BUDGET } from '../automaton/budget.ts';
import type { DiagramRequest } from './build.ts';
import { Continuations, type Live, rolesOf, type SetNumber } from './continuation.ts';
import type { Verdict } from './diagram.ts';
import type { Partition } from './dimension.ts';

/** Entries that go on alike, as one union in the dimension at hand. */
interface Group {
  readonly sets: SetNumber[];
  readonly after: Live;
}

/** Where live entries stand: at a dimension that some of them ask about, or at the verdict. */
export type Standing =
  | { readonly verdict: Verdict }
  /** Equal keys at one dimension go on alike. */
  | {
      readonly verdict: null;
      readonly dimension: number;
      readonly lives: readonly Live[];
      readonly key: string;
    };

/** How a dimension is cut by live entries, and which of them go on behind each atom. */
export interface CutBelow {
  readonly partition: Partition;
  after(atom: number): readonly Live[];
}

/** Cuts one dimension after the other by the entries that are still alive there; keeps the cuts that it made. */
export class Cutter {
  /** The dimension whose patterns spent the budget; null while it lasts. */
  overBudgetIn: string | null = null;
  readonly #request: DiagramRequest;
  readonly #budget: Budget;
  readonly #continuations: Continuations;
  /** By dimension. */
  readonly #partitions: Map<string, Partition>[];

  constructor(request: DiagramRequest) {
    this.#request = request;
    this.#budget = new Budget(request.budget ?? DEFAULT_BUDGET);
    this.#continuations = new Continuations(request.dimensions);
    this.#partitions = request.dimensions.map(() => new Map());
  }

  /** All entries, before the first dimension. */
  enter(): Live[] {
    return this.#request.entries.map((entry) => this.#continuations.enter(entry));
  }

  /** Leaves out what decides nothing more, and the dimensions that nobody asks about. */
  stand(from: number, lives: readonly Live[]): Standing {
    const { mootRoles, isNeutral, dimensions, verdictOf } = this.#request;
    const settled = this.#continuations.settle(lives, mootRoles);
    if (isNeutral && settled.every((live) => isNeutral(rolesOf(live)))) return { verdict: 0 };
    let dimension = from;
    // Nothing asks about these dimensions, so nothing about the entries changes there.
    while (dimension < dimensions.length && this.#continuations.askNothing(settled)) {
      dimension += 1;
      for (const [at, live] of settled.entries()) settled[at] = this.#continuations.after(live);
    }
    if (settled.length === 0 || dimension === dimensions.length) {
      return { verdict: verdictOf(settled.reduce((roles, live) => roles | rolesOf(live), 0)) };
    }
    if (dimension > from) settled.sort((left, right) => left - right);
    return { verdict: null, dimension, lives: settled, key: settled.join() };
  }

  /** Null when the budget does not suffice. */
  cut(dimension: number, lives: readonly Live[]): CutBelow | null {
    const { always, groups } = this.#grouped(lives);
    const partition = this.#partition(dimension, groups);
    return (
      partition && {
        partition,
        after: (atom) => [...always, ...partition.atoms[atom]!.map((group) => groups[group]!.after)],
      }
    );
  }

  #grouped(lives: readonly Live[]): { always: Live[]; groups: Group[] } {
    const always: Live[] = [];
    const groups = new Map<Live, Group>();
    for (const live of lives) {
      const set = this.#continuations.setOf(live);
      const after = this.#continuations.after(live);
      if (set === null) {
        always.push(after);
        continue;
      }
      const group = groups.get(after);
      if (group) group.sets.push(set);
      else groups.set(after, { sets: [set], after });
    }
    return { always, groups: [...groups.values()] };
  }

  #partition(at: number, groups: readonly Group[]): Partition | null {
    const dimension = this.#request.dimensions[at]!;
    const key = groups.map(({ sets }) => sets.join()).join(';');
    const known = this.#partitions[at]!.get(key);
    if (known) return known;
    const partition = dimension.partition(
      groups.map(({ sets }) => sets.map((set) => this.#continuations.setAt(at, set))),
      this.#budget,
    );
    if (!partition || !this.#budget.spend(partition.atoms.length)) {
      this.overBudgetIn ??= dimension.name;
      return null;
    }
    this.#partitions[at]!.set(key, partition);
    return partition;
  }
}
