import type { AbsolutePath } from '../domain/path.ts';
import type { PathEntry } from './filesystem.ts';

/**
 * The most specific entry at `path` or above it, or null. Entries are sorted by path and one a path, as in a
 * FilesystemPolicy; the cost is one binary search for each segment of the path.
 */
export function entryAbove(entries: readonly PathEntry[], path: AbsolutePath): PathEntry | null {
  for (let at: string = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = entryAt(entries, at === '' ? '/' : at);
    if (found !== null) return found;
    if (at === '' || at === '/') return null;
  }
}

function entryAt(entries: readonly PathEntry[], path: string): PathEntry | null {
  let low = 0;
  let high = entries.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle]!;
    if (entry.path === path) return entry;
    if (entry.path < path) low = middle + 1;
    else high = middle - 1;
  }
  return null;
}
