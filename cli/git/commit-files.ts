import { posix } from 'node:path';
import type { ReadOutcome, SourceReader } from '../../compiler/source/source-reader.ts';
import type { GitOutcome, GitRunner } from '../io.ts';
import type { Blobs } from './blobs.ts';
import { fieldsOf } from './fields.ts';

export const LINK_MODE = '120000';
export const SUBMODULE_MODE = '160000';
/** As many links as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** One file, link or submodule. */
export interface CommitEntry {
  /** As git writes it in octal. */
  readonly mode: string;
  readonly id: string;
}

/** Where the contents of files come from. */
export type Contents = Pick<Blobs, 'load' | 'sift' | 'read'>;

type Refusal = Extract<ReadOutcome, { ok: false }>;

/** All files of one commit, or of what is to be one. Nothing else of the work tree is seen through it. */
export class CommitFiles {
  readonly entries: ReadonlyMap<string, CommitEntry>;
  readonly contents: Contents;
  readonly #among: string;

  /** @param among where a file is not that is missing, to follow "no such file" */
  constructor(entries: ReadonlyMap<string, CommitEntry>, contents: Contents, among = 'in this commit') {
    this.entries = entries;
    this.contents = contents;
    this.#among = among;
  }

  /**
   * Reads a file by its path from the top, through links that stay within the commit.
   *
   * @param visited is told every path on the way, so that one knows what the content depends on
   */
  read(path: string, visited: (path: string) => void = () => {}): ReadOutcome {
    const found = this.locate(path, visited);
    return found.ok ? this.contents.read(found.id) : found;
  }

  /** The name of the object that {@link read} would read. */
  locate(
    path: string,
    visited: (path: string) => void = () => {},
  ): { readonly ok: true; readonly id: string } | Refusal {
    let at = posix.normalize(path);
    for (let links = 0; links <= MOST_LINKS; links++) {
      if (at === '..' || at.startsWith('../') || at.startsWith('/')) {
        return { ok: false, reason: 'denied', detail: 'it lies outside of the repository' };
      }
      visited(at);
      const entry = this.entries.get(at);
      if (entry !== undefined && entry.mode !== LINK_MODE && entry.mode !== SUBMODULE_MODE) {
        return { ok: true, id: entry.id };
      }
      const next = this.#behindLink(at);
      if (typeof next !== 'string') return next;
      at = next;
    }
    return { ok: false, reason: 'denied', detail: 'too many symbolic links' };
  }

  /** The folder of the commit that a path leads to through links, `.` for the top; null where it leads to none. */
  folderBehind(path: string): string | null {
    let at = posix.normalize(path);
    for (let links = 0; links <= MOST_LINKS; links++) {
      if (at === '..' || at.startsWith('../') || at.startsWith('/')) return null;
      const next = this.#behindLink(at);
      if (typeof next === 'string') at = next.replace(/(.)\/+$/, '$1');
      else {
        const isFolder = at === '.' || [...this.entries.keys()].some((one) => one.startsWith(`${at}/`));
        return next.reason === 'not-found' && isFolder ? at : null;
      }
    }
    return null;
  }

  /** Where a path leads when its first link is followed, or why it leads nowhere. */
  #behindLink(path: string): string | Refusal {
    const segments = path.split('/');
    for (let count = 1; count <= segments.length; count++) {
      const head = segments.slice(0, count).join('/');
      const entry = this.entries.get(head);
      if (entry?.mode === SUBMODULE_MODE) {
        return {
          ok: false,
          reason: 'denied',
          detail: `\`${head}\` is a submodule, which is another repository`,
        };
      }
      if (entry?.mode !== LINK_MODE) continue;
      const target = this.contents.read(entry.id);
      if (!target.ok) return target;
      const named = new TextDecoder().decode(target.bytes);
      const start = named.startsWith('/') ? named : posix.join(posix.dirname(head), named);
      return posix.join(start, ...segments.slice(count));
    }
    return { ok: false, reason: 'not-found', detail: `no such file ${this.#among}` };
  }

  /**
   * How the compiler reaches what a policy of this commit extends: within the commit. Shipped parts come with the
   * package.
   */
  reader(shipped: SourceReader, visited: (path: string) => void = () => {}): SourceReader {
    return {
      read: (path) => this.read(path, visited),
      readExtended: (path) => this.read(path, visited),
      readShipped: (kind, name) => shipped.readShipped(kind, name),
      listShipped: (kind) => shipped.listShipped(kind),
    };
  }
}

/** Lists a commit. */
export function commitFiles(
  commit: string,
  git: GitRunner,
  blobs: Blobs,
): { readonly ok: true; readonly files: CommitFiles } | Extract<GitOutcome, { ok: false }> {
  const listed = git(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
  if (!listed.ok) return listed;
  const entries = new Map<string, CommitEntry>();
  for (const field of fieldsOf(listed.bytes)) {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(field) ?? [];
    if (mode === undefined || id === undefined || path === undefined)
      throw new Error('git lists a tree in an unknown form');
    entries.set(path, { mode, id });
  }
  return { ok: true, files: new CommitFiles(entries, blobs) };
}
