import type { Automaton } from './automaton/automaton.ts';
import type { Budget } from './automaton/budget.ts';
import { determinise } from './automaton/determinise.ts';
import {
  FILE_PATHS,
  GRAPHQL_FIELDS,
  GRAPHQL_OPERATIONS,
  type Language,
  TEXTS,
  URL_PATHS,
} from './automaton/language.ts';
import { minimise } from './automaton/minimise.ts';
import { codePointsOf, literalOf, type Pattern, type Token, WrittenPattern } from './automaton/pattern.ts';
import { Matcher } from './automaton/simulate.ts';
import type { AbsolutePath } from './path.ts';

/**
 * What a glob is about: `file` paths of executables, `url` paths of requests as `canonicalUrlPath` gives them, a `text`
 * without segments, such as the value of a query key, a `message`, which is a text in which brackets and backslashes are
 * nothing special, a `field` of GraphQL, or the name of an `operation` of GraphQL, which is empty for one without a name.
 */
export type GlobKind = 'file' | 'url' | 'text' | 'message' | 'field' | 'operation';

/**
 * The one dialect of wildcards. `*` is any part of a segment, and a whole one that is not empty where it stands alone; `?`
 * is one character of a segment; `**` stands alone between `/` and is any number of whole segments, none included, and at
 * the end everything below: `/a/**` matches `/a/b/c` and not `/a`. All else stands for itself, case counts, and a dot at
 * the start of a name is nothing special. In a `text` there are no segments and `*` is any text, empty included.
 */
export interface Glob extends Pattern {
  readonly kind: GlobKind;
}

export type GlobProblem =
  | 'empty'
  | 'relative'
  | 'empty-segment'
  | 'dot-segment'
  | 'double-star-in-segment'
  | 'bracket'
  | 'brace'
  | 'backslash'
  | 'percent-escape'
  | 'trailing-slash'
  | 'control-character'
  | 'not-a-name'
  | 'too-long';

export type GlobParse =
  | { readonly ok: true; readonly glob: Glob }
  | { readonly ok: false; readonly problem: GlobProblem };

const LONGEST_GLOB = 4096;
/** Characters of names (GraphQL specification, October 2021, section 2.1.9) and wildcards. */
const GRAPHQL_GLOB = /^[_A-Za-z0-9*?]*$/;
const CONTROL_CHARACTER = /\p{Cc}|\p{Surrogate}/u;
/** NUL separates the values of a list. */
const NO_CHARACTER = /[\0\p{Surrogate}]/u;
/** From the start of a segment: an empty one that is not the last, one of dots, one with `**` and more. */
const ODD_SEGMENT = /(?<=\/)(?:(?<empty>\/)|(?<dots>\.{1,2}(?:\/|$))|[^/]*(?:[^/]\*\*|\*\*[^/]))/;

const LANGUAGES: Readonly<Record<GlobKind, Language>> = {
  file: FILE_PATHS,
  url: URL_PATHS,
  text: TEXTS,
  message: TEXTS,
  field: GRAPHQL_FIELDS,
  operation: GRAPHQL_OPERATIONS,
};

export function languageOf(glob: Glob): Language {
  return LANGUAGES[glob.kind];
}

/**
 * Reads a glob. What other dialects read as classes, alternatives or escapes is refused rather than misread, and so is
 * what could match no value at all, such as a `..` segment.
 */
export function parseGlob(text: string, kind: GlobKind): GlobParse {
  const problem = problemOf(text, kind);
  if (problem) return { ok: false, problem };
  const glob = isPath(kind)
    ? new WrittenPattern(kind, spellSegments(text, '/'), pathTokens)
    : new WrittenPattern(kind, inOrder(text), wildcards);
  return { ok: true, glob };
}

function problemOf(text: string, kind: GlobKind): GlobProblem | null {
  if (CONTROL_CHARACTER.test(text)) return 'control-character';
  if (text.length > LONGEST_GLOB) return 'too-long';
  if (kind === 'message') return null;
  if (text.includes('[')) return 'bracket';
  if (text.includes('{')) return 'brace';
  if (text.includes('\\')) return 'backslash';
  if (isPath(kind)) return pathProblemOf(text, kind);
  if (kind === 'text') return null;
  if (kind === 'field' && text === '') return 'empty';
  return GRAPHQL_GLOB.test(text) ? null : 'not-a-name';
}

function isPath(kind: GlobKind): kind is 'file' | 'url' {
  return kind === 'file' || kind === 'url';
}

function pathProblemOf(text: string, kind: 'file' | 'url'): GlobProblem | null {
  if (text === '') return 'empty';
  if (!text.startsWith('/')) return 'relative';
  if (kind === 'url' && /%[0-9a-f]{2}/i.test(text)) return 'percent-escape';
  if (kind === 'file' && text.endsWith('/') && text !== '/') return 'trailing-slash';
  const odd = ODD_SEGMENT.exec(text);
  // No request has a segment such as `..;`: to some servers it is a dot segment with parameters.
  if (odd === null) return kind === 'url' && /\/\.{1,2};/.test(text) ? 'dot-segment' : null;
  if (odd.groups!.empty !== undefined) return 'empty-segment';
  return odd.groups!.dots === undefined ? 'double-star-in-segment' : 'dot-segment';
}

function pathTokens(text: string): Token[] {
  const segments = text.slice(1).split('/');
  const tokens: Token[] = codePointsOf('/');
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '**') {
      tokens.push(isLast ? 'rest' : 'folders');
      continue;
    }
    tokens.push(...segmentTokens(segment));
    if (!isLast) tokens.push(...codePointsOf('/'));
  }
  return tokens;
}

/** Tokens of one segment. A lone `*` takes at least one character, because no segment is empty. */
export function segmentTokens(segment: string): Token[] {
  return segment === '*' ? ['one', 'run'] : wildcards(segment);
}

function wildcards(text: string): Token[] {
  return Array.from(inOrder(text), (character): Token => {
    if (character === '*') return 'run';
    return character === '?' ? 'one' : character.codePointAt(0)!;
  });
}

/** Every run of wildcards is put in one order, `?` first: `*?*` and `?*` mean the same. */
function inOrder(text: string): string {
  return text.replace(
    /[*?]{2,}/g,
    (run) => '?'.repeat(run.split('?').length - 1) + (run.includes('*') ? '*' : ''),
  );
}

/** The canonical spelling of a text of segments: a whole segment of `?*` is written `*`. */
export function spellSegments(text: string, separator: string): string {
  // One wildcard has one spelling, and so has the `**` that is a segment by itself.
  if (!/\?[*?]|\*\?/.test(text)) return text;
  return text
    .split(separator)
    .map((segment) => {
      if (segment === '**') return segment;
      const ordered = inOrder(segment);
      return ordered === '?*' ? '*' : ordered;
    })
    .join(separator);
}

/** A folder and everything below it, as patterns of file paths. */
export function beneathPatterns(path: AbsolutePath): Pattern[] {
  const itself: Pattern = { reach: 'whole', text: path, tokens: codePointsOf(path) };
  const prefix = path === '/' ? '/' : `${path}/`;
  const below: Pattern = { reach: 'whole', text: `${prefix}**`, tokens: [...codePointsOf(prefix), 'rest'] };
  return path === '/' ? [below] : [itself, below];
}

/** The only value that the glob matches, or null when it has a wildcard. */
export function globLiteral(glob: Glob): string | null {
  return literalOf(glob);
}

const matchers = new WeakMap<Glob, Matcher>();

/** Whether a value matches. Texts that are no value of the glob's kind never do. Time: length of one times the other. */
export function globMatches(glob: Glob, value: string): boolean {
  let ready = matchers.get(glob);
  if (!ready) {
    ready = new Matcher(languageOf(glob), glob);
    matchers.set(glob, ready);
  }
  return ready.matches(value);
}

/** The minimal automaton with output 1 for values that match and 0 for all others; null when over budget. */
export function globToAutomaton(glob: Glob, budget: Budget): Automaton | null {
  const labelled = determinise(languageOf(glob), [[glob]], budget);
  if (!labelled) return null;
  const { automaton, labels } = labelled;
  const outputs = automaton.outputs.map((output) => (output === -1 ? -1 : labels[output]!.length));
  return minimise({ ...automaton, outputs });
}

/** As a set of value lists: one value or more, and all of them match. */
export function everyValue(glob: Glob): Pattern {
  return { reach: 'every', text: glob.text, tokens: glob.tokens };
}

/** As a set of value lists: at least one value matches. */
export function someValue(glob: Glob): Pattern {
  return { reach: 'some', text: glob.text, tokens: glob.tokens };
}

/** A list of values as the text that `everyValue` and `someValue` speak about; null when one is no text of characters. */
export function listValue(values: readonly string[]): string | null {
  if (values.some((value) => NO_CHARACTER.test(value))) return null;
  return values.map((value) => `${value}\0`).join('');
}
