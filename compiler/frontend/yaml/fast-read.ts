import type { SourceFile } from '../../source/source-file.ts';
import { readBlock } from './fast-block.ts';
import { type Cursor, cursorAt, skipEmptyLines, toContent, toNextLine } from './fast-cursor.ts';
import { MAX_VALUES } from './limits.ts';
import type { YamlTree } from './tree.ts';

/**
 * Reads the part of YAML that blueprints are written in, several times faster than a reader of all YAML can. Null means
 * only "not for me": for anything unusual and for every error, `readReference` has the word. Whatever is accepted here
 * is accepted there with an equal tree.
 *
 * @param source a screened text: no control characters, so that a NUL can mark its end.
 */
export function readFast(source: SourceFile): YamlTree | null {
  // Lines that end in CR LF are left to the other reader.
  if (source.text.includes('\r')) return null;
  const cursor = cursorAt(source.text);
  if (!toFirstContent(cursor)) return null;
  if (cursor.indent === -1) return { source, root: null };
  const root = readBlock(cursor, cursor.indent, -1, 0);
  // A line that is indented more than the collection it follows ends up here: no collection takes it.
  if (root === null || cursor.indent !== -1 || cursor.values + 1 > MAX_VALUES) return null;
  return { source, root };
}

/** A `---` may stand before the content, on a line of its own. */
function toFirstContent(cursor: Cursor): boolean {
  skipEmptyLines(cursor, 0);
  if (cursor.indent === 0 && cursor.text.startsWith('---', cursor.at)) {
    cursor.at += 3;
    return toNextLine(cursor);
  }
  return toContent(cursor, cursor.at - Math.max(cursor.indent, 0));
}
