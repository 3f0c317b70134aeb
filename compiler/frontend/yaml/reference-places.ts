/** A range of UTF-16 offsets of the text at hand. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

// White space is what YAML takes for it; an ideographic space is a character like any other.
const WHITE_SPACE = /[ \t\r\n]*/y;
const WORD = /[,:[\]{}]|[^ \t\r\n,[\]{}]+/y;

/** The library often points at the white space before the culprit, and at a single character of it. */
export function visiblePlace(text: string, { start: given, end }: Place): Place {
  const start = nextVisible(text, given);
  if (start !== given || end <= given + 1) return wordAt(text, start);
  return { start, end: visibleEnd(text, start, Math.min(end, endOfLine(text, start))) };
}

/** Past white space and comments; when only those follow, the last visible character of the text. */
export function nextVisible(text: string, from: number): number {
  let at = endOf(WHITE_SPACE, text, from);
  while (text[at] === '#' && (at === 0 || isWhiteSpace(text[at - 1]))) {
    at = endOf(WHITE_SPACE, text, endOfLine(text, at));
  }
  return at < text.length ? at : Math.max(0, visibleEnd(text, 0, text.length) - 1);
}

/** The word that starts at an offset; a sign that has a meaning of its own is a word. */
export function wordAt(text: string, start: number): Place {
  return { start, end: Math.max(endOf(WORD, text, start), Math.min(start + 1, text.length)) };
}

/** The end of `[start, end)` without the white space at its end. */
export function visibleEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isWhiteSpace(text[at - 1])) at--;
  return at;
}

function isWhiteSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** Where a match that starts at an offset ends; 0 when there is none. */
function endOf(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from;
  sticky.test(text);
  return sticky.lastIndex;
}

/** The escape that starts with the backslash at an offset. */
export function escapeAt(text: string, start: number): Place {
  const shape = /^\\(?:x.{0,2}|u.{0,4}|U.{0,8}|.)?/u;
  const written = shape.exec(text.slice(start, start + 10))?.[0] ?? '\\';
  return { start, end: start + written.length };
}

/** The first tab in the indentation of the line at an offset, or -1. */
export function tabBefore(text: string, offset: number): number {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  let at = lineStart;
  while (text[at] === ' ') at++;
  return text[at] === '\t' ? at : -1;
}

/** The offset of the next line break, or of the end of the text. */
export function endOfLine(text: string, from: number): number {
  const lineBreak = text.indexOf('\n', from);
  return lineBreak === -1 ? text.length : lineBreak;
}
