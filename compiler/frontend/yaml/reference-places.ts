/** A range of UTF-16 offsets of the text at hand. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The library often points at the white space before the culprit, and at a single character of it. */
export function visiblePlace(text: string, { start: given, end }: Place): Place {
  const start = nextVisible(text, given);
  if (start !== given || end <= given + 1) return wordAt(text, start);
  return { start, end: start + text.slice(start, Math.min(end, endOfLine(text, start))).trimEnd().length };
}

/** Past white space and comments; when only those follow, the last visible character of the text. */
export function nextVisible(text: string, from: number): number {
  const space = /\s*/y;
  let at = from;
  for (;;) {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
    const startsComment = text[at] === '#' && (at === 0 || /\s/.test(text[at - 1] ?? ''));
    if (!startsComment) break;
    at = endOfLine(text, at);
  }
  return at < text.length ? at : Math.max(0, text.trimEnd().length - 1);
}

/** The word that starts at an offset; a sign that has a meaning of its own is a word. */
export function wordAt(text: string, start: number): Place {
  const word = /[,:[\]{}]|[^\s,[\]{}]+/y;
  word.lastIndex = start;
  word.test(text);
  return { start, end: Math.max(word.lastIndex, Math.min(start + 1, text.length)) };
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
  const indentation = /[ \t]*/y;
  indentation.lastIndex = lineStart;
  indentation.test(text);
  const tab = text.slice(lineStart, indentation.lastIndex).indexOf('\t');
  return tab === -1 ? -1 : lineStart + tab;
}

/** The offset of the next line break, or of the end of the text. */
export function endOfLine(text: string, from: number): number {
  const lineBreak = text.indexOf('\n', from);
  return lineBreak === -1 ? text.length : lineBreak;
}
