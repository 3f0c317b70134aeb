import { blueprintInlineSecret } from '../../diagnostics/catalog/blueprint.ts';
import { schemaMoreMistakes } from '../../diagnostics/catalog/schema.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import { SourceFile } from '../../source/source-file.ts';
import type { Span } from '../../source/span.ts';
import type { YamlEntry, YamlNode, YamlScalar, YamlTree } from '../yaml/tree.ts';
import { hasCredentialForm, looksRandom, mayNameCredential, namesCredential } from './credentials.ts';
import { shortened } from './wording.ts';

const MASK = '•';
const REPORTED = 20;

/**
 * Finds credentials that are written into a file. The tree that comes back has neither the values nor their source
 * text, so that no later diagnostic, and no excerpt of a line, can show them. Offsets stay as they are.
 */
export function concealSecrets(tree: YamlTree): {
  tree: YamlTree;
  secrets: readonly Concealed[];
  diagnostics: readonly Diagnostic[];
} {
  const { text } = tree.source;
  const inText = hasCredentialForm(text);
  // Without escapes, what the text does not show is not in its values either.
  const inValues = inText || text.includes('\\');
  if (!inValues && !mayNameCredential(text)) return { tree, secrets: [], diagnostics: [] };
  const search = new Search(inValues);
  if (tree.root !== null) search.node(tree.root, null);
  const found = inText ? withComments(search.found, text) : search.found;
  if (found.length === 0) return { tree, secrets: [], diagnostics: [] };
  const root = tree.root && withoutSecrets(tree.root, new Set(search.found.map(({ start }) => start)));
  const source = masked(tree.source, found);
  const diagnostics = found
    .slice(0, REPORTED)
    .map(({ start, end, key }) =>
      diagnose(blueprintInlineSecret, { source, start, end }, { key: key === null ? null : shortened(key) }),
    );
  if (found.length > REPORTED) {
    diagnostics.push(diagnose(schemaMoreMistakes, null, { hidden: found.length - REPORTED }));
  }
  return { tree: { source, root }, secrets: found, diagnostics };
}

/**
 * A credential in a comment is as leaked as one in a value. The whole comment counts, since a known form is only the
 * beginning of one. Both lists are in the order of the text.
 */
function withComments(found: readonly Concealed[], text: string): readonly Concealed[] {
  const all: Concealed[] = [];
  let next = 0;
  for (const match of text.matchAll(/(?<=^|[ \t])#.*$/gm)) {
    if (!hasCredentialForm(match[0])) continue;
    const comment = { start: match.index + 1, end: match.index + match[0].length, key: null };
    while (next < found.length && found[next]!.end <= comment.start) all.push(found[next++]!);
    const isWithinText = next < found.length && found[next]!.start < comment.end;
    if (!isWithinText) all.push(comment);
  }
  return [...all, ...found.slice(next)];
}

/** Where a credential stood, and the key whose value it was. */
export interface Concealed {
  readonly start: number;
  readonly end: number;
  readonly key: string | null;
}

class Search {
  readonly found: Concealed[] = [];
  readonly #hasForms: boolean;

  /** @param hasForms whether known forms have to be looked for, and not names alone */
  constructor(hasForms: boolean) {
    this.#hasForms = hasForms;
  }

  /** @param name the name that the value goes by: its key, or `name` beside it */
  node(node: YamlNode, name: string | null): void {
    if (node.kind === 'scalar') this.scalar(node, name);
    else if (node.kind === 'sequence') for (const item of node.items) this.node(item, name);
    else {
      const own = node.entries.find((entry) => entry.key === 'name')?.value;
      const ownName = own?.kind === 'scalar' && typeof own.value === 'string' ? own.value : null;
      for (const entry of node.entries) this.entry(entry, ownName);
    }
  }

  private entry({ key, keyStart, keyEnd, value }: YamlEntry, ownName: string | null): void {
    if (this.hasForm(key)) {
      this.found.push({ start: keyStart, end: keyEnd, key: null });
      this.node(value, null);
    } else this.node(value, key === 'value' && ownName !== null ? ownName : key);
  }

  private scalar({ value, start, end }: YamlScalar, name: string | null): void {
    if (typeof value !== 'string') return;
    if (!this.hasForm(value) && !(name !== null && namesCredential(name) && looksRandom(value))) return;
    this.found.push({ start, end, key: name === null || this.hasForm(name) ? null : name });
  }

  private hasForm(text: string): boolean {
    return this.#hasForms && hasCredentialForm(text);
  }
}

/** @param secrets where keys and values that are credentials start */
function withoutSecrets(node: YamlNode, secrets: ReadonlySet<number>): YamlNode {
  if (node.kind === 'scalar') return secrets.has(node.start) ? { ...node, value: MASK } : node;
  if (node.kind === 'sequence') {
    return { ...node, items: node.items.map((item) => withoutSecrets(item, secrets)) };
  }
  const entries = node.entries.map((entry) => ({
    ...entry,
    key: secrets.has(entry.keyStart) ? MASK : entry.key,
    value: withoutSecrets(entry.value, secrets),
  }));
  return { ...node, entries };
}

/** Line breaks stay, so that lines and columns do. */
function masked(source: SourceFile, found: readonly Concealed[]): SourceFile {
  let text = '';
  let at = 0;
  for (const { start, end } of found) {
    text += source.text.slice(at, start) + source.text.slice(start, end).replace(/[^\r\n]/g, MASK);
    at = end;
  }
  return new SourceFile(source.path, text + source.text.slice(at));
}

const LONGEST_SHOWN_LINE = 10_000;

/**
 * The same findings about a text that could not be read as YAML, where what is a value is not known. In the lines that
 * excerpts show, every word of a credential's form and all that stands behind a credential's name is masked.
 */
export function concealInText(diagnostics: readonly Diagnostic[], source: SourceFile): readonly Diagnostic[] {
  const spans = diagnostics.flatMap(({ primary, related }) => [primary, ...related.map(({ span }) => span)]);
  const shown = spans.flatMap((span) => (span?.source === source ? [lineAround(source.text, span)] : []));
  let { text } = source;
  for (const { start, end } of shown) {
    text = text.slice(0, start) + maskLine(text.slice(start, end)) + text.slice(end);
  }
  if (text === source.text) return diagnostics;
  const concealed = new SourceFile(source.path, text);
  const moved = (span: Span): Span => (span.source === source ? { ...span, source: concealed } : span);
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    primary: diagnostic.primary && moved(diagnostic.primary),
    related: diagnostic.related.map((related) => ({ ...related, span: moved(related.span) })),
  }));
}

/** From the start of the first line that a span touches to the end of its last. */
function lineAround(text: string, { start, end }: Span): { start: number; end: number } {
  const lineEnd = text.indexOf('\n', Math.max(start, end - 1));
  return { start: text.lastIndexOf('\n', start - 1) + 1, end: lineEnd === -1 ? text.length : lineEnd };
}

function maskLine(line: string): string {
  const mask = (words: string) => words.replace(/[^\s]/g, MASK);
  if (line.length > LONGEST_SHOWN_LINE)
    return hasCredentialForm(line) || mayNameCredential(line) ? mask(line) : line;
  const named = /([A-Za-z0-9_.-]+)["']?\s*[:=]\s+/g;
  for (let match = named.exec(line); match; match = named.exec(line)) {
    if (namesCredential(match[1]!)) return line.slice(0, named.lastIndex) + mask(line.slice(named.lastIndex));
  }
  return line.replace(/[^\s"']{12,}/g, (word) => (hasCredentialForm(word) ? mask(word) : word));
}
