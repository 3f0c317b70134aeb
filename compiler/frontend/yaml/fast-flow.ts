import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  type Cursor,
  DOUBLE_QUOTE,
  HASH,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  SINGLE_QUOTE,
  SPACE,
} from './fast-cursor.ts';
import { hasRepeatedKey, isOrdinaryKey } from './fast-keys.ts';
import { DECLINED, plainEndInBrackets, plainValue, readQuoted } from './fast-scalars.ts';
import { MAX_DEPTH } from './limits.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlSequence } from './tree.ts';

/**
 * Reads a list or mapping in brackets and moves behind it.
 *
 * @param least smallest column at which its further lines may start.
 */
export function readBrackets(
  cursor: Cursor,
  least: number,
  depth: number,
): YamlMapping | YamlSequence | null {
  if (depth > MAX_DEPTH) return null;
  const isList = cursor.text.charCodeAt(cursor.at) === OPEN_BRACKET;
  return isList ? readList(cursor, least, depth) : readMap(cursor, least, depth);
}

function readList(cursor: Cursor, least: number, depth: number): YamlSequence | null {
  const { text } = cursor;
  const start = cursor.at;
  const items: YamlNode[] = [];
  do {
    cursor.at++;
    if (!skipGap(cursor, least)) return null;
    if (text.charCodeAt(cursor.at) === CLOSE_BRACKET) break;
    const item = readNode(cursor, least, depth);
    if (item === null || !skipGap(cursor, least)) return null;
    items.push(item);
  } while (text.charCodeAt(cursor.at) === COMMA);
  if (text.charCodeAt(cursor.at) !== CLOSE_BRACKET) return null;
  cursor.at++;
  cursor.values += items.length;
  return { kind: 'sequence', items, start, end: cursor.at };
}

function readMap(cursor: Cursor, least: number, depth: number): YamlMapping | null {
  const { text } = cursor;
  const start = cursor.at;
  const entries: YamlEntry[] = [];
  do {
    cursor.at++;
    if (!skipGap(cursor, least)) return null;
    if (text.charCodeAt(cursor.at) === CLOSE_BRACE) break;
    const keyStart = cursor.at;
    const key = readKey(cursor);
    const keyEnd = cursor.at;
    if (key === null) return null;
    cursor.at++;
    if (!skipGap(cursor, least)) return null;
    const value = readNode(cursor, least, depth);
    if (value === null || !skipGap(cursor, least)) return null;
    entries.push({ key, keyStart, keyEnd, value });
  } while (text.charCodeAt(cursor.at) === COMMA);
  if (text.charCodeAt(cursor.at) !== CLOSE_BRACE || hasRepeatedKey(entries)) return null;
  cursor.at++;
  cursor.values += entries.length;
  return { kind: 'mapping', entries, start, end: cursor.at };
}

/** Reads a key and stops at its colon, which after a quote needs no space behind it, as in JSON. */
function readKey(cursor: Cursor): string | null {
  const { text } = cursor;
  const first = text.charCodeAt(cursor.at);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const key = readQuoted(cursor);
    return text.charCodeAt(cursor.at) === COLON ? key : null;
  }
  const end = plainEndInBrackets(text, cursor.at);
  if (end === DECLINED || text.charCodeAt(end) !== COLON) return null;
  const key = text.slice(cursor.at, end);
  cursor.at = end;
  return isOrdinaryKey(key) ? key : null;
}

function readNode(cursor: Cursor, least: number, depth: number): YamlNode | null {
  const { text } = cursor;
  const start = cursor.at;
  const first = text.charCodeAt(start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return readBrackets(cursor, least, depth + 1);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const value = readQuoted(cursor);
    return value === null ? null : { kind: 'scalar', value, start, end: cursor.at };
  }
  const end = plainEndInBrackets(text, start);
  if (end === DECLINED) return null;
  cursor.at = end;
  const value = plainValue(text.slice(start, end));
  return value === undefined ? null : { kind: 'scalar', value, start, end };
}

/** Over spaces, line breaks and comments. False at a line that is not indented enough to be inside the brackets. */
function skipGap(cursor: Cursor, least: number): boolean {
  const { text } = cursor;
  const gapStart = cursor.at;
  let at = gapStart;
  for (;;) {
    let code = text.charCodeAt(at);
    while (code === SPACE) code = text.charCodeAt(++at);
    if (code === HASH && at > gapStart) {
      at = text.indexOf('\n', at);
    } else if (code !== NEWLINE) {
      cursor.at = at;
      return true;
    }
    const lineStart = at + 1;
    at = lineStart;
    while (text.charCodeAt(at) === SPACE) at++;
    const content = text.charCodeAt(at);
    if (content !== NEWLINE && content !== HASH && at - lineStart < least) return false;
  }
}
