import { Blobs } from '../cli/git/blobs.ts';
import { changedPaths } from '../cli/git/changed-paths.ts';
import { commitFiles } from '../cli/git/commit-files.ts';
import type { Commits } from '../cli/git/commits.ts';
import { gitProblem, type RevisionRange } from '../cli/git/revisions.ts';
import type { Io } from '../cli/io.ts';
import { textOf } from '../cli/proposals/base-branch.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { gateNoCommit, gateNotMerging } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';

const REMOTE = 'origin';
const SHORT = 12;

/** Both sides of a change: the base as it is, and what it is with the change. */
export interface Sides {
  readonly range: RevisionRange;
  readonly commits: Commits;
}

/** Makes sure that commits and their history are here; fetches them where they are not. No branch and no file is touched. */
export function ensureCommits(wanted: readonly string[], { git, remoteGit }: Io): Step<object> {
  const shallow = git(['rev-parse', '--is-shallow-repository']);
  if (!shallow.ok) return stop(gitProblem('find the repository', shallow));
  const isShallow = textOf(shallow).trim() === 'true';
  const isHere = (commit: string) => git(['cat-file', '-e', `${commit}^{tree}`]).ok;
  if (!isShallow && wanted.every(isHere)) return { ok: true };
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap='];
  const fetched = remoteGit([
    'fetch',
    ...quiet,
    ...(isShallow ? ['--unshallow'] : []),
    '--end-of-options',
    REMOTE,
    ...wanted,
  ]);
  const missing = wanted.find((commit) => !isHere(commit)) ?? (fetched.ok ? undefined : wanted[0]);
  if (missing === undefined) return { ok: true };
  const detail = fetched.ok ? 'the remote did not give it' : fetched.detail;
  return stop(diagnose(gateNoCommit, null, { commit: missing.slice(0, SHORT), detail }));
}

/** The commit of a branch of the remote, as the clone knows it. */
export function branchTip(branch: string, { git }: Io): Step<{ readonly commit: string }> {
  const ref = `refs/remotes/${REMOTE}/${branch}`;
  const found = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (found.ok) return { ok: true, commit: textOf(found).trim() };
  return stop(
    diagnose(gateNoCommit, null, { commit: branch, detail: 'the clone does not have that branch' }),
  );
}

/** The empty tree, for what has nothing before it. */
export function emptyTree({ remoteGit }: Io): Step<{ readonly commit: string }> {
  const made = remoteGit(['hash-object', '-w', '-t', 'tree', '--stdin'], '');
  return made.ok ? { ok: true, commit: textOf(made).trim() } : stop(gitProblem('make an empty tree', made));
}

/**
 * What the base becomes when a head is merged into it: the head itself where it has all of the base, else the tree that git makes
 * of both. Attributes of the working tree do not count, because they come from the head.
 */
export function mergedTree(base: string, head: string, io: Io): Step<{ readonly commit: string }> {
  const isAhead = io.git(['merge-base', '--is-ancestor', '--end-of-options', base, head]);
  if (isAhead.ok) return { ok: true, commit: head };
  const common = io.git(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  if (!common.ok) return stop(gitProblem('find the repository', common));
  const folder = textOf(common).replace(/\n$/, '');
  const bare = ['-C', folder, '-c', 'core.bare=true', '-c', 'core.attributesFile=/dev/null'];
  const merged = io.remoteGit([...bare, 'merge-tree', '--write-tree', '--no-messages', base, head]);
  if (merged.ok) return { ok: true, commit: textOf(merged).split('\n')[0]!.trim() };
  return merged.reason === 'refused'
    ? stop(diagnose(gateNotMerging, null, { detail: merged.detail }))
    : stop(gitProblem('merge the two commits', merged));
}

/** Lists both sides and what differs between them. */
export function sidesOf(base: string, next: string, { git }: Io): Step<Sides> {
  const blobs = new Blobs(git);
  const old = commitFiles(base, git, blobs);
  if (!old.ok) return stop(gitProblem('list a commit', old));
  const after = commitFiles(next, git, blobs);
  if (!after.ok) return stop(gitProblem('list a commit', after));
  const listed = changedPaths(base, next, git);
  if (!listed.ok) return stop(gitProblem('compare the commits', listed));
  const range: RevisionRange = {
    old: { label: base.slice(0, SHORT), commit: base },
    next: { label: next.slice(0, SHORT), commit: next },
    prefix: '',
  };
  return { ok: true, range, commits: { old: old.files, next: after.files, changed: listed.changed } };
}
