import {
  expiryDeclined,
  expiryForeignBranch,
  expiryWaits,
} from '../../compiler/diagnostics/catalog/expiry.ts';
import { proposalShallowClone } from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { PullRequest } from '../../runtime/approvals/github/answers.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, branchesOnRemote } from '../proposals/base-branch.ts';
import type { Editable } from '../proposals/edit.ts';
import type { GitHubDoor } from '../proposals/github-door.ts';
import { githubProblem } from '../proposals/github-problem.ts';
import { isShallow } from '../proposals/one-change.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import { type BlueprintChange, type ChangeWishes, readChange } from './change.ts';
import { removedBy } from './claimed-removals.ts';
import type { DueEntry } from './due.ts';
import type { GrantedEntry } from './entries.ts';
import { BRANCHES } from './message.ts';
import { textsOf } from './outrun.ts';

/** A branch on the remote that removes entries which are due. */
export interface OpenChange {
  readonly branch: string;
  readonly commit: string;
  readonly due: readonly DueEntry[];
  /** What came of its pull request; null where there is none, or none is wanted. */
  readonly pull: { readonly url: string; readonly number: number; readonly isOpen: boolean } | null;
}

export interface OpenChanges {
  readonly open: readonly OpenChange[];
  /** What no branch is about. */
  readonly fresh: readonly DueEntry[];
  /** Entries that were asked for and turned down, or that have to wait. */
  readonly notes: readonly Diagnostic[];
  /** All branches of ours on the remote, and those of them whose change was merged. */
  readonly branches: ReadonlyMap<string, string>;
  readonly merged: ReadonlySet<string>;
}

/** Looks on the remote for what is proposed already, so that nothing is proposed twice. */
export async function findOpenChanges(
  due: readonly DueEntry[],
  base: BaseBranch,
  door: GitHubDoor | null,
  io: Io,
): Promise<Step<OpenChanges>> {
  const listed = branchesOnRemote(base.remote, BRANCHES, io);
  if (!listed.ok) return listed;
  const open: OpenChange[] = [];
  const notes: Diagnostic[] = [];
  const taken = new Set<DueEntry>();
  const waiting = new Map<string, string>();
  const merged = new Set<string>();
  for (const [branch, commit] of listed.branches) {
    const own = removedBy(branch, commit, due, base, io).filter((one) => !taken.has(one));
    if (own.length === 0) continue;
    const found = door === null ? null : await door.client.findLastPull(branch, base.branch);
    if (found !== null && !found.ok) return stop(githubProblem(found.problem, door!.host, door!.repository));
    const last = found?.value ?? null;
    const pull = last !== null && isOfEarlier(last, { commit, due: own }, base, io) ? null : last;
    if (pull?.isMerged === true) {
      // Somebody has put them back since.
      merged.add(branch);
      continue;
    }
    for (const one of own) taken.add(one);
    if (pull !== null && pull.state === 'closed') {
      for (const { entry } of own) {
        const { blueprint: path, name } = entry;
        notes.push(diagnose(expiryDeclined, null, { path, entry: name, where: pull.url }));
      }
      continue;
    }
    for (const { entry } of own) waiting.set(entry.blueprint, branch);
    open.push({
      ...{ branch, commit, due: own },
      pull: pull === null ? null : { url: pull.url, number: pull.number, isOpen: true },
    });
  }
  const rest = due.filter((one) => !taken.has(one));
  for (const { entry } of rest) {
    const branch = waiting.get(entry.blueprint);
    if (branch === undefined) continue;
    notes.push(diagnose(expiryWaits, null, { path: entry.blueprint, entry: entry.name, branch }));
  }
  const fresh = rest.filter(({ entry }) => !waiting.has(entry.blueprint));
  return { ok: true, open, fresh, notes, branches: listed.branches, merged };
}

/** Whether a pull request ended with an earlier branch of the same name, which was deleted and is made anew since. */
function isOfEarlier(
  { state, head }: PullRequest,
  change: Pick<OpenChange, 'commit' | 'due'>,
  base: BaseBranch,
  io: Io,
): boolean {
  return (
    state === 'closed' &&
    head.commit !== change.commit &&
    textsOf(change.commit, entriesOf(change), base, io) !== null
  );
}

/**
 * The name of a branch that is not there yet. One of ours that was merged and not deleted gives its name to the next ones with a
 * number; any other one is somebody else's.
 */
export function freeBranch(
  name: string,
  { branches, merged }: Pick<OpenChanges, 'branches' | 'merged'>,
  base: BaseBranch,
  io: Io,
): Step<{ readonly branch: string }> {
  for (let round = 1; ; round++) {
    const branch = round === 1 ? name : `${name}-${round}`;
    const commit = branches.get(branch);
    if (commit === undefined) return { ok: true, branch };
    const isOver = merged.has(branch) || io.git(['merge-base', '--is-ancestor', commit, base.commit]).ok;
    if (!isOver) return stop(diagnose(expiryForeignBranch, null, { branch, remote: base.remote }));
  }
}

/**
 * Reads what a branch that was pushed before changes, so that its pull request can be made. It has to be one commit on top of the base
 * branch that changes nothing but blueprints with entries that are due, and their lock files.
 */
export function readOpenChange(
  open: OpenChange,
  editables: ReadonlyMap<string, Editable>,
  base: BaseBranch,
  wishes: ChangeWishes,
  io: Io,
): Step<{ readonly changes: readonly BlueprintChange[] }> {
  const foreign = stop(diagnose(expiryForeignBranch, null, { branch: open.branch, remote: base.remote }));
  const texts = textsOf(open.commit, entriesOf(open), base, io);
  if (texts === null) {
    const { branch } = open;
    return isShallow(io)
      ? stop(diagnose(proposalShallowClone, null, { branch, remote: base.remote }))
      : foreign;
  }
  const changes: BlueprintChange[] = [];
  for (const [path, both] of texts) {
    const going = open.due.filter(({ entry }) => entry.blueprint === path);
    const read = readChange(editables.get(path)!, both, going, base.branch, wishes, io);
    if (read === null) return foreign;
    if (!read.ok) return read;
    changes.push(read.change);
  }
  return { ok: true, changes };
}

function entriesOf({ due }: Pick<OpenChange, 'due'>): readonly GrantedEntry[] {
  return due.map(({ entry }) => entry);
}
