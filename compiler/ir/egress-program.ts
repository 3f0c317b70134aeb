import { flatten, runFlat } from '../domain/automaton/flatten.ts';
import { IntList } from '../domain/automaton/int-list.ts';
import { type Diagram, isLeaf, leafOf, type Place } from '../domain/diagram/diagram.ts';
import type { Partition, Table } from '../domain/diagram/dimension.ts';
import { DENY } from './egress-diagram.ts';

/** A node: its dimension, its table, where all texts but words lead (or MANY), then the next places by atom. */
const DIMENSION = 0;
const TABLE = 1;
const ONLY = 2;
const NEXT = 3;

/** Texts but words lead to more than one place. */
const MANY: Place = 2 ** 31 - 1;
const DENIED: Place = leafOf(DENY);

/** IPv4 in the space of all addresses, where most connections go. */
const IPV4_LOW = 0xffff00000000n;
const IPV4_HIGH = 0xffffffffffffn;
/** Instead of the last 32 bits, for an address that is not IPv4. */
export const NOT_IPV4 = -1;

/** So few words are compared one after the other. */
const FEW_WORDS = 4;

/**
 * An egress diagram in a few arrays, in the order in which decisions go through it. What many nodes have in common, how a
 * dimension is cut, is there once. Values must be of their dimension; for others the answer means nothing.
 */
export class EgressProgram {
  readonly root: Place;
  readonly #code: Int32Array;
  readonly #bounds: Float64Array;
  readonly #addresses: readonly bigint[];
  readonly #words: readonly string[];
  readonly #maps: readonly ReadonlyMap<string, number>[];

  constructor(diagram: Diagram) {
    const layout = new Layout(diagram);
    this.root = layout.placeOf(diagram.root);
    this.#code = layout.code.toArray();
    this.#bounds = Float64Array.from(layout.bounds);
    this.#addresses = layout.addresses;
    this.#words = layout.words;
    this.#maps = layout.maps;
  }

  /** The dimension that a place asks about. */
  dimensionAt(place: Place): number {
    return this.#code[place + DIMENSION]!;
  }

  byTag(place: Place, tag: number): Place {
    const code = this.#code;
    return this.#next(place, code[code[place + TABLE]! + tag]!);
  }

  byNumber(place: Place, value: number): Place {
    const code = this.#code;
    const table = code[place + TABLE]!;
    return this.#next(place, code[table + 2 + this.#lastStart(code[table + 1]!, code[table]!, value)]!);
  }

  /** @param ipv4 the last 32 bits of an IPv4 address, NOT_IPV4 for any other */
  byAddress(place: Place, ipv4: number, address: bigint): Place {
    const code = this.#code;
    const table = code[place + TABLE]!;
    const count = code[table]!;
    if (ipv4 !== NOT_IPV4) {
      return this.#next(place, code[table + 4 + this.#lastStart(code[table + 1]!, count, ipv4)]!);
    }
    return this.#next(place, code[table + 4 + count + this.#lastAddress(table, address)]!);
  }

  /** @param isReversed whether texts of the dimension are read from their end */
  byText(place: Place, text: string, isReversed: boolean): Place {
    const code = this.#code;
    const table = code[place + TABLE]!;
    const atom = this.#wordAtom(table, text);
    if (atom !== undefined) return this.#next(place, atom);
    const only = code[place + ONLY]!;
    return only === MANY ? this.#next(place, runFlat(code, code[table]!, text, isReversed)) : only;
  }

  #next(place: Place, atom: number): Place {
    return atom < 0 ? DENIED : this.#code[place + NEXT + atom]!;
  }

  /** A table of texts: where its automaton starts, its map of words or how few there are, and then where these are. */
  #wordAtom(table: number, text: string): number | undefined {
    const code = this.#code;
    const map = code[table + 1]!;
    if (map >= 0) return this.#maps[map]!.get(text);
    const first = code[table + 2]!;
    for (let word = 0; word < -1 - map; word += 1) {
      if (this.#words[first + word] === text) return code[table + 3 + word]!;
    }
    return undefined;
  }

  #lastStart(offset: number, count: number, value: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (bounds[offset + middle]! <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lastAddress(table: number, address: bigint): number {
    const first = this.#code[table + 3]!;
    let low = 0;
    let high = this.#code[table + 2]! - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#addresses[first + middle]! <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

interface PartitionTable {
  readonly at: number;
  /** Atoms of texts that are no words. */
  readonly textAtoms: readonly number[];
}

/** Writes nodes and tables one after the other, so that what is used together lies together. */
class Layout {
  readonly code = new IntList();
  readonly bounds: number[] = [];
  readonly addresses: bigint[] = [];
  readonly words: string[] = [];
  readonly maps: ReadonlyMap<string, number>[] = [];
  readonly #diagram: Diagram;
  readonly #places = new Map<Place, number>();
  readonly #tables = new Map<Partition, PartitionTable>();

  constructor(diagram: Diagram) {
    this.#diagram = diagram;
  }

  /** The place in the program. What follows a node is laid out right behind it. */
  placeOf(place: Place): Place {
    if (isLeaf(place)) return place;
    let at = this.#places.get(place);
    if (at === undefined) {
      const { dimension, partition, next } = this.#diagram.nodes[place]!;
      const table = this.#tableOf(partition);
      at = this.code.length;
      this.#places.set(place, at);
      this.code.pushAll([dimension, table.at, MANY]);
      for (const _ of next) this.code.push(DENIED);
      for (const [atom, after] of next.entries()) this.code.set(at + NEXT + atom, this.placeOf(after));
      this.code.set(at + ONLY, this.#onlyPlace(table.textAtoms, next));
    }
    return at;
  }

  #onlyPlace(atoms: readonly number[], next: readonly Place[]): Place {
    const places = new Set(atoms.map((atom) => next[atom]!));
    return places.size === 1 ? this.placeOf([...places][0]!) : MANY;
  }

  #tableOf(partition: Partition): PartitionTable {
    let table = this.#tables.get(partition);
    if (table === undefined) {
      table = this.#writeTable(partition.table());
      this.#tables.set(partition, table);
    }
    return table;
  }

  #writeTable(table: Table): PartitionTable {
    if (table.kind === 'word') throw new TypeError('the network has no words of bits');
    if (table.kind === 'text') return this.#writeTexts(table);
    const at = this.code.length;
    if (table.kind === 'tag') this.code.pushAll(table.atoms);
    else if (typeof table.starts[0] === 'bigint')
      this.#writeAddresses(table.starts as readonly bigint[], table.atoms);
    else {
      this.code.pushAll([table.atoms.length, this.bounds.length]);
      this.code.pushAll(table.atoms);
      for (const start of table.starts) this.bounds.push(start as number);
    }
    return { at, textAtoms: [] };
  }

  #writeTexts({ words, automaton }: Extract<Table, { kind: 'text' }>): PartitionTable {
    const start = flatten(automaton, this.code);
    const at = this.code.length;
    if (words.size > FEW_WORDS) {
      this.code.pushAll([start, this.maps.length]);
      this.maps.push(words);
    } else {
      this.code.pushAll([start, -1 - words.size, this.words.length, ...words.values()]);
      this.words.push(...words.keys());
    }
    return { at, textAtoms: [...new Set(automaton.outputs)].filter((output) => output >= 0) };
  }

  /** The IPv4 addresses by themselves, as plain numbers; then all, of which only the others are asked about. */
  #writeAddresses(starts: readonly bigint[], atoms: readonly number[]): void {
    const first = starts.findLastIndex((start) => start <= IPV4_LOW);
    const within = [...starts.keys()].filter((at) => at > first && starts[at]! <= IPV4_HIGH);
    this.code.pushAll([1 + within.length, this.bounds.length, starts.length, this.addresses.length]);
    this.code.push(atoms[first]!);
    for (const at of within) this.code.push(atoms[at]!);
    this.code.pushAll(atoms);
    this.bounds.push(0);
    for (const at of within) this.bounds.push(Number(starts[at]! - IPV4_LOW));
    for (const start of starts) this.addresses.push(start);
  }
}
