import { type Diagram, isLeaf, leafOf, type Place, type Verdict } from './diagram.ts';
import type { Partition, Value } from './dimension.ts';

/** Values that read well, by the name of a dimension; the first that lies in what is asked for is taken. */
export type Preferences = Readonly<Record<string, readonly Value[]>>;

/** A value of one of the atoms, a preferred one if there is such; null when all of them are empty. */
export function valueIn(
  partition: Partition,
  atoms: readonly number[],
  preferred: readonly Value[] = [],
): Value | null {
  const wanted = new Set(atoms);
  const liked = preferred.find((value) => wanted.has(partition.locate(value)));
  if (liked !== undefined) return liked;
  const examples = partition.examples();
  let best: Value | null = null;
  for (const atom of atoms) {
    const example = examples[atom] ?? null;
    if (example !== null && (best === null || isSimpler(example, best))) best = example;
  }
  return best;
}

/** Shorter texts first; anything else in its own order. */
function isSimpler(one: Value, other: Value): boolean {
  if (typeof one === 'string' && typeof other === 'string' && one.length !== other.length) {
    return one.length < other.length;
  }
  return one < other;
}

/** A point that gets the verdict, one value a dimension; null when there is none. Looks only where it may lie. */
export function findPoint(
  diagram: Diagram,
  verdict: Verdict,
  preferences: Preferences,
): readonly (Value | null)[] | null {
  const target = leafOf(verdict);
  const dead = new Set<Place>();
  const point = new Array<Value | null>(diagram.dimensions.length).fill(null);
  return search(diagram.root) ? point : null;

  function search(place: Place): boolean {
    if (isLeaf(place)) return place === target;
    if (dead.has(place)) return false;
    const { dimension, partition, next } = diagram.nodes[place]!;
    const byPlace = new Map<Place, number[]>();
    for (const [atom, after] of next.entries()) {
      const atoms = byPlace.get(after);
      if (atoms) atoms.push(atom);
      else byPlace.set(after, [atom]);
    }
    for (const [after, atoms] of byPlace) {
      if (!search(after)) continue;
      const value = valueIn(partition, atoms, preferences[diagram.dimensions[dimension]!.name]);
      if (value === null) continue;
      point[dimension] = value;
      return true;
    }
    dead.add(place);
    return false;
  }
}
