import { isDeepStrictEqual } from 'node:util';
import { readYamlText } from '../frontend/yaml/read.ts';
import type { YamlTree } from '../frontend/yaml/tree.ts';
import type { SourceFile } from '../source/source-file.ts';
import { placeOfItem, placeOfScalar, type TreePath } from './places.ts';
import { removalSplices, wholeRemovals } from './remove.ts';
import { lexedComments } from './same-meaning.ts';
import { scalarSplice } from './scalar-splice.ts';
import { type Splice, spliced } from './splice.ts';
import { keyOf, says, valueAfter } from './values-after.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** One change of a text. Offsets are those of the text before all changes. */
export type Change =
  /** The innermost list item around the place goes. */
  | { readonly kind: 'remove'; readonly span: Range }
  /** The scalar at the place gets another value. */
  | { readonly kind: 'replace'; readonly span: Range; readonly value: string };

/**
 * Changes a document by splicing its text: every other line stays as it is, byte by byte, and no comment is lost. A list
 * or section that is left empty goes as well. The result is read again, and is only given out if its values are exactly
 * the old ones with the changes made, and all comments are there.
 *
 * @returns null where a change cannot be made so, such as within a line that other entries share with a comment
 */
export function changeText(source: SourceFile, changes: readonly Change[]): string | null {
  const { tree, diagnostics } = readYamlText(source);
  const { root } = tree;
  if (diagnostics.length > 0 || root === null) return null;
  const removed: TreePath[] = [];
  const replaced: { readonly path: TreePath; readonly value: string }[] = [];
  for (const change of changes) {
    const path = change.kind === 'remove' ? placeOfItem(root, change.span) : placeOfScalar(root, change.span);
    if (path === null) return null;
    if (change.kind === 'remove') removed.push(path);
    else replaced.push({ path, value: change.value });
  }
  const whole = wholeRemovals(root, removed);
  const removing = removalSplices(tree, whole);
  const replacing = replaced.map(({ path, value }) => scalarSplice(tree, path, value));
  if (removing === null || replacing.includes(null)) return null;
  const text = spliced(source.text, [...removing, ...(replacing as Splice[])]);
  if (text === null) return null;
  const wanted = valueAfter(root, whole, new Map(replaced.map(({ path, value }) => [keyOf(path), value])));
  return says(text, wanted) && keepsComments(tree, text) ? text : null;
}

function keepsComments({ source }: YamlTree, text: string): boolean {
  return isDeepStrictEqual(lexedComments(source.text), lexedComments(text));
}
