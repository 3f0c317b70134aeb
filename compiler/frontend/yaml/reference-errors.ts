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
import {
  endOfLine,
  escapeAt,
  nextVisible,
  type Place,
  tabBefore,
  visiblePlace,
  wordAt,
} from './reference-places.ts';

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

type Wording = (findings: Findings, place: Place, shown: string, text: string) => void;

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
    word: nestedMapping,
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
    word: blockInBrackets,
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

/** A second key after a value is a nested mapping to YAML on one line, and wrong indentation on the next. */
function nestedMapping(findings: Findings, place: Place, _: string, text: string): void {
  const lineEnd = endOfLine(text, place.start);
  if (/:(?:\s|$)/.test(text.slice(place.start, lineEnd))) {
    findings.add(yamlNestedMapping, place, {});
  } else {
    findings.add(yamlBadIndentation, wordAt(text, nextVisible(text, lineEnd)), {});
  }
}

/** A mapping without brackets inside brackets is most often a forgotten comma before its key. */
function blockInBrackets(findings: Findings, place: Place, shown: string, text: string): void {
  const beginning = text.slice(place.start, Math.min(place.end, place.start + 200));
  const key = shown.startsWith('- ') ? null : /\S+:(?=\s|$)/.exec(beginning);
  if (key === null) {
    findings.add(yamlBlockInBrackets, place, {});
  } else {
    const start = place.start + key.index;
    findings.add(yamlMissingComma, { start, end: start + key[0].length }, {});
  }
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
    const place = error.code === 'BAD_DQ_ESCAPE' ? escapeAt(text, error.start) : visiblePlace(text, error);
    if (place.start < lineBreak) continue;
    lineBreak = endOfLine(text, place.start);
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
  if (wording) wording.word(findings, place, excerpt(text.slice(place.start, place.end)), text);
  else if (!findings.any) findings.add(yamlSyntax, place, {});
}
