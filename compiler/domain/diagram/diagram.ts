import type { Dimension, Partition, Value } from './dimension.ts';

/** A place in a diagram: 0 and up is a node, below 0 the leaf of a verdict. */
export type Place = number;

/** A whole number from 0 up, as the caller's `verdictOf` gives it. */
export type Verdict = number;

/** Asks for the value in one dimension and goes on by the atom that holds it. */
export interface Node {
  readonly dimension: number;
  readonly partition: Partition;
  /** By atom. */
  readonly next: readonly Place[];
}

/**
 * An ordered decision diagram: the verdict for every point of its dimensions. Every node cuts its dimension only by the
 * entries that can still hold there. A way through may leave dimensions out that no longer matter.
 */
export interface Diagram {
  readonly dimensions: readonly Dimension[];
  readonly nodes: readonly Node[];
  readonly root: Place;
}

export function leafOf(verdict: Verdict): Place {
  return -1 - verdict;
}

export function isLeaf(place: Place): boolean {
  return place < 0;
}

export function verdictAt(leaf: Place): Verdict {
  return -1 - leaf;
}

/**
 * The place that is reached once the first `depth` values are known. It answers for all points that agree in them: a
 * connection is decided once, and each request on it goes on from there.
 */
export function descend(
  diagram: Diagram,
  point: readonly Value[],
  depth: number,
  from: Place = diagram.root,
): Place {
  let place = from;
  while (place >= 0) {
    const { dimension, partition, next } = diagram.nodes[place]!;
    if (dimension >= depth) break;
    const following = next[partition.locate(point[dimension]!)];
    if (following === undefined)
      throw new RangeError(`no value of dimension ${diagram.dimensions[dimension]!.name}`);
    place = following;
  }
  return place;
}

/** The verdict for a point. Every value must be one of its dimension, as `isPoint` tells and the parsers make them. */
export function evaluate(diagram: Diagram, point: readonly Value[], from: Place = diagram.root): Verdict {
  return verdictAt(descend(diagram, point, diagram.dimensions.length, from));
}

/** Whether there is one value a dimension, and each is of its dimension. Whatever is not a point must be denied. */
export function isPoint(diagram: Diagram, point: readonly Value[]): boolean {
  const { dimensions } = diagram;
  return (
    point.length === dimensions.length && dimensions.every((dimension, at) => dimension.isValue(point[at]!))
  );
}
