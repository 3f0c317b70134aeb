import { posix } from 'node:path';
import type { Seen } from '../../compiler/analysis/lint/file-tree.ts';
import { gitUnmerged } from '../../compiler/diagnostics/catalog/revisions.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import type { GitOutcome, GitRunner, Io } from '../io.ts';
import type { Blobs } from './blobs.ts';
import { type ChangedPath, stagedPaths } from './changed-paths.ts';
import { type CommitEntry, CommitFiles, LINK_MODE, SUBMODULE_MODE } from './commit-files.ts';
import { fieldsOf } from './fields.ts';
import { gitProblem } from './revisions.ts';

/** What is needed of the file system: the files that git says differ from what it has. */
export type Disk = Pick<Io, 'lookAt'> & { readonly reader: Pick<Io['reader'], 'read'> };

/** Files that are in no commit yet, and how they differ from one. */
export interface UncommittedFiles {
  readonly files: CommitFiles;
  readonly changed: readonly ChangedPath[];
}

/** The names of objects by which files of the folder itself go; no object has such a name. */
const ON_DISK = 'disk:';

/** What is staged for the next commit, beside a commit. */
export function stagedFiles(commit: string, git: GitRunner, blobs: Blobs): UncommittedFiles | Diagnostic {
  const listed = indexEntries(git);
  if ('code' in listed) return listed;
  const changed = stagedPaths(commit, git);
  if (!changed.ok) return gitProblem('compare what is staged', changed);
  return {
    files: new CommitFiles(listed, blobs, 'among the staged files'),
    changed: changed.changed,
  };
}

/**
 * The files of the folder, new ones included that git does not ignore, beside a commit. What is as git has it comes from
 * git; the rest is read from the disk, through links that stay in the repository.
 *
 * @param committed paths of the commit
 */
export function workTreeFiles(
  commit: string,
  committed: ReadonlyMap<string, unknown>,
  git: GitRunner,
  blobs: Blobs,
  disk: Disk,
): UncommittedFiles | Diagnostic {
  const staged = stagedFiles(commit, git, blobs);
  if ('code' in staged) return staged;
  const found = git(['rev-parse', '--show-toplevel']);
  if (!found.ok) return gitProblem('find the top folder of the repository', found);
  const top = new TextDecoder().decode(found.bytes).replace(/\n$/, '');
  const differing = pathsOnDisk(git);
  if (!differing.ok) return gitProblem('compare the files of the folder', differing);
  const entries = new Map(staged.files.entries);
  for (const path of differing.paths) {
    if (entries.get(path)?.mode === SUBMODULE_MODE) continue;
    const { kind } = seenAt(path, top, disk);
    if (kind === 'missing' || kind === 'folder') entries.delete(path);
    else entries.set(path, { mode: kind === 'link' ? LINK_MODE : '100644', id: `${ON_DISK}${path}` });
  }
  return {
    files: new CommitFiles(
      entries,
      new DiskContents(blobs, top, disk),
      'among the files that git does not ignore',
    ),
    changed: changedOnDisk(staged.changed, differing.paths, committed, entries),
  };
}

/** A half of a pair stands for a byte of a name that is no UTF-8, which cannot be handed to the system. */
const UNREADABLE_NAME = /\p{Surrogate}/u;

/** What stands at a path of the folder. Behind a link on the way to it there is nothing of this repository. */
function seenAt(path: string, top: string, disk: Disk): Seen {
  if (UNREADABLE_NAME.test(path)) return { kind: 'hidden', why: 'its name is not UTF-8' };
  for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at)) {
    if (disk.lookAt(posix.join(top, at)).kind === 'link') return { kind: 'missing' };
  }
  return disk.lookAt(posix.join(top, path));
}

/** Contents by the names of their objects, and of files of the folder by their paths. */
class DiskContents implements Pick<Blobs, 'load' | 'read'> {
  readonly #blobs: Blobs;
  readonly #top: string;
  readonly #disk: Disk;

  constructor(blobs: Blobs, top: string, disk: Disk) {
    this.#blobs = blobs;
    this.#top = top;
    this.#disk = disk;
  }

  load(ids: readonly string[]): ReturnType<Blobs['load']> {
    return this.#blobs.load(ids.filter((id) => !id.startsWith(ON_DISK)));
  }

  read(id: string): ReadOutcome {
    if (!id.startsWith(ON_DISK)) return this.#blobs.read(id);
    const path = id.slice(ON_DISK.length);
    const seen = seenAt(path, this.#top, this.#disk);
    if (seen.kind === 'hidden') return { ok: false, reason: 'denied', detail: seen.why };
    return seen.kind === 'link'
      ? { ok: true, bytes: new TextEncoder().encode(seen.target) }
      : this.#disk.reader.read(posix.join(this.#top, path));
  }
}

/** Everything in the index; a file that is not merged has no one content. */
function indexEntries(git: GitRunner): Map<string, CommitEntry> | Diagnostic {
  const listed = git(['ls-files', '--stage', '-z', '--full-name', '--', ':/']);
  if (!listed.ok) return gitProblem('list what is staged', listed);
  const entries = new Map<string, CommitEntry>();
  for (const field of fieldsOf(listed.bytes)) {
    const [, mode, id, stage, path] = /^(\d+) ([0-9a-f]+) (\d)\t(.*)$/s.exec(field) ?? [];
    if (mode === undefined || id === undefined || path === undefined)
      throw new Error('git lists the index in an unknown form');
    if (stage !== '0') return diagnose(gitUnmerged, null, { path });
    entries.set(path, { mode, id });
  }
  return entries;
}

/** Paths whose files may differ from the index, and those of files that it does not have. */
function pathsOnDisk(
  git: GitRunner,
): { readonly ok: true; readonly paths: ReadonlySet<string> } | Extract<GitOutcome, { ok: false }> {
  // Looking into submodules would start git in a repository of its own.
  const differing = git(['diff-files', '-z', '--name-only', '--no-ext-diff', '--ignore-submodules=dirty']);
  if (!differing.ok) return differing;
  const others = git(['ls-files', '--others', '--exclude-standard', '-z', '--full-name', '--', ':/']);
  if (!others.ok) return others;
  // A folder in this list is another repository.
  const added = fieldsOf(others.bytes).filter((path) => !path.endsWith('/'));
  return { ok: true, paths: new Set([...fieldsOf(differing.bytes), ...added]) };
}

/** What is staged, put right by what lies in the folder. */
function changedOnDisk(
  staged: readonly ChangedPath[],
  paths: ReadonlySet<string>,
  committed: ReadonlyMap<string, unknown>,
  entries: ReadonlyMap<string, unknown>,
): ChangedPath[] {
  const there = (path: string) => (entries.has(path) ? path : null);
  // What is still there under its old name was not renamed.
  const isRenamed = ({ old, next }: ChangedPath) =>
    old !== null && next !== null && old !== next && !entries.has(old);
  const renamed = staged.filter(isRenamed);
  const known = new Set(renamed.map(({ next }) => next));
  const rest = new Set([
    ...staged.filter((one) => !isRenamed(one)).flatMap(({ old, next }) => [old, next]),
    ...[...paths].filter((path) => !known.has(path)),
  ]);
  return [
    ...renamed.map(({ old, next }) => ({ old, next: there(next!) })),
    ...[...rest].flatMap((path) =>
      path === null ? [] : [{ old: committed.has(path) ? path : null, next: there(path) }],
    ),
  ].filter(({ old, next }) => old !== null || next !== null);
}
