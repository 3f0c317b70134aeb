import type { Composer, CST, Document, ErrorCode } from 'yaml';
import { yamlTooDeep } from '../../diagnostics/catalog/yaml.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { Findings } from './findings.ts';
import { MAX_DEPTH, MAX_ERRORS } from './limits.ts';
import { type LibraryError, reportSyntaxErrors } from './reference-errors.ts';
import { lexemesOf, withoutLongGaps } from './reference-lexemes.ts';
import { LexemeRefusals } from './reference-refusals.ts';
import { ReferenceTree } from './reference-tree.ts';
import type { YamlTree } from './tree.ts';
import { type YamlLibrary, yamlLibrary } from './yaml-library.ts';

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  keepSourceTokens: true,
  // The library compares each key with each other; ReferenceTree does it in one pass.
  uniqueKeys: false,
  strict: true,
  logLevel: 'silent',
} as const;

/** What a text says, and everything that is wrong with it; the root is null when anything is. */
export interface ReadResult {
  readonly tree: YamlTree;
  readonly diagnostics: Diagnostic[];
}

/**
 * Reads a screened text by the `yaml` library. This reader decides what is accepted and words every error; it takes
 * time and memory in proportion to the text, whatever the text is.
 */
export function readReference(source: SourceFile): ReadResult {
  const library = yamlLibrary();
  const findings = new Findings(source);
  const parsed = parse(library, source, findings);
  if (parsed.complete) {
    const composed = compose(library, parsed.document);
    const errors = [...parsed.errors, ...composed.errors].sort((a, b) => a.start - b.start);
    reportSyntaxErrors(source.text, errors, parsed.brokenFrom, findings);
    if (errors.length === 0) {
      const root = new ReferenceTree(library, source, findings).root(composed.contents);
      if (!findings.any) return { tree: { source, root }, diagnostics: [] };
    }
  }
  return { tree: { source, root: null }, diagnostics: findings.diagnostics() };
}

interface ParsedText {
  readonly document: CST.Document | null;
  readonly errors: readonly LibraryError[];
  readonly brokenFrom: number;
  /** False when reading stopped at a limit, so that the rest would only give misleading errors. */
  readonly complete: boolean;
}

function parse(library: YamlLibrary, source: SourceFile, findings: Findings): ParsedText {
  const parser = new library.Parser();
  const refusals = new LexemeRefusals(source, findings);
  const errors: LibraryError[] = [];
  let document: CST.Document | null = null;
  const take = (token: CST.Token): void => {
    if (token.type === 'document') document ??= token;
    else if (token.type === 'error' && errors.length <= MAX_ERRORS) errors.push(errorOf(token));
  };
  for (const lexeme of withoutLongGaps(lexemesOf(library, source))) {
    if (findings.full || !refusals.accepts(lexeme)) {
      return { document: null, errors: [], brokenFrom: refusals.brokenFrom, complete: false };
    }
    parser.offset = lexeme.offset;
    for (const token of parser.next(lexeme.source)) take(token);
    if (parser.stack.length > MAX_DEPTH && isTooDeep(library, parser.stack)) {
      findings.add(yamlTooDeep, { start: lexeme.offset, end: lexeme.offset + 1 }, { limit: MAX_DEPTH });
      return { document: null, errors: [], brokenFrom: refusals.brokenFrom, complete: false };
    }
  }
  for (const token of parser.end()) take(token);
  refusals.end();
  return { document, errors, brokenFrom: refusals.brokenFrom, complete: true };
}

/** Below the collections lies the document, and on top of them there may be a scalar. */
function isTooDeep(library: YamlLibrary, stack: readonly CST.Token[]): boolean {
  const scalars = library.CST.isCollection(stack.at(-1)) ? 0 : 1;
  return stack.length - 1 - scalars > MAX_DEPTH;
}

function errorOf(token: CST.ErrorToken): LibraryError {
  const end = token.offset + Math.max(1, token.source.length);
  return { code: 'UNEXPECTED_TOKEN', message: token.message, start: token.offset, end };
}

interface Composed {
  readonly contents: unknown;
  readonly errors: readonly LibraryError[];
}

/** Thrown out of the library's composer when it has found more errors than are listed. */
class EnoughErrors extends Error {}

type ErrorPlace = number | readonly number[] | { readonly offset: number; readonly source?: string };

function compose(library: YamlLibrary, document: CST.Document | null): Composed {
  const errors: LibraryError[] = [];
  if (document === null) return { contents: null, errors };
  const composer = new library.Composer(OPTIONS);
  const onError = (place: ErrorPlace, code: ErrorCode, message: string, warning?: boolean): void => {
    if (warning === true) return;
    if (errors.length > 2 * MAX_ERRORS) throw new EnoughErrors();
    errors.push({ code, message, ...rangeOf(place) });
  };
  // The composer's own `onError` makes an Error with a stack for each of what can be four million commas.
  Object.assign(composer, { onError });
  try {
    return { contents: contentsOf(composer, document), errors };
  } catch (thrown) {
    if (thrown instanceof EnoughErrors) return { contents: null, errors };
    throw thrown;
  }
}

function contentsOf(composer: Composer, document: CST.Document): unknown {
  const documents: Document.Parsed[] = [...composer.next(document), ...composer.end()];
  return documents[0]?.contents ?? null;
}

function rangeOf(place: ErrorPlace): { start: number; end: number } {
  if (typeof place === 'number') return { start: place, end: place + 1 };
  if ('offset' in place) return { start: place.offset, end: place.offset + (place.source?.length ?? 1) };
  const start = place[0] ?? 0;
  return { start, end: place[1] ?? start + 1 };
}
