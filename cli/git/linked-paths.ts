import { posix } from 'node:path';
import type { ChangedPath } from './changed-paths.ts';
import { type CommitFiles, LINK_MODE } from './commit-files.ts';
import type { Commits } from './commits.ts';

/** Links that lead into each other multiply; beyond this many paths nobody looks through them. */
const MOST_PATHS = 20_000;

/**
 * What differs under a path that is no entry of the newer side, because a folder on the way is a link there: a path that hosts are
 * told to follow may then lead to another file, although no file of that name changed.
 *
 * @returns null where links lead to more paths than can be looked at
 */
export function throughLinks({ old, next, changed }: Commits): ChangedPath[] | null {
  const paths = new Set<string>();
  for (const one of changed) {
    if (one.old === null) continue;
    if (old.entries.get(one.old)?.mode !== LINK_MODE) {
      if (one.old !== one.next) paths.add(one.old);
      continue;
    }
    const folder = old.folderBehind(one.old);
    if (folder === null) continue;
    addBelow(one.old, folder, old, [], paths);
    if (paths.size > MOST_PATHS + changed.length) return null;
  }
  return [...paths]
    .filter((path) => !next.entries.has(path) && next.locate(path).ok)
    .map((path) => ({ old: path, next: path }));
}

/** Adds the files below a folder under the path of a link to it, also those behind links to further folders. */
function addBelow(
  link: string,
  folder: string,
  files: CommitFiles,
  outer: readonly string[],
  paths: Set<string>,
): void {
  if (outer.includes(folder)) return;
  const start = folder === '.' ? '' : `${folder}/`;
  for (const [path, { mode }] of files.entries) {
    if (!path.startsWith(start)) continue;
    const name = posix.join(link, path.slice(start.length));
    const behind = mode === LINK_MODE ? files.folderBehind(path) : null;
    if (behind === null) paths.add(name);
    else addBelow(name, behind, files, [...outer, folder], paths);
    if (paths.size > MOST_PATHS * 2) return;
  }
}
