import type { CST, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import {
  yamlBadIndentation,
  yamlDuplicateKey,
  yamlMergeKey,
  yamlMultilineKey,
  yamlNotFinite,
  yamlNullKey,
  yamlSyntax,
  yamlTooDeep,
  yamlTooManyValues,
  yamlUnsafeInteger,
  yamlUnsafeText,
} from '../../diagnostics/catalog/yaml.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { excerpt } from './excerpt.ts';
import type { Findings } from './findings.ts';
import { MAX_DEPTH, MAX_VALUES } from './limits.ts';
import { visibleEnd } from './reference-places.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './tree.ts';
import type { YamlLibrary } from './yaml-library.ts';

/** Where a node stands in the tree. */
interface Position {
  /** Where an empty value counts as written: right after its `:` or `-`. */
  readonly absentAt: number;
  /** Column of the innermost list or mapping without brackets; -1 in the root. */
  readonly column: number;
  /** Number of collections around the node. */
  readonly depth: number;
}

const NULL_WORD = /^(?:~|null|Null|NULL)?$/;
const INTEGER_WORD = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Turns a document that the library accepted into our tree, and refuses what the library lets through. */
export class ReferenceTree {
  readonly #library: YamlLibrary;
  readonly #source: SourceFile;
  readonly #findings: Findings;
  #values = 0;

  constructor(library: YamlLibrary, source: SourceFile, findings: Findings) {
    this.#library = library;
    this.#source = source;
    this.#findings = findings;
  }

  /** Null for an empty document. */
  root(contents: unknown): YamlNode | null {
    if (contents === null || contents === undefined) return null;
    if (this.#library.isScalar(contents) && isAbsent(contents)) return null;
    const root = this.#node(contents, { absentAt: 0, column: -1, depth: 0 });
    this.#withinLimits(root.start, 0);
    return root;
  }

  #node(node: unknown, position: Position): YamlNode {
    this.#values += 1;
    if (this.#library.isScalar(node)) return this.#scalar(node, position);
    if (this.#library.isMap(node)) return this.#mapping(node, position);
    if (this.#library.isSeq(node)) return this.#sequence(node, position);
    const { absentAt } = position;
    // An alias: the lexemes have shown it, or else this is an error that nothing else describes.
    if (!this.#findings.any) this.#findings.add(yamlSyntax, { start: absentAt, end: absentAt }, {});
    return absent(absentAt);
  }

  #withinLimits(start: number, depth: number): boolean {
    const place = { start, end: start + 1 };
    if (depth > MAX_DEPTH) this.#findings.add(yamlTooDeep, place, { limit: MAX_DEPTH });
    else if (this.#values > MAX_VALUES) this.#findings.add(yamlTooManyValues, place, { limit: MAX_VALUES });
    else return !this.#findings.full;
    return false;
  }

  #mapping(map: YAMLMap, position: Position): YamlMapping {
    const entries: YamlEntry[] = [];
    const flow = map.srcToken?.type === 'flow-collection';
    const start = flow ? startOf(map) : startOf((map.items[0] as Pair | undefined)?.key);
    const depth = position.depth + 1;
    const block = map.srcToken?.type === 'block-map';
    const column = block ? this.#columnOf(start) : position.column;
    if (this.#withinLimits(start, depth)) {
      const seen = new Map<string, YamlEntry>();
      for (const pair of map.items) {
        const entry = this.#entry(pair as Pair, !block, column, depth);
        this.#refuseRepeated(seen, entry);
        entries.push(entry);
      }
    }
    const end = flow ? endOf(map) : (entries.at(-1)?.value.end ?? start);
    return { kind: 'mapping', entries, start, end };
  }

  #entry(pair: Pair, inBrackets: boolean, column: number, depth: number): YamlEntry {
    const token = pair.srcToken as CST.CollectionItem | undefined;
    const colon = token?.sep?.find((sign) => sign.type === 'map-value-ind');
    const key = this.#library.isScalar(pair.key) ? pair.key : null;
    const keyStart = startOf(pair.key);
    const keyEnd = endOf(pair.key);
    const explicit = token?.start.some((sign) => sign.type === 'explicit-key-ind') ?? false;
    if (key && !explicit) this.#refuseKey(key, colon?.offset ?? keyStart);
    const spread = colon !== undefined && this.#source.text.slice(keyEnd, colon.offset).includes('\n');
    if (spread && !inBrackets && !explicit && keyEnd > keyStart) {
      this.#findings.add(yamlMultilineKey, { start: keyStart, end: keyEnd }, {});
    }
    const absentAt = colon ? colon.offset + 1 : keyEnd;
    const value =
      pair.value === null ? this.#missing(absentAt) : this.#node(pair.value, { absentAt, column, depth });
    return { key: String(key?.value ?? ''), keyStart, keyEnd, value };
  }

  #refuseKey(key: Scalar, colon: number): void {
    const place = { start: startOf(key), end: endOf(key) };
    this.#refuseText(String(key.value), place);
    if (key.type !== 'PLAIN') return;
    const text = key.source ?? '';
    if (text === '<<') this.#findings.add(yamlMergeKey, place, {});
    if (!NULL_WORD.test(text)) return;
    this.#findings.add(yamlNullKey, text === '' ? { start: colon, end: colon + 1 } : place, { text });
  }

  #refuseRepeated(seen: Map<string, YamlEntry>, entry: YamlEntry): void {
    // A missing key has its own error.
    if (entry.keyEnd === entry.keyStart) return;
    const first = seen.get(entry.key);
    if (!first) {
      seen.set(entry.key, entry);
      return;
    }
    const span = { source: this.#source, start: first.keyStart, end: first.keyEnd };
    const place = { start: entry.keyStart, end: entry.keyEnd };
    this.#findings.add(yamlDuplicateKey, place, { key: excerpt(entry.key) }, [{ span, label: 'first here' }]);
  }

  #sequence(sequence: YAMLSeq, position: Position): YamlSequence {
    const items: YamlNode[] = [];
    const start = startOf(sequence);
    const block = sequence.srcToken?.type === 'block-seq' ? sequence.srcToken : null;
    const dashes = block ? dashesOf(block) : [];
    const depth = position.depth + 1;
    const column = block ? this.#columnOf(start) : position.column;
    if (this.#withinLimits(start, depth)) {
      sequence.items.forEach((item, index) => {
        items.push(this.#node(item, { absentAt: dashes[index] ?? start, column, depth }));
      });
    }
    const end = block ? (items.at(-1)?.end ?? start) : endOf(sequence);
    return { kind: 'sequence', items, start, end };
  }

  #missing(at: number): YamlScalar {
    this.#values += 1;
    return absent(at);
  }

  #columnOf(offset: number): number {
    return offset - (this.#source.text.lastIndexOf('\n', offset - 1) + 1);
  }

  #scalar(scalar: Scalar, position: Position): YamlScalar {
    if (isAbsent(scalar)) return absent(position.absentAt);
    const start = startOf(scalar);
    const token = scalar.srcToken;
    const end = token?.type === 'block-scalar' ? blockTextEnd(token) : endOf(scalar);
    this.#refuseOutdented(start, end, position.column);
    const value = scalar.value;
    if (typeof value === 'number')
      return { kind: 'scalar', value: this.#number(value, start, end), start, end };
    if (typeof value === 'string') this.#refuseText(value, { start, end });
    return { kind: 'scalar', value: value as string | boolean | null, start, end };
  }

  /**
   * The further lines of a text are indented more than what holds it. The library forgets the indentation when a comment
   * or an empty line stands between a `:` or `-` and a text below it, and would then take following items for text.
   */
  #refuseOutdented(start: number, end: number, column: number): void {
    const { text } = this.#source;
    for (let at = start; at < end; at++) {
      if (text[at] !== '\n') continue;
      let visible = at + 1;
      while (text[visible] === ' ') visible++;
      const indent = visible - at - 1;
      at = visible - 1;
      if (indent > column || isBlankFrom(text, visible)) continue;
      this.#findings.add(yamlBadIndentation, { start: visible, end: visible + 1 }, {});
      return;
    }
  }

  /** Every number in a tree is finite, whole only when it is exact, and never the negative zero. */
  #number(value: number, start: number, end: number): number {
    const written = this.#source.text.slice(start, end);
    const text = excerpt(written);
    if (Number.isInteger(value) ? !Number.isSafeInteger(value) : INTEGER_WORD.test(written)) {
      this.#findings.add(yamlUnsafeInteger, { start, end }, { text });
    } else if (!Number.isFinite(value)) {
      this.#findings.add(yamlNotFinite, { start, end }, { text });
    }
    return value === 0 ? 0 : value;
  }

  #refuseText(value: string, place: { start: number; end: number }): void {
    if (value.includes('\0')) this.#findings.add(yamlUnsafeText, place, { what: 'a NUL character' });
    else if (LONE_SURROGATE.test(value))
      this.#findings.add(yamlUnsafeText, place, { what: 'half of a surrogate pair' });
  }
}

/** The ends of the `-` of all items, in order. Items without one are the library's comments. */
function dashesOf(block: CST.BlockSequence): number[] {
  return block.items.flatMap((item) => {
    const dash = item.start.find((sign) => sign.type === 'seq-item-ind');
    return dash ? [dash.offset + 1] : [];
  });
}

/** A block text ends with its last visible character; without any, with its header. */
function blockTextEnd(token: CST.BlockScalar): number {
  const headerLength = token.props.reduce(
    (sum, prop) => sum + ('source' in prop ? prop.source.length : 0),
    0,
  );
  const visible = visibleEnd(token.source, 0, token.source.length);
  const indicator = token.props[0];
  const indicatorLength = indicator && 'source' in indicator ? indicator.source.length : 1;
  return token.offset + (visible === 0 ? indicatorLength : headerLength + visible);
}

/** Whether the rest of a line is white space. */
function isBlankFrom(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return text[at] === undefined || text[at] === '\n' || text[at] === '\r';
}

function isAbsent(scalar: Scalar): boolean {
  return scalar.type === 'PLAIN' && scalar.source === '';
}

function absent(at: number): YamlScalar {
  return { kind: 'scalar', value: null, start: at, end: at };
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function endOf(node: unknown): number {
  return rangeOf(node)[1];
}

function rangeOf(node: unknown): readonly [number, number, number] {
  const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
  return range ?? [0, 0, 0];
}
