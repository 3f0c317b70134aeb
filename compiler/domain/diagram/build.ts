import type { Entry, Live, Roles } from './continuation.ts';
import { Cutter } from './cutter.ts';
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
  const cutter = new Cutter(request);
  const builder = new DiagramBuilder(cutter, request.dimensions.length);
  const root = builder.build(0, cutter.enter());
  if (cutter.overBudgetIn !== null) return { ok: false, reason: 'budget', dimension: cutter.overBudgetIn };
  return { ok: true, diagram: { dimensions: request.dimensions, nodes: builder.nodes, root } };
}

class DiagramBuilder {
  readonly nodes: Node[] = [];
  readonly #cutter: Cutter;
  /** By dimension: places by the entries alive there. */
  readonly #places: Map<string, Place>[];
  readonly #nodeNumbers = new Map<string, Place>();
  readonly #partitionNumbers = new Map<Partition, number>();

  constructor(cutter: Cutter, dimensions: number) {
    this.#cutter = cutter;
    this.#places = Array.from({ length: dimensions }, () => new Map());
  }

  /** The place that decides between the live entries from a dimension on. Any place once the budget is spent. */
  build(from: number, lives: readonly Live[]): Place {
    const standing = this.#cutter.stand(from, lives);
    if (standing.verdict !== null) return leafOf(standing.verdict);
    const places = this.#places[standing.dimension]!;
    let place = places.get(standing.key);
    if (place === undefined) {
      place = this.#buildNode(standing.dimension, standing.lives);
      places.set(standing.key, place);
    }
    return place;
  }

  #buildNode(dimension: number, lives: readonly Live[]): Place {
    const cut = this.#cutter.cut(dimension, lives);
    if (cut === null) return leafOf(0);
    const { partition } = cut;
    const next = partition.atoms.map((_, atom) =>
      this.#cutter.overBudgetIn === null ? this.build(dimension + 1, cut.after(atom)) : leafOf(0),
    );
    return this.#node({ dimension, partition, next });
  }

  /** A node that leads to one place only asks for nothing, so it is that place. */
  #node(node: Node): Place {
    const first = node.next[0]!;
    if (node.next.every((place) => place === first)) return first;
    const key = `${this.#numberOf(node.partition)}:${node.next.join()}`;
    let place = this.#nodeNumbers.get(key);
    if (place === undefined) {
      place = this.nodes.push(node) - 1;
      this.#nodeNumbers.set(key, place);
    }
    return place;
  }

  #numberOf(partition: Partition): number {
    let number = this.#partitionNumbers.get(partition);
    if (number === undefined) {
      number = this.#partitionNumbers.size;
      this.#partitionNumbers.set(partition, number);
    }
    return number;
  }
}
