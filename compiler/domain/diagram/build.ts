import { Budget, DEFAULT_BUDGET } from '../automaton/budget.ts';
import { Continuations, type Entry, type Live, type Roles, rolesOf, type SetNumber } from './continuation.ts';
import { type Diagram, leafOf, type Node, type Place, type Verdict } from './diagram.ts';
import type { Dimension, Partition } from './dimension.ts';

export interface DiagramRequest {
  /** In the order in which values become known; the order is part of the canonical form. */
  readonly dimensions: readonly Dimension[];
  /** Their order carries no meaning. */
  readonly entries: readonly Entry[];
  /** What a point gets by the roles of all entries that hold there; `0` where none does. Deny beats allow is said here. */
  readonly verdictOf: (roles: Roles) => Verdict;
  /**
   * Roles that can change no verdict any more where `certain` ones hold everywhere and no others than `possible` ones
   * hold anywhere. What is left out so makes the diagram smaller and never different.
   */
  readonly mootRoles?: (certain: Roles, possible: Roles) => Roles;
  /**
   * Whether entries with these roles, and any number of others like them, leave the verdict at 0. Where all that is left
   * are such entries, nothing below is built.
   */
  readonly isNeutral?: (roles: Roles) => boolean;
  /** In states and nodes; see `DEFAULT_BUDGET`. */
  readonly budget?: number;
}

export type DiagramResult =
  | { readonly ok: true; readonly diagram: Diagram }
  | {
      readonly ok: false;
      readonly reason: 'budget';
      /** The dimension whose patterns were being cut when the budget ran out. */
      readonly dimension: string;
    };

/** The verdict for every point, from entries. Says so when the budget does not suffice, and then decides nothing. */
export function buildDiagram(request: DiagramRequest): DiagramResult {
  const builder = new DiagramBuilder(request);
  const continuations = request.entries.map((entry) => builder.continuations.enter(entry));
  const root = builder.build(0, continuations);
  if (builder.overBudgetIn !== null) return { ok: false, reason: 'budget', dimension: builder.overBudgetIn };
  return { ok: true, diagram: { dimensions: request.dimensions, nodes: builder.nodes, root } };
}

/** Entries that go on alike, as one union in the dimension at hand. */
interface Group {
  readonly sets: SetNumber[];
  readonly after: Live;
}

class DiagramBuilder {
  readonly nodes: Node[] = [];
  readonly continuations: Continuations;
  overBudgetIn: string | null = null;
  readonly #request: DiagramRequest;
  readonly #budget: Budget;
  /** By dimension: places by the entries alive there. */
  readonly #places: Map<string, Place>[];
  readonly #partitions: Map<string, Partition>[];
  readonly #nodeNumbers = new Map<string, Place>();
  readonly #partitionNumbers = new Map<Partition, number>();

  constructor(request: DiagramRequest) {
    this.#request = request;
    this.#budget = new Budget(request.budget ?? DEFAULT_BUDGET);
    this.continuations = new Continuations(request.dimensions);
    this.#places = request.dimensions.map(() => new Map());
    this.#partitions = request.dimensions.map(() => new Map());
  }

  /** The place that decides between the live entries from a dimension on. Any place once the budget is spent. */
  build(from: number, lives: readonly Live[]): Place {
    const { mootRoles, isNeutral, dimensions } = this.#request;
    const settled = this.continuations.settle(lives, mootRoles);
    if (isNeutral && settled.every((live) => isNeutral(rolesOf(live)))) return leafOf(0);
    let dimension = from;
    // Nothing asks about these dimensions, so nothing about the entries changes there.
    while (dimension < dimensions.length && this.continuations.askNothing(settled)) {
      dimension += 1;
      for (const [at, live] of settled.entries()) settled[at] = this.continuations.after(live);
    }
    if (settled.length === 0 || dimension === dimensions.length) {
      return leafOf(this.#request.verdictOf(settled.reduce((roles, live) => roles | rolesOf(live), 0)));
    }
    if (dimension > from) settled.sort((left, right) => left - right);
    const key = settled.join();
    let place = this.#places[dimension]!.get(key);
    if (place === undefined) {
      place = this.#buildNode(dimension, settled);
      this.#places[dimension]!.set(key, place);
    }
    return place;
  }

  #buildNode(dimension: number, lives: readonly Live[]): Place {
    const { always, groups } = this.#grouped(lives);
    const partition = this.#partition(dimension, groups);
    if (!partition) return leafOf(0);
    const next = partition.atoms.map((held) => {
      if (this.overBudgetIn !== null) return leafOf(0);
      return this.build(dimension + 1, [...always, ...held.map((group) => groups[group]!.after)]);
    });
    return this.#node({ dimension, partition, next });
  }

  #grouped(lives: readonly Live[]): { always: Live[]; groups: Group[] } {
    const always: Live[] = [];
    const groups = new Map<Live, Group>();
    for (const live of lives) {
      const set = this.continuations.setOf(live);
      const after = this.continuations.after(live);
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
      groups.map(({ sets }) => sets.map((set) => this.continuations.setAt(at, set))),
      this.#budget,
    );
    if (!partition || !this.#budget.spend(partition.atoms.length)) {
      this.overBudgetIn ??= dimension.name;
      return null;
    }
    this.#partitions[at]!.set(key, partition);
    this.#partitionNumbers.set(partition, this.#partitionNumbers.size);
    return partition;
  }

  /** A node that leads to one place only asks for nothing, so it is that place. */
  #node(node: Node): Place {
    const first = node.next[0]!;
    if (node.next.every((place) => place === first)) return first;
    const key = `${this.#partitionNumbers.get(node.partition)!}:${node.next.join()}`;
    let place = this.#nodeNumbers.get(key);
    if (place === undefined) {
      place = this.nodes.push(node) - 1;
      this.#nodeNumbers.set(key, place);
    }
    return place;
  }
}
