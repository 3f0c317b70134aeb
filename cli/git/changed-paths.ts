import type { GitOutcome, GitRunner } from '../io.ts';
import { fieldsOf } from './fields.ts';

/** One path that differs between two commits; both, where it was renamed. Null on the side that has none. */
export interface ChangedPath {
  readonly old: string | null;
  readonly next: string | null;
}

/** Policies begin alike; with git's own half, a new one would often be taken for another one that went. */
const SIMILARITY = '-M80%';

/** Beyond it, a renamed file that was edited as well counts as deleted and added; comparing all pairs would take too long. */
const RENAME_LIMIT = '-l1000';

const RAW = ['-z', SIMILARITY, RENAME_LIMIT, '--raw', '--full-index', '--no-ext-diff', '--no-textconv'];
const SUBMODULES = '--ignore-submodules=none';

type Changed =
  | { readonly ok: true; readonly changed: readonly ChangedPath[] }
  | Extract<GitOutcome, { ok: false }>;

/** What differs between two commits, renamed files as one. */
export function changedPaths(old: string, next: string, git: GitRunner): Changed {
  return changedIn(git(['diff-tree', '-r', ...RAW, SUBMODULES, '--end-of-options', old, next]));
}

/** What differs between a commit and what is staged, renamed files as one. */
export function stagedPaths(commit: string, git: GitRunner): Changed {
  return changedIn(git(['diff-index', '--cached', ...RAW, SUBMODULES, '--end-of-options', commit]));
}

function changedIn(listed: GitOutcome): Changed {
  if (!listed.ok) return listed;
  const fields = fieldsOf(listed.bytes);
  const changed: ChangedPath[] = [];
  for (let at = 0; at < fields.length; ) {
    const status = /^:\d+ \d+ [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(fields[at]!)?.[1];
    const path = fields[at + 1];
    if (status === undefined || path === undefined)
      throw new Error('git lists a difference in an unknown form');
    if (status === 'R' || status === 'C') {
      changed.push({ old: path, next: fields[at + 2]! });
      at += 3;
    } else {
      changed.push({ old: status === 'A' ? null : path, next: status === 'D' ? null : path });
      at += 2;
    }
  }
  return { ok: true, changed };
}
