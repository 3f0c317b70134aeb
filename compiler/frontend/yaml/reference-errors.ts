import type { ErrorCode } from 'yaml';
import {
  yamlBadEscape,
  yamlBadIndentation,
  yamlBadStart,
  yamlBlockInBrackets,
  yamlBlockText,
  yamlComplexKey,
  yamlGluedComment,
  yamlLongKey,
  yamlMissingColon,
  yamlMissingComma,
  yamlMultilineKey,
  yamlNestedMapping,
  yamlSyntax,
  yamlTabIndentation,
  yamlUnexpected,
} from '../../diagnostics/catalog/yaml.ts';
import { excerpt } from './excerpt.ts';
import type { Findings } from './findings.ts';

/** An error as the library states it. `end` may be only a guess. */
export interface LibraryError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Codes that are about anchors, aliases, tags and directives, all of which the lexemes have shown already. */
const ABOUT_REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ALIAS_PROPS',
  'BAD_ALIAS',
  'BAD_COLLECTION_TYPE',
  'BAD_DIRECTIVE',
  'BAD_PROP_ORDER',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
  'TAG_RESOLVE_FAILED',
]);

type Wording = (findings: Findings, place: Place, shown: string) => void;

/** How an error is worded. `says` tells apart the errors that share a code, by the start of the library's message. */
const WORDINGS: readonly { readonly code: ErrorCode; readonly says: string; readonly word: Wording }[] = [
  { code: 'BAD_INDENT', says: 'Block scalar', word: blockText('a line is not indented enough') },
  { code: 'BAD_INDENT', says: '', word: (findings, place) => findings.add(yamlBadIndentation, place, {}) },
  {
    code: 'MISSING_CHAR',
    says: 'Missing ,',
    word: (findings, place) => findings.add(yamlMissingComma, place, {}),
  },
  { code: 'MISSING_CHAR', says: 'Missing space after :', word: missingColon },
  { code: 'MISSING_CHAR', says: 'Implicit map keys', word: missingColon },
  {
    code: 'MISSING_CHAR',
    says: 'Comments',
    word: (findings, place) => findings.add(yamlGluedComment, place, {}),
  },
  {
    code: 'MISSING_CHAR',
    says: 'Sequence item',
    word: (findings, place) => findings.add(yamlBadIndentation, place, {}),
  },
  {
    code: 'MISSING_CHAR',
    says: 'Block scalars',
    word: blockText('an empty line is indented more than the text'),
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    says: 'Nested',
    word: (findings, place) => findings.add(yamlNestedMapping, place, {}),
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    says: '',
    word: (findings, place) => findings.add(yamlBadIndentation, place, {}),
  },
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    says: '',
    word: (findings, place) => findings.add(yamlMultilineKey, place, {}),
  },
  { code: 'KEY_OVER_1024_CHARS', says: '', word: (findings, place) => findings.add(yamlLongKey, place, {}) },
  { code: 'NON_STRING_KEY', says: '', word: (findings, place) => findings.add(yamlComplexKey, place, {}) },
  {
    code: 'BAD_SCALAR_START',
    says: '',
    word: (findings, place, shown) => findings.add(yamlBadStart, place, { character: shown.slice(0, 1) }),
  },
  {
    code: 'BLOCK_IN_FLOW',
    says: '',
    word: (findings, place) => findings.add(yamlBlockInBrackets, place, {}),
  },
  {
    code: 'BAD_DQ_ESCAPE',
    says: '',
    word: (findings, place, shown) =>
      findings.add(yamlBadEscape, place, { text: shown.replaceAll('\\\\', '\\') }),
  },
  {
    code: 'MISSING_CHAR',
    says: 'Block collection',
    word: (findings, place, shown) => findings.add(yamlUnexpected, place, { text: shown }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    says: 'Block scalar header',
    word: (findings, place, shown) =>
      findings.add(yamlBlockText, place, { problem: `\`${shown}\` cannot follow` }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    says: '',
    word: (findings, place, shown) => findings.add(yamlUnexpected, place, { text: shown }),
  },
];

function missingColon(findings: Findings, place: Place): void {
  findings.add(yamlMissingColon, place, {});
}

function blockText(problem: string): Wording {
  return (findings, place) => findings.add(yamlBlockText, place, { problem });
}

/**
 * Words the library's errors in our terms, one a line. No error is lost: when all seem to follow from others, the
 * first stays.
 */
export function reportSyntaxErrors(
  text: string,
  errors: readonly LibraryError[],
  brokenFrom: number,
  findings: Findings,
): void {
  let lineBreak = -1;
  for (const error of errors) {
    if (findings.any && (ABOUT_REFUSED.has(error.code) || error.start >= brokenFrom)) continue;
    const place = error.code === 'BAD_DQ_ESCAPE' ? escapePlace(text, error.start) : visiblePlace(text, error);
    if (place.start < lineBreak) continue;
    const next = text.indexOf('\n', place.start);
    lineBreak = next === -1 ? text.length : next;
    report(text, error, place, findings);
  }
}

function report(text: string, error: LibraryError, place: Place, findings: Findings): void {
  const tab = tabBefore(text, place.start);
  if (tab !== -1 || error.code === 'TAB_AS_INDENT') {
    const start = tab === -1 ? error.start : tab;
    findings.add(yamlTabIndentation, { start, end: start + 1 }, {});
    return;
  }
  const wording = WORDINGS.find(({ code, says }) => code === error.code && error.message.startsWith(says));
  if (wording) wording.word(findings, place, excerpt(text.slice(place.start, place.end)));
  else findings.add(yamlSyntax, place, {});
}

function escapePlace(text: string, start: number): Place {
  const shape = /^\\(?:x.{0,2}|u.{0,4}|U.{0,8}|.)?/u;
  const written = shape.exec(text.slice(start, start + 10))?.[0] ?? '\\';
  return { start, end: start + written.length };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The library often points at the white space before the culprit, and at a single character of it. */
function visiblePlace(text: string, error: LibraryError): Place {
  const start = nextVisible(text, error.start);
  if (start === error.start && error.end > error.start + 1)
    return { start, end: lineEnd(text, start, error.end) };
  const word = /[,:[\]{}]|\S*/y;
  word.lastIndex = start;
  word.test(text);
  return { start, end: Math.max(word.lastIndex, Math.min(start + 1, text.length)) };
}

/** Past white space and comments; at the end of the text, the end of its last word. */
function nextVisible(text: string, from: number): number {
  const space = /\s*/y;
  let at = from;
  for (;;) {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
    const startsComment = text[at] === '#' && (at === 0 || /\s/.test(text[at - 1] ?? ''));
    if (!startsComment) break;
    const lineBreak = text.indexOf('\n', at);
    at = lineBreak === -1 ? text.length : lineBreak;
  }
  return at < text.length ? at : text.trimEnd().length;
}

function lineEnd(text: string, start: number, end: number): number {
  const lineBreak = text.indexOf('\n', start);
  const upTo = lineBreak === -1 || lineBreak > end ? end : lineBreak;
  return start + text.slice(start, upTo).trimEnd().length;
}

/** The first tab in the indentation of the line at `offset`, or -1. */
function tabBefore(text: string, offset: number): number {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const indentation = /[ \t]*/y;
  indentation.lastIndex = lineStart;
  indentation.test(text);
  const tab = text.slice(lineStart, indentation.lastIndex).indexOf('\t');
  return tab === -1 ? -1 : lineStart + tab;
}
