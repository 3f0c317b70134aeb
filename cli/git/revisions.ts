import {
  gitFailed,
  gitNoRepository,
  gitUnavailable,
  gitUnknownRevision,
  gitUnrelated,
} from '../../compiler/diagnostics/catalog/revisions.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { GitOutcome, GitRunner } from '../io.ts';

/** A commit, and how a report calls it. */
export interface Revision {
  readonly label: string;
  /** The object's name in hexadecimal, which no option can be mistaken for; of the commit, or of what it holds. */
  readonly commit: string;
}

/** What is to be committed: the staged files, or those that lie in the folder. */
export interface Uncommitted {
  readonly label: 'staged' | 'working tree';
  readonly commit: null;
}

/** A commit and what it is compared with, and where in the repository the command runs. */
export interface RevisionRange {
  readonly old: Revision;
  readonly next: Revision | Uncommitted;
  /** The current folder as seen from the top, with a `/` at its end; empty at the top. */
  readonly prefix: string;
}

export type RangeOutcome =
  | { readonly ok: true; readonly range: RevisionRange }
  | { readonly ok: false; readonly problem: Diagnostic };

/**
 * Looks up both ends of a range: `A..B`; `A...B` from their last common commit; `A..` up to HEAD; `A` alone up to what lies
 * in the folder. Null for what is staged, beside HEAD.
 *
 * @param folder names the current folder in a finding
 */
export function resolveRange(text: string | null, git: GitRunner, folder: string): RangeOutcome {
  const repository = git(['rev-parse', '--is-shallow-repository', '--show-prefix']);
  if (!repository.ok) return refuse(problemWithRepository(repository, folder));
  const { isShallow, prefix } = surroundings(textOf(repository));
  const ends: Ends = text === null ? STAGED : endsOf(text);
  const old = (text === null ? beforeFirstCommit(git) : null) ?? commitOf(ends.old, isShallow, git);
  if (!old.ok) return old;
  if (typeof ends.next !== 'string') {
    return { ok: true, range: { old: old.revision, next: ends.next, prefix } };
  }
  const next = commitOf(ends.next, isShallow, git);
  if (!next.ok) return next;
  return ends.fromCommon
    ? fromCommon(old.revision, next.revision, prefix, git)
    : { ok: true, range: { old: old.revision, next: next.revision, prefix } };
}

export type NamedCommit =
  | {
      readonly ok: true;
      readonly commit: string;
      /** The current folder as seen from the top, with a `/` at its end; empty at the top. */
      readonly prefix: string;
      /** Whether the history is cut off. */
      readonly isShallow: boolean;
    }
  | { readonly ok: false; readonly problem: Diagnostic };

/**
 * Looks up one commit of the repository of the current folder.
 *
 * @param folder names the current folder in a finding
 */
export function resolveCommit(name: string, git: GitRunner, folder: string): NamedCommit {
  const repository = git(['rev-parse', '--is-shallow-repository', '--show-prefix']);
  if (!repository.ok) return { ok: false, problem: problemWithRepository(repository, folder) };
  const { isShallow, prefix } = surroundings(textOf(repository));
  const found = commitOf(name, isShallow, git);
  return found.ok ? { ok: true, commit: found.revision.commit, prefix, isShallow } : found;
}

/** Takes the answer about a repository apart. */
function surroundings(answer: string): { readonly isShallow: boolean; readonly prefix: string } {
  const [shallow, ...rest] = answer.split('\n');
  // A folder's name may hold line breaks; the last one is git's.
  return { isShallow: shallow === 'true', prefix: rest.slice(0, -1).join('\n') };
}

type CommitOutcome =
  | { readonly ok: true; readonly revision: Revision }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Before the first commit of a branch, HEAD is as good as a commit without files; null where it has one. */
function beforeFirstCommit(git: GitRunner): CommitOutcome | null {
  const isBranch = git(['symbolic-ref', '--quiet', 'HEAD']).ok;
  const hasCommit = git(['rev-parse', '--verify', '--quiet', 'HEAD']).ok;
  if (!isBranch || hasCommit) return null;
  const noFiles = git(['hash-object', '-t', 'tree', '--stdin']);
  return noFiles.ok ? { ok: true, revision: { label: 'HEAD', commit: textOf(noFiles).trim() } } : null;
}

function commitOf(name: string, isShallow: boolean, git: GitRunner): CommitOutcome {
  const found = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (found.ok) return { ok: true, revision: revisionOf(name, textOf(found).trim()) };
  const problem =
    found.reason === 'refused'
      ? diagnose(gitUnknownRevision, null, { revision: name, isShallow })
      : gitProblem('look up a revision', found);
  return { ok: false, problem };
}

function fromCommon(old: Revision, next: Revision, prefix: string, git: GitRunner): RangeOutcome {
  const found = git(['merge-base', old.commit, next.commit]);
  if (!found.ok) {
    return refuse(
      found.reason === 'refused'
        ? diagnose(gitUnrelated, null, { base: old.label, head: next.label })
        : gitProblem('look for a common commit', found),
    );
  }
  const commit = textOf(found).trim();
  return { ok: true, range: { old: { label: shortName(commit), commit }, next, prefix } };
}

/** What went wrong with a step that ought to work in any repository. */
export function gitProblem(step: string, outcome: Extract<GitOutcome, { ok: false }>): Diagnostic {
  return outcome.reason === 'unavailable'
    ? diagnose(gitUnavailable, null, { detail: outcome.detail })
    : diagnose(gitFailed, null, { step, detail: outcome.detail });
}

function problemWithRepository(outcome: Extract<GitOutcome, { ok: false }>, folder: string): Diagnostic {
  return outcome.reason === 'refused'
    ? diagnose(gitNoRepository, null, { folder, detail: outcome.detail })
    : gitProblem('find the repository', outcome);
}

interface Ends {
  readonly old: string;
  readonly next: string | Uncommitted;
  readonly fromCommon: boolean;
}

const STAGED: Ends = { old: 'HEAD', next: { label: 'staged', commit: null }, fromCommon: false };

function endsOf(text: string): Ends {
  const found = /^(.*?)(\.{2,3})(.*)$/s.exec(text);
  if (found === null) {
    const next = { label: 'working tree', commit: null } as const;
    return { old: text === '' ? 'HEAD' : text, next, fromCommon: false };
  }
  const [, old, dots, next] = found;
  return { old: old === '' ? 'HEAD' : old!, next: next === '' ? 'HEAD' : next!, fromCommon: dots === '...' };
}

/** Names that are easy to read and to type again stay as they are; of others the commit is the name. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9_./@^~-]{0,39}$/;
const SHORT = 12;

function revisionOf(name: string, commit: string): Revision {
  const isLong = /^[0-9a-f]{40,64}$/.test(name);
  return { label: PLAIN_NAME.test(name) && !isLong ? name : shortName(commit), commit };
}

function shortName(commit: string): string {
  return commit.slice(0, SHORT);
}

function textOf({ bytes }: Extract<GitOutcome, { ok: true }>): string {
  return new TextDecoder().decode(bytes);
}

function refuse(problem: Diagnostic): RangeOutcome {
  return { ok: false, problem };
}
