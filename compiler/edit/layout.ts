import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../frontend/yaml/tree.ts';
import { isBlockScalar } from './comments.ts';
import { Lines } from './lines.ts';

/** A document as it is laid out: values with the comments and blank lines that belong to them. */
export type Piece = ScalarPiece | Collection;

export interface ScalarPiece {
  readonly kind: 'scalar';
  readonly node: YamlScalar;
  /** As it is written. */
  readonly raw: string;
  /** Of the key or dash before it, in columns. */
  readonly parentColumn: number;
}

export interface Collection {
  readonly kind: 'mapping' | 'sequence';
  /** Brackets are kept within a line; over several lines, and around the whole document, they go. */
  readonly style: 'block' | 'flow';
  readonly inBrackets: boolean;
  readonly start: number;
  readonly end: number;
  /** Of the first key or dash, in columns. */
  readonly column: number;
  readonly parent: Slot | null;
  readonly slots: Slot[];
  /** Comments after the last slot. */
  readonly foot: Remark[];
}

/** One entry of a mapping or item of a sequence. */
export interface Slot {
  readonly owner: Collection;
  /** Null in sequences. */
  readonly key: { readonly text: string; readonly raw: string; readonly end: number } | null;
  readonly start: number;
  readonly column: number;
  blankBefore: boolean;
  value: Piece;
  readonly leading: Remark[];
  /** A comment on the line, then its continuation below. */
  readonly after: string[];
}

export interface Remark {
  readonly text: string;
  readonly blankBefore: boolean;
}

/** Lays out a tree without its comments. */
export function layOut(root: YamlMapping | YamlSequence, text: string): Collection {
  return new Layout(text).collection(root, null);
}

class Layout {
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new Lines(text);
  }

  collection(node: YamlMapping | YamlSequence, parent: Slot | null): Collection {
    const inBrackets = /[[{]/.test(this.#text[node.start] ?? '');
    const onOneLine = this.#lines.lineOf(node.start) === this.#lines.lineOf(node.end);
    const isPairInBrackets = !inBrackets && parent?.owner.inBrackets === true;
    const collection: Collection = {
      kind: node.kind,
      style: parent !== null && onOneLine && (inBrackets || isPairInBrackets) ? 'flow' : 'block',
      inBrackets: inBrackets || isPairInBrackets,
      start: node.start,
      end: node.end,
      column: this.#lines.columnOf(node.start),
      parent,
      slots: [],
      foot: [],
    };
    if (node.kind === 'mapping') this.fillMapping(collection, node);
    else this.fillSequence(collection, node);
    return collection;
  }

  private piece(node: YamlNode, parent: Slot): Piece {
    if (node.kind !== 'scalar') return this.collection(node, parent);
    const raw = this.#text.slice(node.start, this.endOfScalar(node));
    return { kind: 'scalar', node, raw, parentColumn: parent.column };
  }

  /** White space at the end of a block text belongs to it. */
  private endOfScalar({ start, end }: YamlScalar): number {
    const isWithinLine = isBlockScalar(this.#text, start) && this.#text[end - 1] !== '\n';
    return isWithinLine ? this.#lines.endOf(end) : end;
  }

  private fillMapping(owner: Collection, node: YamlMapping): void {
    for (const entry of node.entries) {
      const raw = this.#text.slice(entry.keyStart, entry.keyEnd);
      this.add(owner, entry.keyStart, { text: entry.key, raw, end: entry.keyEnd }, entry.value);
    }
  }

  private fillSequence(owner: Collection, node: YamlSequence): void {
    let previous: number | null = null;
    for (const item of node.items) {
      const dash = previous === null ? node.start : this.skipGap(previous);
      this.add(owner, owner.inBrackets ? item.start : dash, null, item);
      previous = Math.max(item.end, dash + 1);
    }
  }

  private add(owner: Collection, start: number, key: Slot['key'], value: YamlNode): void {
    const slot: Omit<Slot, 'value'> & { value: Piece | null } = {
      owner,
      key,
      start,
      column: this.#lines.columnOf(start),
      blankBefore: this.#lines.isBlank(this.#lines.lineOf(start) - 1),
      value: null,
      leading: [],
      after: [],
    };
    slot.value = this.piece(value, slot as Slot);
    owner.slots.push(slot as Slot);
  }

  /** The next character that is neither white space nor in a comment. */
  private skipGap(from: number): number {
    let at = from;
    while (at < this.#text.length) {
      if (this.#text[at] === '#') at = this.#lines.endOf(at);
      else if (!/\s/.test(this.#text[at]!)) return at;
      else at++;
    }
    return at;
  }
}
