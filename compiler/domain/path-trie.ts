import { type AbsolutePath, segmentsOf } from './path.ts';

interface Folder<T> {
  readonly below: Map<string, Folder<T>>;
  entry: PathTrieEntry<T> | null;
}

export interface PathTrieEntry<T> {
  readonly path: AbsolutePath;
  readonly value: T;
}

/** Values at paths, where the value nearest above a path is the one that counts. Each lookup costs the path's depth. */
export class PathTrie<T> {
  readonly #root: Folder<T> = emptyFolder();

  /** Puts a value at a path; false when the path already has one, which then stays. */
  add(path: AbsolutePath, value: T): boolean {
    let folder = this.#root;
    for (const name of segmentsOf(path)) {
      let next = folder.below.get(name);
      if (!next) {
        next = emptyFolder();
        folder.below.set(name, next);
      }
      folder = next;
    }
    if (folder.entry) return false;
    folder.entry = { path, value };
    return true;
  }

  /** The entry at the path itself or at its nearest ancestor; null when there is none up to the root. */
  mostSpecific(path: AbsolutePath): PathTrieEntry<T> | null {
    return this.alongTheWay(path).at(-1) ?? null;
  }

  /** All entries on the way from the root to the path, the path included, the most specific one last. */
  alongTheWay(path: AbsolutePath): PathTrieEntry<T>[] {
    const found: PathTrieEntry<T>[] = [];
    let folder: Folder<T> | undefined = this.#root;
    if (folder.entry) found.push(folder.entry);
    for (const name of segmentsOf(path)) {
      folder = folder.below.get(name);
      if (!folder) break;
      if (folder.entry) found.push(folder.entry);
    }
    return found;
  }

  /** The entries strictly below the path with no other entry between; sorted by path. */
  nextBelow(path: AbsolutePath): PathTrieEntry<T>[] {
    let folder: Folder<T> | undefined = this.#root;
    for (const name of segmentsOf(path)) folder = folder?.below.get(name);
    const found: PathTrieEntry<T>[] = [];
    const pending = folder ? [...folder.below.values()] : [];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (next.entry) found.push(next.entry);
      else pending.push(...next.below.values());
    }
    return found.sort((left, right) => (left.path < right.path ? -1 : 1));
  }
}

function emptyFolder<T>(): Folder<T> {
  return { below: new Map(), entry: null };
}
