import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CatalogEntry } from '../../diagnostics/entry.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { YamlEntry, YamlMapping, YamlNode } from '../yaml/tree.ts';

/**
 * The schema let something through that the parser does not know, or the other way round. Always a bug: a document
 * reaches the parser only after the schema accepted it.
 */
export class SchemaDisagreement extends Error {
  override readonly name = 'SchemaDisagreement';
}

/** A key as a node, for keys that are one of a few words. */
export function keyNode({ key, keyStart, keyEnd }: YamlEntry): YamlNode {
  return { kind: 'scalar', value: key, start: keyStart, end: keyEnd };
}

/** Reads one file's tree into located values and gathers what the schema cannot say. */
export class Reading {
  readonly source: SourceFile;
  readonly diagnostics: Diagnostic[] = [];

  constructor(source: SourceFile) {
    this.source = source;
  }

  span({ start, end }: { readonly start: number; readonly end: number }): Span {
    return { source: this.source, start, end };
  }

  keySpan({ keyStart, keyEnd }: YamlEntry): Span {
    return { source: this.source, start: keyStart, end: keyEnd };
  }

  key(entry: YamlEntry): Located<string> {
    return located(entry.key, this.keySpan(entry));
  }

  refuse<P>(kind: CatalogEntry<P>, place: Span, parameters: P, also: readonly Span[] = []): void {
    const related = also.map((span) => ({ span, label: 'and here' }));
    this.diagnostics.push(diagnose(kind, place, parameters, related));
  }

  text(node: YamlNode): Located<string> {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') throw this.disagreement(node, 'a text');
    return located(node.value, this.span(node));
  }

  word<Word extends string>(node: YamlNode, words: readonly Word[]): Located<Word> {
    const { value, span } = this.text(node);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.disagreement(node, words.join(' or '));
    return located(word, span);
  }

  flag(node: YamlNode): Located<boolean> {
    if (node.kind !== 'scalar' || typeof node.value !== 'boolean') throw this.disagreement(node, 'a flag');
    return located(node.value, this.span(node));
  }

  integer(node: YamlNode): Located<number> {
    if (node.kind !== 'scalar' || !Number.isSafeInteger(node.value)) {
      throw this.disagreement(node, 'a whole number');
    }
    return located(node.value as number, this.span(node));
  }

  textOrInteger(node: YamlNode): Located<string | number> {
    return node.kind === 'scalar' && typeof node.value === 'number' ? this.integer(node) : this.text(node);
  }

  list<T>(node: YamlNode, item: (node: YamlNode) => T): readonly T[] {
    if (node.kind !== 'sequence') throw this.disagreement(node, 'a list');
    return node.items.map(item);
  }

  /** The entries of a mapping whose keys are the user's own names. */
  named<T>(node: YamlNode, entry: (entry: YamlEntry) => T): readonly T[] {
    if (node.kind !== 'mapping') throw this.disagreement(node, 'a mapping');
    return node.entries.map(entry);
  }

  /** Reads a mapping with fixed keys. Every key that is there must be asked for. */
  fields<T>(node: YamlNode, read: (fields: Fields) => T): T {
    if (node.kind !== 'mapping') throw this.disagreement(node, 'a mapping');
    const fields = new Fields(this, node);
    const value = read(fields);
    fields.finish();
    return value;
  }

  disagreement(node: { readonly start: number; readonly end: number }, wanted: string): SchemaDisagreement {
    const { line, column } = this.source.positionAt(node.start);
    return new SchemaDisagreement(`${this.source.path}:${line}:${column}: the parser wants ${wanted} here`);
  }
}

/** The keys of one mapping, each read at most once. */
export class Fields {
  readonly #reading: Reading;
  readonly #mapping: YamlMapping;
  #read = 0;

  constructor(reading: Reading, mapping: YamlMapping) {
    this.#reading = reading;
    this.#mapping = mapping;
  }

  get span(): Span {
    return this.#reading.span(this.#mapping);
  }

  /** All that is written, to be looked at; reading a value is still the affair of the others. */
  get entries(): readonly YamlEntry[] {
    return this.#mapping.entries;
  }

  entry(key: string): YamlEntry | null {
    for (const entry of this.#mapping.entries) {
      if (entry.key !== key) continue;
      this.#read++;
      return entry;
    }
    return null;
  }

  optional<T>(key: string, read: (node: YamlNode) => T): T | null {
    const entry = this.entry(key);
    return entry === null ? null : read(entry.value);
  }

  /** A text, without the function that `optional` needs: most values are texts. */
  optionalText(key: string): Located<string> | null {
    const entry = this.entry(key);
    return entry === null ? null : this.#reading.text(entry.value);
  }

  requiredText(key: string): Located<string> {
    const text = this.optionalText(key);
    if (text === null) throw this.#reading.disagreement(this.#mapping, `the key ${key}`);
    return text;
  }

  required<T>(key: string, read: (node: YamlNode) => T): T {
    const entry = this.entry(key);
    if (entry === null) throw this.#reading.disagreement(this.#mapping, `the key ${key}`);
    return read(entry.value);
  }

  list<T>(key: string, item: (node: YamlNode) => T): readonly T[] {
    return this.optional(key, (node) => this.#reading.list(node, item)) ?? [];
  }

  finish(): void {
    if (this.#read !== this.#mapping.entries.length) {
      throw this.#reading.disagreement(
        this.#mapping,
        `other keys than ${this.#mapping.entries.map(({ key }) => key)}`,
      );
    }
  }
}
