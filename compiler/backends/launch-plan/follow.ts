import type { AbsolutePath } from '../../domain/path.ts';
import { PathTrie } from '../../domain/path-trie.ts';

/** A lookup for the outermost of some folders on the way to a path. */
export function outermost(folders: readonly { readonly path: string }[]): PathTrie<true> {
  const trie = new PathTrie<true>();
  for (const { path } of folders) trie.add(path as AbsolutePath, true);
  return trie;
}

/**
 * Length of the beginning of a path in which symbolic links may be followed: down to the outermost folder that the agent
 * can write in, because anything further down may be a link that it planted in an earlier run.
 */
export function followLength(path: string, writable: PathTrie<true>): number {
  const first = writable.alongTheWay(path as AbsolutePath)[0];
  return first === undefined ? path.length : cutAtSegment(path, first.path.length);
}

/** The root is the one folder whose path ends in `/`; the head that stands for it is empty. */
export function cutAtSegment(path: string, length: number): number {
  return length === 1 && path !== '/' ? 0 : length;
}
