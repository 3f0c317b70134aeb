import type { YamlNode } from '../frontend/yaml/tree.ts';
import { Lines } from './lines.ts';

/** One comment of a YAML text. */
export interface Comment {
  /** From `#` to the end of the line, without white space at the end. */
  readonly text: string;
  readonly start: number;
  /** Whether nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
  /** Columns from the start of the line. */
  readonly column: number;
  readonly blankBefore: boolean;
}

/** All comments, in the order of the text: what follows a `#` outside of keys and scalars. */
export function findComments(text: string, root: YamlNode | null): Comment[] {
  const search = new Search(text);
  let at = 0;
  for (const [start, end] of root === null ? [] : opaqueSpans(root, text)) {
    search.between(at, start);
    at = end;
  }
  search.between(at, text.length);
  return search.found;
}

/** Keys and scalars in order. Of a block scalar the header is left out, since a comment may stand there. */
function* opaqueSpans(node: YamlNode, text: string): Generator<readonly [number, number]> {
  if (node.kind === 'sequence') for (const item of node.items) yield* opaqueSpans(item, text);
  else if (node.kind === 'mapping') {
    for (const entry of node.entries) {
      yield [entry.keyStart, entry.keyEnd];
      yield* opaqueSpans(entry.value, text);
    }
  } else if (isBlockScalar(text, node.start)) {
    const header = text.indexOf('\n', node.start);
    if (header !== -1 && header < node.end) yield [header, node.end];
  } else yield [node.start, node.end];
}

export function isBlockScalar(text: string, start: number): boolean {
  return text[start] === '|' || text[start] === '>';
}

class Search {
  readonly found: Comment[] = [];
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new Lines(text);
  }

  /** Nothing but white space, punctuation and comments stands between the two offsets. */
  between(from: number, to: number): void {
    for (let at = this.#text.indexOf('#', from); at !== -1 && at < to; at = this.#text.indexOf('#', at)) {
      const end = this.#lines.endOf(at);
      const column = this.#lines.columnOf(at);
      this.found.push({
        text: this.#text.slice(at, end).trimEnd(),
        start: at,
        ownLine: this.#text.slice(at - column, at).trim() === '',
        column,
        blankBefore: this.#lines.isBlank(this.#lines.lineOf(at) - 1),
      });
      at = end;
    }
  }
}
