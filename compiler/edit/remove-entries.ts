import { isDeepStrictEqual } from 'node:util';
import { readYamlText } from '../frontend/yaml/read.ts';
import type { SourceFile } from '../source/source-file.ts';
import { findComments } from './comments.ts';
import { Lines } from './lines.ts';
import type { TreePath } from './places.ts';
import { removalSplices, wholeRemovals } from './remove.ts';
import { lexedComments } from './same-meaning.ts';
import { type Splice, spliced } from './splice.ts';
import { says, valueAfter } from './values-after.ts';

/**
 * Takes entries out of a document together with the comments that belong to them, see `removalSplices`; every other line stays
 * as it is, byte by byte, but for one that holds a whole list in brackets. A list or section that is left empty goes as well, and
 * so does one of two blank lines that would come to stand side by side, or the one at the end. The result is read again, and
 * is only given out if its values are exactly the old ones without the entries, and all other comments are there.
 *
 * @returns null where it cannot be done so, such as within brackets that hold a comment. A path that leads nowhere takes nothing
 * out
 */
export function removeEntries(source: SourceFile, paths: readonly TreePath[]): string | null {
  const { tree, diagnostics } = readYamlText(source);
  const { root } = tree;
  if (diagnostics.length > 0 || root === null) return null;
  const whole = wholeRemovals(root, paths);
  const splices = removalSplices(tree, whole, 'go');
  if (splices === null) return null;
  const removing = withBlankLines(joined(splices), source.text);
  const text = spliced(source.text, removing);
  if (text === null || !says(text, valueAfter(root, whole, new Map()))) return null;
  const gone = findComments(source.text, root)
    .filter(({ start }) => removing.some((splice) => splice.start <= start && start < splice.end))
    .map(({ text: comment }) => comment);
  const wanted = without(lexedComments(source.text), gone);
  return isDeepStrictEqual(lexedComments(text), wanted) ? text : null;
}

/** With those that touch made one. */
function joined(splices: readonly Splice[]): Splice[] {
  const all: Splice[] = [];
  for (const next of [...splices].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last === undefined || last.end !== next.start) all.push(next);
    else all[all.length - 1] = { start: last.start, end: next.end, text: last.text + next.text };
  }
  return all;
}

function withBlankLines(splices: readonly Splice[], text: string): Splice[] {
  const lines = new Lines(text);
  return splices.map((splice) => {
    const { start, end } = splice;
    const isOfLines = splice.text === '' && start > 0 && text[start - 1] === '\n' && end > start;
    const above = lines.lineOf(start) - 1;
    if (!isOfLines || !lines.isBlank(above)) return splice;
    const isBlankBelow = end === text.length || lines.isBlank(lines.lineOf(end));
    const startOfAbove = text.lastIndexOf('\n', start - 2) + 1;
    return isBlankBelow ? { ...splice, start: startOfAbove } : splice;
  });
}

function without(all: readonly string[], gone: readonly string[]): string[] {
  const rest = [...all];
  for (const one of gone) {
    const at = rest.indexOf(one);
    if (at !== -1) rest.splice(at, 1);
  }
  return rest;
}
