/** Where the fast reader stands. Its functions share one cursor a text and move it forwards only. */
export interface Cursor {
  /** The text with a line break and a NUL after it, so that no scan needs to look for the end. */
  readonly text: string;
  /** Offset of the next character. */
  at: number;
  /** Column of the first character of the current line; -1 after the last line. */
  indent: number;
  /** Values read so far, complete collections only. */
  values: number;
}

export const NUL = 0;
export const TAB = 0x09;
export const NEWLINE = 0x0a;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const HASH = 0x23;
export const SINGLE_QUOTE = 0x27;
export const COMMA = 0x2c;
export const DASH = 0x2d;
const DOT = 0x2e;
export const COLON = 0x3a;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const BAR = 0x7c;
export const CLOSE_BRACE = 0x7d;

export function cursorAt(text: string): Cursor {
  // `join` makes one flat string; of a concatenation V8 would look through the parts at every character.
  return { text: [text, '\n\0'].join(''), at: 0, indent: 0, values: 0 };
}

/** A space or the end of the line; not a tab, which the fast reader leaves to the other one. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === NEWLINE;
}

/** The cursor stands on the `-` of a list item. */
export function atDash(cursor: Cursor): boolean {
  return cursor.text.charCodeAt(cursor.at) === DASH && isBlank(cursor.text.charCodeAt(cursor.at + 1));
}

/**
 * From the end of a value to the first character of the next line with content. False when something else than a
 * comment follows the value, or the next line is not one that the fast reader takes.
 */
export function toNextLine(cursor: Cursor): boolean {
  const { text } = cursor;
  const valueEnd = cursor.at;
  let at = valueEnd;
  let code = text.charCodeAt(at);
  while (code === SPACE) code = text.charCodeAt(++at);
  if (code === HASH && at > valueEnd) at = text.indexOf('\n', at);
  else if (code !== NEWLINE) return false;
  return toContent(cursor, at + 1);
}

/** From the start of a line to the next one with content. False when it is not one that the fast reader takes. */
export function toContent(cursor: Cursor, lineStart: number): boolean {
  skipEmptyLines(cursor, lineStart);
  return cursor.indent !== 0 || !isDocumentMark(cursor);
}

/** From the start of a line over blank and comment lines. */
export function skipEmptyLines(cursor: Cursor, lineStart: number): void {
  const { text } = cursor;
  let start = lineStart;
  for (;;) {
    let at = start;
    let code = text.charCodeAt(at);
    while (code === SPACE) code = text.charCodeAt(++at);
    if (code === NEWLINE) {
      start = at + 1;
    } else if (code === HASH) {
      start = text.indexOf('\n', at) + 1;
    } else {
      cursor.at = at;
      cursor.indent = code === NUL ? -1 : at - start;
      return;
    }
  }
}

/** `---` and `...` at the start of a line end the document, even inside a value. */
function isDocumentMark({ text, at }: Cursor): boolean {
  const code = text.charCodeAt(at);
  return (code === DASH || code === DOT) && (text.startsWith('---', at) || text.startsWith('...', at));
}
