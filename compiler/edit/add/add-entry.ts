import { isDeepStrictEqual } from 'node:util';
import { publishedSchema } from '../../frontend/schema/published.ts';
import { readYamlText } from '../../frontend/yaml/read.ts';
import type { YamlMapping, YamlTree } from '../../frontend/yaml/tree.ts';
import { type PlainValue, toValue } from '../../frontend/yaml/value.ts';
import { SourceFile } from '../../source/source-file.ts';
import type { Plain } from '../document-text.ts';
import { Lines } from '../lines.ts';
import { lexedComments } from '../same-meaning.ts';
import { type Splice, spliced } from '../splice.ts';
import { type DocumentStyle, styleOf } from './document-style.ts';
import { entryLines, flowOf } from './write-value.ts';

/**
 * Adds an entry to a section of a blueprint, at its end, in the layout of the document; a section that is not there is made
 * where the schema has it. Every line that was there stays as it is, byte by byte, but for one that holds a whole section in
 * brackets. The result is read again, and is only given out if its values are exactly the old ones and the new entry, and all
 * comments are there.
 *
 * @returns null where it cannot be done so: the text is no mapping, or the section has such an entry
 */
export function addEntry(source: SourceFile, section: string, key: string, value: Plain): string | null {
  const { tree, diagnostics } = readYamlText(source);
  const { root } = tree;
  if (diagnostics.length > 0 || root?.kind !== 'mapping' || root.entries.length === 0) return null;
  const there = root.entries.find((entry) => entry.key === section)?.value;
  if (there !== undefined && (there.kind !== 'mapping' || there.entries.some((entry) => entry.key === key))) {
    return null;
  }
  const addition = new Addition(tree, root);
  const splice =
    there === undefined ? addition.section(section, key, value) : addition.entry(there, key, value);
  const text = splice === null ? null : spliced(source.text, [splice]);
  return text !== null && isWanted(text, tree, section, key, value) ? text : null;
}

function isWanted(
  text: string,
  { root, source }: YamlTree,
  section: string,
  key: string,
  value: Plain,
): boolean {
  const { tree, diagnostics } = readYamlText(new SourceFile('', text));
  if (diagnostics.length > 0 || tree.root === null) return false;
  const wanted = toValue(root!) as { [key: string]: PlainValue };
  const entries = (wanted[section] ?? Object.create(null)) as { [key: string]: PlainValue };
  entries[key] = plainValue(value);
  wanted[section] = entries;
  return (
    isDeepStrictEqual(toValue(tree.root), wanted) &&
    isDeepStrictEqual(lexedComments(source.text), lexedComments(text))
  );
}

/** The same as it is read, in objects without a prototype. */
function plainValue(value: Plain): PlainValue {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plainValue);
  const entries = Object.entries(value).map(([key, item]) => [key, plainValue(item)] as const);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as PlainValue;
}

class Addition {
  readonly #text: string;
  readonly #root: YamlMapping;
  readonly #lines: Lines;
  readonly #style: DocumentStyle;

  constructor({ source }: YamlTree, root: YamlMapping) {
    this.#text = source.text;
    this.#root = root;
    this.#lines = new Lines(this.#text);
    this.#style = styleOf(root, this.#text);
  }

  section(name: string, key: string, value: Plain): Splice | null {
    if (this.#isInBrackets(this.#root)) return this.#inBrackets(this.#root, name, { [key]: value });
    const next = this.#sectionAfter(name);
    const lines = entryLines(name, { [key]: value }, this.#style);
    const column = this.#lines.columnOf(this.#root.start);
    if (next === null)
      return this.#after(this.#root, column, lines, this.#isApart(this.#root.entries.at(-1)!.keyStart));
    const at = this.#startOfRemarks(next);
    return this.#put(at, lines, column, this.#isApart(next) ? 'after' : 'none');
  }

  entry(mapping: YamlMapping, key: string, value: Plain): Splice | null {
    if (mapping.entries.length === 0 || this.#isInBrackets(mapping))
      return this.#inBrackets(mapping, key, value);
    const lines = entryLines(key, value, this.#style);
    return this.#after(mapping, this.#lines.columnOf(mapping.start), lines, false);
  }

  /** Below the last line of a block, and below the comments that are indented with it. */
  #after(mapping: YamlMapping, column: number, lines: readonly string[], isApart: boolean): Splice | null {
    const last = mapping.entries.at(-1)!;
    const end = Math.max(last.keyEnd, last.value.end);
    const lastLine = this.#lines.lineOf(this.#text[end - 1] === '\n' ? end - 1 : end);
    const at = this.#afterRemarks(lastLine, mapping === this.#root ? 1 : column);
    return this.#put(at, lines, column, isApart ? 'before' : 'none');
  }

  /** Offset of the line below `line` and the comments that directly follow it, at least as far to the right as `column`. */
  #afterRemarks(line: number, column: number): number {
    let at = this.#startOf(line + 1);
    for (;;) {
      const end = this.#lines.endOf(at);
      const [, indent] = /^( *)#/.exec(this.#text.slice(at, end)) ?? [];
      if (indent === undefined || indent.length < column) return at;
      at = Math.min(end + 1, this.#text.length);
    }
  }

  #put(at: number, lines: readonly string[], column: number, blank: 'before' | 'after' | 'none'): Splice {
    const { lineBreak } = this.#style;
    const indent = ' '.repeat(column);
    const text = lines.map((line) => indent + line + lineBreak).join('');
    const isUnfinished = at > 0 && this.#text[at - 1] !== '\n';
    const before = (isUnfinished ? lineBreak : '') + (blank === 'before' ? lineBreak : '');
    return { start: at, end: at, text: before + text + (blank === 'after' ? lineBreak : '') };
  }

  /** The first section that the schema lists later, where the sections stand in its order. */
  #sectionAfter(name: string): number | null {
    const order = Object.keys(publishedSchema('blueprint').properties ?? {});
    const later = this.#root.entries.find(({ key }) => order.indexOf(key) > order.indexOf(name));
    const isOrdered = this.#root.entries.every(
      ({ key }, at, all) => at === 0 || order.indexOf(all[at - 1]!.key) < order.indexOf(key),
    );
    return later !== undefined && isOrdered ? later.keyStart : null;
  }

  /** Where the line of a key begins, or the first of the comments that stand directly above it. */
  #startOfRemarks(at: number): number {
    let line = this.#lines.lineOf(at);
    while (line > 0 && /^\s*#/.test(this.#lineText(line - 1))) line--;
    return this.#startOf(line);
  }

  /** Whether a blank line stands before a section and the comments above it. */
  #isApart(keyStart: number): boolean {
    return this.#lines.isBlank(this.#lines.lineOf(this.#startOfRemarks(keyStart)) - 1);
  }

  #inBrackets(mapping: YamlMapping, key: string, value: Plain): Splice | null {
    const { start, end, entries } = mapping;
    if (this.#text[start] !== '{' || this.#text[end - 1] !== '}') return null;
    const isJson = entries.length > 0 && entries.every(({ keyStart }) => this.#text[keyStart] === '"');
    const written = isJson ? `${JSON.stringify(key)}: ` : `${flowOf(key, this.#style)}: `;
    const text = written + flowOf(value, this.#style, isJson);
    const last = entries.at(-1);
    if (last === undefined) return { start: start + 1, end: end - 1, text: ` ${text} ` };
    const after = Math.max(last.keyEnd, last.value.end);
    const closes = this.#text.slice(after, end - 1);
    if (!/^[\s,]*$/.test(closes)) return null;
    if (!closes.includes('\n'))
      return { start: after, end: after, text: `${closes.includes(',') ? ' ' : ', '}${text}` };
    // On a line of its own, so that no other line changes.
    const at = this.#lines.endOf(after);
    const indent = ' '.repeat(this.#lines.columnOf(last.keyStart));
    const comma = closes.includes(',') ? '' : ', ';
    return { start: at, end: at, text: `\n${indent}${comma}${text}` };
  }

  #isInBrackets({ start }: YamlMapping): boolean {
    return this.#text[start] === '{';
  }

  #lineText(line: number): string {
    const at = this.#startOf(line);
    return this.#text.slice(at, this.#lines.endOf(at));
  }

  #startOf(line: number): number {
    let low = 0;
    let high = this.#text.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines.lineOf(middle) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
