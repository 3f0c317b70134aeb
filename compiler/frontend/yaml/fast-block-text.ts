import { type Cursor, GREATER, HASH, NEWLINE, NUL, SPACE, TAB, toContent } from './fast-cursor.ts';
import type { YamlScalar } from './tree.ts';

/**
 * Reads a text that starts with `|` or `>` and moves to the next line with content. Only what people write is taken:
 * no digit and no `+` in its head, no empty line before the text, no tab at the start of a line, and with `>` no line
 * that is indented further.
 *
 * @param parent column of the collection that the text belongs to.
 */
export function readBlockText(cursor: Cursor, parent: number): YamlScalar | null {
  const { text } = cursor;
  const start = cursor.at;
  const folded = text.charCodeAt(start) === GREATER;
  const strip = text[start + 1] === '-';
  const bodyStart = bodyAfterHead(text, start + (strip ? 2 : 1));
  if (bodyStart === -1) return null;
  const indent = spacesAt(text, bodyStart);
  const first = text.charCodeAt(bodyStart + indent);
  if (indent <= Math.max(parent, 0) || first === NEWLINE || first === TAB || first === NUL) return null;

  let value = '';
  let end = bodyStart;
  let emptyLines = 0;
  let lineStart = bodyStart;
  for (;;) {
    const lineEnd = text.indexOf('\n', lineStart);
    const spaces = spacesAt(text, lineStart);
    const code = text.charCodeAt(lineStart + spaces);
    if (code === NEWLINE) {
      if (spaces > indent) return null;
      emptyLines++;
    } else {
      if (spaces < indent || code === NUL) break;
      if (code === TAB || (folded && spaces > indent)) return null;
      if (lineStart > bodyStart) value += joint(folded, emptyLines);
      value += text.slice(lineStart + indent, lineEnd);
      emptyLines = 0;
      end = lineEnd;
    }
    lineStart = lineEnd + 1;
  }
  if (!toContent(cursor, lineStart)) return null;
  return { kind: 'scalar', value: strip ? value : `${value}\n`, start, end: visibleEnd(text, end) };
}

/** The start of the line after the head, or -1 when the head holds more than a comment. */
function bodyAfterHead(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  const code = text.charCodeAt(at);
  if (code === NEWLINE) return at + 1;
  return code === HASH && at > from ? text.indexOf('\n', at) + 1 : -1;
}

function joint(folded: boolean, emptyLines: number): string {
  if (!folded) return '\n'.repeat(emptyLines + 1);
  return emptyLines === 0 ? ' ' : '\n'.repeat(emptyLines);
}

function spacesAt(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at - from;
}

function visibleEnd(text: string, lineEnd: number): number {
  let end = lineEnd;
  while (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === TAB) end--;
  return end;
}
