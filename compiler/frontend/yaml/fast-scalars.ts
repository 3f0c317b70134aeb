import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  type Cursor,
  DASH,
  DOUBLE_QUOTE,
  HASH,
  isBlank,
  NEWLINE,
  NUL,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SINGLE_QUOTE,
  SPACE,
  TAB,
  toNextLine,
} from './fast-cursor.ts';
import type { YamlScalar } from './tree.ts';

/** What a function that returns an offset says when the text is not for the fast reader. */
export const DECLINED = -1;

/** By character code: 1 where an unquoted text cannot start, 2 where it can if something visible follows. */
const START = new Uint8Array(128);
for (const character of '\0\t\n ,[]{}#&*!|>\'"%@`') START[character.charCodeAt(0)] = 1;
for (const character of '-?:') START[character.charCodeAt(0)] = 2;

/** Whether an unquoted text may start here. */
function startsPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const start = code < 128 ? START[code] : 0;
  if (start === 0) return true;
  const next = text.charCodeAt(at + 1);
  return start === 2 && next !== SPACE && next !== NEWLINE && next !== TAB;
}

/** The end of the unquoted text at `at`, up to its last visible character on this line; or DECLINED. */
export function plainEnd(text: string, at: number): number {
  if (!startsPlain(text, at)) return DECLINED;
  return plainLineEnd(text, at);
}

/** The same for a line that continues an unquoted text, where any character may come first. */
function plainLineEnd(text: string, from: number): number {
  let end = from;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code > COLON) {
      end = at + 1;
    } else if (code === SPACE) {
      if (text.charCodeAt(at + 1) === HASH) return end;
    } else if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (isBlank(next)) return end;
      if (next === TAB) return DECLINED;
      end = at + 1;
    } else if (code === NEWLINE) {
      return end;
    } else if (code === TAB || code === NUL) {
      return DECLINED;
    } else {
      end = at + 1;
    }
  }
}

/** The end of an unquoted text inside brackets, which ends before any of `,[]{}` as well; or DECLINED. */
export function plainEndInBrackets(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === COLON || first === QUESTION || !startsPlain(text, from)) return DECLINED;
  if (first === DASH && isBracketSign(text.charCodeAt(from + 1))) return DECLINED;
  let end = from;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (isBracketSign(code) || code === NEWLINE) return end;
    if (code === SPACE) {
      if (text.charCodeAt(at + 1) === HASH) return end;
      continue;
    }
    if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (isBlank(next)) return end;
      if (next === TAB || isBracketSign(next)) return DECLINED;
    } else if (code === TAB || code === NUL) {
      return DECLINED;
    }
    end = at + 1;
  }
}

function isBracketSign(code: number): boolean {
  return (
    code === COMMA ||
    code === OPEN_BRACKET ||
    code === CLOSE_BRACKET ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE
  );
}

/** Reads a quoted text on one line and moves behind it. Null when it is not for the fast reader. */
export function readQuoted(cursor: Cursor): string | null {
  return cursor.text.charCodeAt(cursor.at) === SINGLE_QUOTE
    ? readSingleQuoted(cursor)
    : readDoubleQuoted(cursor);
}

function readSingleQuoted(cursor: Cursor): string | null {
  const { text } = cursor;
  const start = cursor.at + 1;
  let doubled = false;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === SINGLE_QUOTE) {
      if (text.charCodeAt(at + 1) === SINGLE_QUOTE) {
        doubled = true;
        at++;
        continue;
      }
      cursor.at = at + 1;
      const value = text.slice(start, at);
      return doubled ? value.replaceAll("''", "'") : value;
    }
    if (code === NEWLINE) return null;
  }
}

function readDoubleQuoted(cursor: Cursor): string | null {
  const { text } = cursor;
  const start = cursor.at + 1;
  let value = '';
  let from = start;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === DOUBLE_QUOTE) {
      cursor.at = at + 1;
      return from === start ? text.slice(start, at) : value + text.slice(from, at);
    }
    if (code === BACKSLASH) {
      const escaped = SHORT_ESCAPES[text[at + 1] ?? ''];
      if (escaped === undefined) return null;
      value += text.slice(from, at) + escaped;
      at++;
      from = at + 1;
    } else if (code === NEWLINE) {
      return null;
    }
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  n: '\n',
  t: '\t',
  r: '\r',
};

/**
 * Reads an unquoted text outside brackets, with the lines that continue it, and moves to the next line with content.
 *
 * @param parent column of the collection that the value belongs to; lines indented further continue the text.
 */
export function readPlain(cursor: Cursor, parent: number): YamlScalar | null {
  const start = cursor.at;
  const end = plainEnd(cursor.text, start);
  if (end === DECLINED) return null;
  cursor.at = end;
  return endPlain(cursor, start, parent);
}

/** The same from the end of the text's first line. */
export function endPlain(cursor: Cursor, start: number, parent: number): YamlScalar | null {
  const { text } = cursor;
  let end = cursor.at;
  if (!toNextLine(cursor)) return null;
  if (cursor.indent <= parent) {
    const value = plainValue(text.slice(start, end));
    return value === undefined ? null : { kind: 'scalar', value, start, end };
  }
  let value = text.slice(start, end);
  while (cursor.indent > parent) {
    const breaks = lineBreaksBetween(text, end, cursor.at);
    const lineStart = cursor.at;
    end = plainLineEnd(text, lineStart);
    if (end === DECLINED || breaks === 0) return null;
    value += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + text.slice(lineStart, end);
    cursor.at = end;
    if (!toNextLine(cursor)) return null;
  }
  return { kind: 'scalar', value, start, end };
}

/** How many lines end in a gap between two texts; 0 when it holds a comment. */
export function lineBreaksBetween(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === HASH) return 0;
    if (code === NEWLINE) breaks++;
  }
  return breaks;
}

/** What the core schema makes of an unquoted text; undefined when the other reader shall decide. */
export function plainValue(text: string): string | number | boolean | null | undefined {
  const first = text.charCodeAt(0);
  if (first > NINE) return text.length > LONGEST_WORD ? text : wordValue(text);
  if (first === SLASH) return text;
  if (SHORT_NUMBER.test(text)) return Number(text) === 0 ? 0 : Number(text);
  return NUMERIC.test(text) ? undefined : text;
}

const SLASH = 0x2f;
const NINE = 0x39;
const LONGEST_WORD = 5;
const NUMERIC =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** Numbers that `Number` reads as the core schema does, and that are exact when they are whole. */
const SHORT_NUMBER = /^(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?|0x[0-9a-fA-F]{1,13}|0o[0-7]{1,17})$/;

function wordValue(text: string): string | boolean | null {
  switch (text) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case 'null':
    case 'Null':
    case 'NULL':
    case '~':
      return null;
    default:
      return text;
  }
}
