import { readBlockText } from './fast-block-text.ts';
import {
  atDash,
  BAR,
  COLON,
  type Cursor,
  DASH,
  DOUBLE_QUOTE,
  GREATER,
  HASH,
  isBlank,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  SINGLE_QUOTE,
  SPACE,
  toNextLine,
} from './fast-cursor.ts';
import { readBrackets } from './fast-flow.ts';
import { hasRepeatedKey, isOrdinaryKey } from './fast-keys.ts';
import { DECLINED, endPlain, lineBreaksBetween, plainEnd, readPlain, readQuoted } from './fast-scalars.ts';
import { MAX_DEPTH, MAX_VALUES } from './limits.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './tree.ts';

// The limit of YAML is 1024; the other reader counts exactly.
const LONGEST_KEY = 1000;

/**
 * Reads the value whose first character is under the cursor, and moves to the next line with content.
 *
 * @param column of that first character.
 * @param parent column of the collection that the value belongs to; -1 for the root.
 * @param depth number of collections around the value.
 */
export function readBlock(cursor: Cursor, column: number, parent: number, depth: number): YamlNode | null {
  const { text } = cursor;
  const start = cursor.at;
  switch (text.charCodeAt(start)) {
    case DASH:
      if (atDash(cursor)) return readSequence(cursor, column, depth + 1);
      break;
    case OPEN_BRACE:
    case OPEN_BRACKET:
    case BAR:
    case GREATER:
      return readInline(cursor, parent, depth);
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE: {
      const quoted = readQuoted(cursor);
      if (quoted === null) return null;
      if (atKeyColon(cursor)) return readMapping(cursor, column, depth + 1, start, quoted);
      return endQuoted(cursor, start, quoted);
    }
  }
  const end = plainEnd(text, start);
  if (end === DECLINED) return null;
  cursor.at = end;
  if (!atKeyColon(cursor)) return endPlain(cursor, start, parent);
  const key = text.slice(start, end);
  return isOrdinaryKey(key) ? readMapping(cursor, column, depth + 1, start, key) : null;
}

/** The cursor stands behind a text on a colon that makes the text a key. */
function atKeyColon({ text, at }: Cursor): boolean {
  return text.charCodeAt(at) === COLON && isBlank(text.charCodeAt(at + 1));
}

/** Reads a key and stops at its colon. Null when there is none, or one for the other reader. */
function readKey(cursor: Cursor): string | null {
  const { text } = cursor;
  const start = cursor.at;
  const first = text.charCodeAt(start);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const key = readQuoted(cursor);
    return atKeyColon(cursor) ? key : null;
  }
  const end = plainEnd(text, start);
  if (end === DECLINED) return null;
  cursor.at = end;
  const key = text.slice(start, end);
  return atKeyColon(cursor) && isOrdinaryKey(key) ? key : null;
}

/** Reads the entries that start at `column`, from the colon of the first. */
function readMapping(
  cursor: Cursor,
  column: number,
  depth: number,
  start: number,
  firstKey: string,
): YamlMapping | null {
  if (depth > MAX_DEPTH) return null;
  const entries: YamlEntry[] = [];
  let key: string | null = firstKey;
  let keyStart = start;
  for (;;) {
    const keyEnd = cursor.at;
    if (key === null || keyEnd - keyStart > LONGEST_KEY) return null;
    cursor.at++;
    const value = readEntryValue(cursor, column, depth);
    if (value === null) return null;
    entries.push({ key, keyStart, keyEnd, value });
    if (cursor.indent !== column) {
      cursor.values += entries.length;
      if (cursor.values > MAX_VALUES || hasRepeatedKey(entries)) return null;
      return { kind: 'mapping', entries, start, end: value.end };
    }
    keyStart = cursor.at;
    key = readKey(cursor);
  }
}

/** The cursor stands behind the colon. */
function readEntryValue(cursor: Cursor, column: number, depth: number): YamlNode | null {
  const absentAt = cursor.at;
  if (toValueOnLine(cursor)) return readInline(cursor, column, depth);
  if (!toNextLine(cursor)) return null;
  if (cursor.indent > column) return readBelow(cursor, absentAt, column, depth);
  if (cursor.indent === column && atDash(cursor)) return readSequence(cursor, column, depth + 1);
  return absent(absentAt);
}

function readSequence(cursor: Cursor, column: number, depth: number): YamlSequence | null {
  if (depth > MAX_DEPTH) return null;
  const start = cursor.at;
  let end = start;
  const items: YamlNode[] = [];
  do {
    const item = readItem(cursor, column, depth);
    if (item === null) return null;
    items.push(item);
    end = item.end;
  } while (cursor.indent === column && atDash(cursor));
  cursor.values += items.length;
  return { kind: 'sequence', items, start, end };
}

/** The cursor stands on the dash. */
function readItem(cursor: Cursor, column: number, depth: number): YamlNode | null {
  const dash = cursor.at;
  cursor.at++;
  if (toValueOnLine(cursor)) return readBlock(cursor, column + cursor.at - dash, column, depth);
  if (!toNextLine(cursor)) return null;
  if (cursor.indent > column) return readBelow(cursor, dash + 1, column, depth);
  return absent(dash + 1);
}

/**
 * A value that starts on a line below its colon or dash, which ends at `sign`. With a comment or an empty line between
 * them, the library behind the other reader may take a text for longer than it is, so it must be asked.
 */
function readBelow(cursor: Cursor, sign: number, column: number, depth: number): YamlNode | null {
  const node = readBlock(cursor, cursor.indent, column, depth);
  if (node?.kind === 'scalar' && lineBreaksBetween(cursor.text, sign, node.start) !== 1) return null;
  return node;
}

/** Over spaces to a value on the same line. False, and the cursor stays, when the line holds none. */
function toValueOnLine(cursor: Cursor): boolean {
  let at = cursor.at;
  let code = cursor.text.charCodeAt(at);
  while (code === SPACE) code = cursor.text.charCodeAt(++at);
  if (code === NEWLINE || code === HASH) return false;
  cursor.at = at;
  return true;
}

/** A value that is no block collection. Two keys on one line end here, as no value contains `: `. */
function readInline(cursor: Cursor, parent: number, depth: number): YamlNode | null {
  switch (cursor.text.charCodeAt(cursor.at)) {
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
      return readQuotedLine(cursor);
    case OPEN_BRACE:
    case OPEN_BRACKET: {
      // Even in the root a bracket's further lines are indented, so that none can be the end of the document.
      const node = readBrackets(cursor, Math.max(parent, 0) + 1, depth + 1);
      return node !== null && toNextLine(cursor) ? node : null;
    }
    case BAR:
    case GREATER:
      return readBlockText(cursor, parent);
    default:
      return readPlain(cursor, parent);
  }
}

function readQuotedLine(cursor: Cursor): YamlScalar | null {
  const start = cursor.at;
  const value = readQuoted(cursor);
  return value === null ? null : endQuoted(cursor, start, value);
}

function endQuoted(cursor: Cursor, start: number, value: string): YamlScalar | null {
  const end = cursor.at;
  return toNextLine(cursor) ? { kind: 'scalar', value, start, end } : null;
}

function absent(at: number): YamlScalar {
  return { kind: 'scalar', value: null, start: at, end: at };
}
