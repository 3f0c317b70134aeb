import type { Budget } from '../automaton/budget.ts';
import { type Diagram, isLeaf, leafOf, type Place, type Verdict } from './diagram.ts';
import { Numbering, type Partition } from './dimension.ts';

/** Values of one dimension: the atoms of a partition of it. */
export interface Cut {
  readonly dimension: number;
  readonly partition: Partition;
  /** Ascending, none of them empty. */
  readonly atoms: readonly number[];
}

/** All points whose values lie in every cut. A dimension without a cut takes any value. Cuts stand in its order. */
export type Box = readonly Cut[];

/**
 * The points of one verdict as boxes that do not overlap. What goes on alike is one box, so their number follows what
 * the diagram tells apart and not the number of entries.
 *
 * @returns null when the budget does not suffice; a box costs one
 */
export function boxesOf(diagram: Diagram, verdict: Verdict, budget: Budget): readonly Box[] | null {
  const finder = new BoxFinder(diagram, verdict, budget);
  const chains = finder.chainsAt(diagram.root);
  return chains?.map((chain) => finder.boxOf(chain)) ?? null;
}

/** One cut and the number of the chain behind it. Chain 0 has no cut left. */
interface Chain {
  readonly cut: Cut;
  readonly next: number;
}

class BoxFinder {
  readonly #diagram: Diagram;
  readonly #target: Place;
  readonly #budget: Budget;
  readonly #chains = new Numbering<Chain | null>();
  readonly #partitions = new Map<Partition, number>();
  readonly #known = new Map<Place, readonly number[] | null>();

  constructor(diagram: Diagram, verdict: Verdict, budget: Budget) {
    this.#diagram = diagram;
    this.#target = leafOf(verdict);
    this.#budget = budget;
    this.#chains.numberOf('end', () => null);
  }

  chainsAt(place: Place): readonly number[] | null {
    if (isLeaf(place)) return place === this.#target ? [0] : [];
    let chains = this.#known.get(place);
    if (chains === undefined) {
      chains = this.#chainsBelow(place);
      this.#known.set(place, chains);
    }
    return chains;
  }

  boxOf(chain: number): Box {
    const box: Cut[] = [];
    for (let at = this.#chains.items[chain]; at; at = this.#chains.items[at.next]) box.push(at.cut);
    return box;
  }

  #chainsBelow(place: Place): readonly number[] | null {
    const { dimension, partition, next } = this.#diagram.nodes[place]!;
    const atomsByChain = new Map<number, number[]>();
    let values = 0;
    // Only where something follows is it worth asking whether an atom has a value at all.
    const leads = next.map((after) => this.chainsAt(after));
    if (leads.includes(null)) return null;
    if (leads.every((chains) => chains!.length === 0)) return [];
    for (const [atom, example] of partition.examples().entries()) {
      if (example === null) continue;
      values += 1;
      for (const chain of leads[atom]!) {
        const atoms = atomsByChain.get(chain);
        if (atoms) atoms.push(atom);
        else atomsByChain.set(chain, [atom]);
      }
    }
    if (!this.#budget.spend(atomsByChain.size)) return null;
    return [...atomsByChain].map(([chain, atoms]) =>
      atoms.length === values ? chain : this.#chainOf({ dimension, partition, atoms }, chain),
    );
  }

  #chainOf(cut: Cut, next: number): number {
    let partition = this.#partitions.get(cut.partition);
    if (partition === undefined) {
      partition = this.#partitions.size;
      this.#partitions.set(cut.partition, partition);
    }
    return this.#chains.numberOf(`${partition} ${cut.atoms.join()} ${next}`, () => ({ cut, next }));
  }
}
