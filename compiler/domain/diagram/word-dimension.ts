import type { Budget } from '../automaton/budget.ts';
import { type BitSet, type BitSpace, EVERYTHING, NOTHING } from '../bits.ts';
import {
  type Dimension,
  type DimensionSet,
  type Partition,
  type Shape,
  type Value,
  type WordSet,
  wrongKind,
} from './dimension.ts';

export function wordSet(set: BitSet): WordSet {
  return { kind: 'word', set };
}

/** A dimension of tuples of 64-bit words, such as the arguments of a system call. All sets must be of the given space. */
export function wordDimension(name: string, space: BitSpace): Dimension {
  const asWords = (set: DimensionSet): WordSet => (set.kind === 'word' ? set : wrongKind(name, set.kind));
  return {
    name,
    keyOf: (set) => String(asWords(set).set),
    isValue: (value) =>
      Array.isArray(value) &&
      value.length === space.words &&
      value.every((word) => typeof word === 'bigint' && BigInt.asUintN(64, word) === word),
    partition(groups, budget) {
      const unions = groups.map((group) =>
        group.reduce((union, set) => space.or(union, asWords(set).set), NOTHING),
      );
      return wordPartition(name, space, unions, budget);
    },
  };
}

interface Atom {
  readonly set: BitSet;
  readonly groups: readonly number[];
}

/** Splits everything by one group after the other; the parts that stay are the atoms, none of them empty. */
function wordPartition(
  name: string,
  space: BitSpace,
  unions: readonly BitSet[],
  budget: Budget,
): Partition | null {
  let atoms: Atom[] = [{ set: EVERYTHING, groups: [] }];
  for (const [group, union] of unions.entries()) {
    const before = space.size;
    atoms = atoms.flatMap(({ set, groups }) => [
      { set: space.and(set, union), groups: [...groups, group] },
      { set: space.difference(set, union), groups },
    ]);
    atoms = atoms.filter(({ set }) => set !== NOTHING);
    if (!budget.spend(space.size - before + atoms.length)) return null;
  }
  return {
    atoms: atoms.map(({ groups }) => groups),
    locate(value: Value) {
      if (!Array.isArray(value)) wrongKind(name, typeof value);
      return atoms.findIndex(({ set }) => space.contains(set, value as readonly bigint[]));
    },
    table: () => ({ kind: 'word' }),
    shape: (outputs) => shapeOf(space, atoms, outputs),
    examples: () => atoms.map(({ set }) => space.smallest(set)),
    portion: (wanted) =>
      wordSet(
        atoms.reduce((union, { set }, atom) => (wanted.has(atom) ? space.or(union, set) : union), NOTHING),
      ),
  };
}

/** `output>set;` in the order of the smallest tuple of each set. */
function shapeOf(space: BitSpace, atoms: readonly Atom[], outputs: ArrayLike<number>): Shape {
  const unions = new Map<number, BitSet>();
  for (const [atom, { set }] of atoms.entries()) {
    unions.set(outputs[atom]!, space.or(unions.get(outputs[atom]!) ?? NOTHING, set));
  }
  const sets = [...unions].map(([output, set]) => ({ output, set, smallest: space.smallest(set)! }));
  sets.sort((left, right) => compareTuples(left.smallest, right.smallest));
  const lines = sets.map(({ set }, slot) => `${slot.toString(36)}>${space.describe(set)}`);
  return { text: `${lines.join('/')};`, outputs: sets.map(({ output }) => output) };
}

function compareTuples(left: readonly bigint[], right: readonly bigint[]): number {
  const at = left.findIndex((word, index) => word !== right[index]);
  if (at === -1) return 0;
  return left[at]! < right[at]! ? -1 : 1;
}
