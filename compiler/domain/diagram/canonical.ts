import { type Diagram, isLeaf, type Place, verdictAt } from './diagram.ts';
import { Numbering, type Partition, type Shape } from './dimension.ts';

/** Changes whenever the same meaning would be written in other bytes. */
const FORM = 'nemoclaw diagram 1';

/**
 * The meaning of a diagram as bytes: equal for two diagrams over the same order of dimensions exactly when they give every
 * point the same verdict, however their entries are written. Dimensions that decide nothing leave no trace, so one diagram
 * may have dimensions that the other lacks. UTF-8 text; whoever wants a digest hashes it.
 */
export function canonicalForm(diagram: Diagram): Uint8Array {
  const meanings = new Meanings(diagram);
  const root = meanings.of(diagram.root);
  return new TextEncoder().encode(`${FORM}\n${meanings.write(root)}`);
}

/** One cut of a dimension, reduced: no two equal ones, and none that leads to one place only. */
interface Meaning {
  readonly dimension: string;
  readonly shape: string;
  /** Meanings or leaves by the outputs that the shape names. */
  readonly next: readonly Place[];
}

/** A shape, and the number of its text. */
interface NumberedShape extends Shape {
  readonly number: number;
}

class Meanings {
  readonly #diagram: Diagram;
  readonly #known = new Numbering<Meaning>();
  readonly #byNode = new Map<Place, Place>();
  readonly #shapes = new Map<Partition, Map<string, NumberedShape>>();
  /** Texts of shapes are long, and many meanings have the same. */
  readonly #texts = new Numbering<string>();

  constructor(diagram: Diagram) {
    this.#diagram = diagram;
  }

  /** The number of what a place means; the leaves stand for themselves. */
  of(place: Place): Place {
    if (isLeaf(place)) return place;
    let meaning = this.#byNode.get(place);
    if (meaning === undefined) {
      meaning = this.#reduce(place);
      this.#byNode.set(place, meaning);
    }
    return meaning;
  }

  #reduce(place: Place): Place {
    const { dimension, partition, next } = this.#diagram.nodes[place]!;
    const below = Array.from(next, (after) => this.of(after));
    const distinct = [...new Set(below)];
    if (distinct.length === 1) return distinct[0]!;
    const indices = new Map(distinct.map((meaning, index) => [meaning, index]));
    const indexOf = (meaning: Place) => indices.get(meaning)!;
    const { text, number, outputs } = this.#shape(partition, below.map(indexOf));
    const met = outputs.map((output) => distinct[output]!);
    if (met.length === 1) return met[0]!;
    const { name } = this.#diagram.dimensions[dimension]!;
    const key = `${dimension} ${number} ${met.join()}`;
    return this.#known.numberOf(key, () => ({ dimension: name, shape: text, next: met }));
  }

  /** Many nodes cut their dimension alike and differ only in what follows. */
  #shape(partition: Partition, outputs: readonly number[]): NumberedShape {
    const known = this.#shapes.get(partition) ?? new Map<string, NumberedShape>();
    this.#shapes.set(partition, known);
    const key = outputs.join();
    let shape = known.get(key);
    if (!shape) {
      const made = partition.shape(outputs);
      shape = { ...made, number: this.#texts.numberOf(made.text, () => made.text) };
      known.set(key, shape);
    }
    return shape;
  }

  /** All meanings that the root leads to, one a line, numbered in the order of a breadth-first walk. */
  write(root: Place): string {
    const numbers = new Map<Place, number>();
    const order: Place[] = [];
    const nameOf = (place: Place): string => {
      if (isLeaf(place)) return `=${verdictAt(place)}`;
      let number = numbers.get(place);
      if (number === undefined) {
        number = order.push(place) - 1;
        numbers.set(place, number);
      }
      return String(number);
    };
    const lines = [nameOf(root)];
    for (const place of order) {
      const { dimension, shape, next } = this.#known.items[place]!;
      lines.push(`${JSON.stringify(dimension)} ${shape} ${next.map(nameOf).join()}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
