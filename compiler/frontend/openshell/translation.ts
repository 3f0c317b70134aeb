import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from '../yaml/tree.ts';

/**
 * One file on its way into a blueprint. Its tree has passed the file's schema, so a node of another kind than the
 * schema says is a bug and throws.
 */
export class Translation {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceFile;
  readonly #reported = new Set<string>();

  constructor(source: SourceFile) {
    this.#source = source;
  }

  report<P>(kind: CatalogEntry<P>, span: Span, parameters: P, related: readonly Related[] = []): void {
    this.diagnostics.push(diagnose(kind, span, parameters, related));
  }

  /** For a difference that holds for the whole file: the first place stands for all. */
  reportOnce<P>(kind: CatalogEntry<P>, span: Span, parameters: P): void {
    if (this.#reported.has(kind.code)) return;
    this.#reported.add(kind.code);
    this.report(kind, span, parameters);
  }

  spanOf({ start, end }: YamlNode): Span {
    return { source: this.#source, start, end };
  }

  keySpan({ keyStart, keyEnd }: YamlEntry): Span {
    return { source: this.#source, start: keyStart, end: keyEnd };
  }

  key(entry: YamlEntry): Located<string> {
    return located(withoutReferences(entry.key), this.keySpan(entry));
  }

  text(node: YamlNode): Located<string> {
    return located(withoutReferences(String(scalar(node).value)), this.spanOf(node));
  }

  /** The words of an enumeration, which the schema has compared already. */
  word<W extends string>(node: YamlNode): Located<W> {
    return located(scalar(node).value as W, this.spanOf(node));
  }

  flag(node: YamlNode): Located<boolean> {
    return located(scalar(node).value === true, this.spanOf(node));
  }
}

/** `${` starts a variable in a blueprint and means itself in OpenShell. */
function withoutReferences(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function scalar(node: YamlNode): YamlScalar {
  if (node.kind !== 'scalar') throw new TypeError(`the schema let a ${node.kind} through`);
  return node;
}

export function entriesOf(node: YamlNode | null): readonly YamlEntry[] {
  if (node === null) return [];
  if (node.kind !== 'mapping') throw new TypeError(`the schema let a ${node.kind} through`);
  return node.entries;
}

export function itemsOf(node: YamlNode | null): readonly YamlNode[] {
  if (node === null) return [];
  if (node.kind !== 'sequence') throw new TypeError(`the schema let a ${node.kind} through`);
  return node.items;
}

export function entryAt(node: YamlNode | null, key: string): YamlEntry | null {
  return entriesOf(node).find((entry) => entry.key === key) ?? null;
}

export function valueAt(node: YamlNode | null, key: string): YamlNode | null {
  return entryAt(node, key)?.value ?? null;
}

/** The value's own words for messages; empty when the key is not written. */
export function wordAt(node: YamlNode | null, key: string): string {
  const value = valueAt(node, key);
  return value?.kind === 'scalar' ? String(value.value) : '';
}

export function isMapping(node: YamlNode | null): node is YamlMapping {
  return node?.kind === 'mapping';
}
