import {
  proposalBadBranch,
  proposalNoBase,
  proposalNoRemote,
} from '../../compiler/diagnostics/catalog/proposals.ts';
import { gitNoRepository } from '../../compiler/diagnostics/catalog/revisions.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { gitProblem } from '../git/revisions.ts';
import type { GitOutcome, GitRunner, Io } from '../io.ts';
import { type Step, stop } from './outcome.ts';

/** Where a proposal goes: a branch of a remote, as it is there now. */
export interface BaseBranch {
  readonly remote: string;
  /** As git would use it and as it is configured; may hold a password and are never shown. */
  readonly urls: readonly string[];
  readonly branch: string;
  readonly commit: string;
  /** The current folder as seen from the top, with a `/` at its end; empty at the top. */
  readonly prefix: string;
}

/** What is asked for; null takes what git says. */
export interface WantedBase {
  readonly remote: string | null;
  readonly base: string | null;
}

/**
 * Asks the remote for the branch that is proposed to, and fetches its commit. Of this repository only objects are added: no
 * branch, no tag and no remote branch moves.
 */
export function findBase(wanted: WantedBase, io: Io): Step<{ readonly base: BaseBranch }> {
  const { git, remoteGit } = io;
  const repository = git(['rev-parse', '--show-prefix']);
  if (!repository.ok) {
    return stop(
      repository.reason === 'refused'
        ? diagnose(gitNoRepository, null, { folder: io.cwd, detail: repository.detail })
        : gitProblem('find the repository', repository),
    );
  }
  const remote = remoteOf(wanted.remote, git);
  if (!remote.ok) return remote;
  if (wanted.base !== null && !git(['check-ref-format', `refs/heads/${wanted.base}`]).ok) {
    return stop(diagnose(proposalBadBranch, null, { branch: wanted.base }));
  }
  const patterns = wanted.base === null ? [] : [`refs/heads/${wanted.base}`];
  const listed = remoteGit(['ls-remote', '--symref', remote.name, 'HEAD', ...patterns]);
  if (!listed.ok) return stop(gitProblem('ask the remote', listed));
  const heads = headsIn(textOf(listed));
  const branch = wanted.base ?? heads.main;
  const commit =
    branch === null ? undefined : (heads.commits.get(`refs/heads/${branch}`) ?? heads.ofMain(branch));
  if (branch === null || commit === undefined) {
    return stop(diagnose(proposalNoBase, null, { branch, remote: remote.name }));
  }
  const fetched = fetchCommit(remote.name, branch, commit, io);
  if (fetched !== null) return stop(gitProblem('fetch from the remote', fetched));
  const prefix = textOf(repository).slice(0, -1);
  return { ok: true, base: { remote: remote.name, urls: urlsOf(remote.name, git), branch, commit, prefix } };
}

/** The commit of a branch on the remote, which is fetched; null where there is no such branch. */
export function commitOnRemote(
  remote: string,
  branch: string,
  io: Io,
): Step<{ readonly commit: string | null }> {
  const listed = io.remoteGit(['ls-remote', remote, `refs/heads/${branch}`]);
  if (!listed.ok) return stop(gitProblem('ask the remote', listed));
  const commit = headsIn(textOf(listed)).commits.get(`refs/heads/${branch}`) ?? null;
  const fetched = commit === null ? null : fetchCommit(remote, branch, commit, io);
  return fetched === null ? { ok: true, commit } : stop(gitProblem('fetch from the remote', fetched));
}

/** The branches of the remote below a name, each with its commit, which is fetched. */
export function branchesOnRemote(
  remote: string,
  below: string,
  io: Io,
): Step<{ readonly branches: ReadonlyMap<string, string> }> {
  const listed = io.remoteGit(['ls-remote', remote, `refs/heads/${below}/*`]);
  if (!listed.ok) return stop(gitProblem('ask the remote', listed));
  const branches = new Map<string, string>();
  for (const [ref, commit] of headsIn(textOf(listed)).commits) {
    const branch = ref.slice('refs/heads/'.length);
    // A pattern of `ls-remote` also fits the end of other names.
    if (!ref.startsWith(`refs/heads/${below}/`)) continue;
    const fetched = fetchCommit(remote, branch, commit, io);
    if (fetched !== null) return stop(gitProblem('fetch from the remote', fetched));
    branches.set(branch, commit);
  }
  return { ok: true, branches };
}

function urlsOf(remote: string, git: GitRunner): string[] {
  return [git(['remote', 'get-url', remote]), git(['config', '--get', `remote.${remote}.url`])].flatMap(
    (found) => (found.ok ? [textOf(found).trimEnd()] : []),
  );
}

const USUAL_REMOTE = 'origin';

function remoteOf(name: string | null, git: GitRunner): Step<{ readonly name: string }> {
  const listed = git(['remote']);
  if (!listed.ok) return stop(gitProblem('list the remotes', listed));
  const remotes = textOf(listed)
    .split('\n')
    .filter((one) => one !== '');
  const usual = remotes.includes(USUAL_REMOTE) ? USUAL_REMOTE : remotes.length === 1 ? remotes[0]! : null;
  const chosen = name ?? usual;
  if (chosen !== null && remotes.includes(chosen)) return { ok: true, name: chosen };
  return stop(diagnose(proposalNoRemote, null, { name, remotes }));
}

interface Heads {
  /** The branch that HEAD of the remote names; null where it names none. */
  readonly main: string | null;
  readonly commits: ReadonlyMap<string, string>;
  /** The commit of HEAD, where it is that branch. */
  ofMain(branch: string): string | undefined;
}

/** A pattern of `ls-remote` also fits the end of other names, so each is looked up by its whole name. */
function headsIn(text: string): Heads {
  const commits = new Map<string, string>();
  let main: string | null = null;
  for (const line of text.split('\n')) {
    const [value = '', name = ''] = line.split('\t');
    if (name === 'HEAD' && value.startsWith('ref: refs/heads/'))
      main = value.slice('ref: refs/heads/'.length);
    else if (/^[0-9a-f]{40,64}$/.test(value)) commits.set(name, value);
  }
  return { main, commits, ofMain: (branch) => (branch === main ? commits.get('HEAD') : undefined) };
}

function fetchCommit(
  remote: string,
  branch: string,
  commit: string,
  { git, remoteGit }: Io,
): Extract<GitOutcome, { ok: false }> | null {
  // A commit may be there without its tree, so its tree is what is asked for.
  if (git(['cat-file', '-e', `${commit}^{tree}`]).ok) return null;
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap='];
  const fetched = remoteGit(['fetch', ...quiet, remote, `refs/heads/${branch}`]);
  return fetched.ok ? null : fetched;
}

export function textOf({ bytes }: Extract<GitOutcome, { ok: true }>): string {
  return new TextDecoder().decode(bytes);
}
