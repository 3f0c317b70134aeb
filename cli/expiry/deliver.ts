import type { Io } from '../io.ts';
import type { BaseBranch } from '../proposals/base-branch.ts';
import { commitOn } from '../proposals/commit.ts';
import { pullRequestFor, pushBranch, type ReviewFiles, writeReviewFiles } from '../proposals/deliver.ts';
import type { GitHubDoor } from '../proposals/github-door.ts';
import { githubProblem } from '../proposals/github-problem.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import { expiryBody } from './body.ts';
import type { DueEntry } from './due.ts';
import { type ChangeGroup, ownersOf } from './groups.ts';
import { commitMessage, titleOf } from './message.ts';

/** A change that is to be proposed, or that is on the remote already. */
export type PlannedChange =
  | {
      readonly kind: 'new';
      readonly branch: string;
      /** The commit in whose place it comes, which the base branch has outrun; null for a new branch. */
      readonly replaced: string | null;
      readonly due: readonly DueEntry[];
      readonly pull: { readonly url: string; readonly number: number } | null;
      readonly group: ChangeGroup;
    }
  | {
      readonly kind: 'there';
      readonly branch: string;
      readonly commit: string;
      readonly due: readonly DueEntry[];
      readonly pull: { readonly url: string; readonly number: number } | null;
      /** What it changes; null where nothing is to be completed. */
      readonly group: ChangeGroup | null;
    };

/** What came of one change. */
export interface ExpiryProposal {
  /**
   * `completed`: the branch was there, and its pull request was made. `updated`: it was made for what the base branch had before,
   * and is made anew for what it has now.
   */
  readonly state: 'dry-run' | 'opened' | 'updated' | 'open-already' | 'completed';
  readonly branch: string;
  /** Null where nothing was pushed. */
  readonly commit: string | null;
  readonly owners: readonly string[];
  readonly due: readonly DueEntry[];
  /** Null for one that is open already. */
  readonly group: ChangeGroup | null;
  readonly body: string | null;
  readonly pull: { readonly url: string; readonly number: number } | null;
  readonly files: ReviewFiles | null;
}

/** Pushes a change and makes what others review it by. Each step may be taken again. */
export async function deliver(
  planned: PlannedChange,
  {
    base,
    door,
    folder,
    dryRun,
  }: {
    readonly base: BaseBranch;
    readonly door: GitHubDoor | null;
    readonly folder: string;
    readonly dryRun: boolean;
  },
  io: Io,
): Promise<Step<{ readonly proposal: ExpiryProposal }>> {
  const { branch, due, group } = planned;
  const owners = ownersOf(due);
  const body = group === null ? null : expiryBody(group);
  const common = { branch, owners, due, group, body, pull: null, files: null } as const;
  if (planned.kind === 'there' && (body === null || dryRun)) {
    const { commit, pull } = planned;
    return { ok: true, proposal: { ...common, state: 'open-already', commit, pull } };
  }
  if (dryRun) return { ok: true, proposal: { ...common, state: 'dry-run', commit: null } };
  const title = titleOf(due, owners);
  if (planned.kind === 'new' && planned.pull !== null && door !== null) {
    // Before the push: a kill between leaves a branch that is still outrun, and the next run does both again.
    const told = await door.client.updatePull(planned.pull.number, { title, body: body! });
    if (!told.ok) return stop(githubProblem(told.problem, door.host, door.repository));
  }
  const pushed =
    planned.kind === 'there' ? ({ ok: true, commit: planned.commit } as const) : push(planned, base, io);
  if (!pushed.ok) return pushed;
  const { commit } = pushed;
  const pushedAs = planned.kind === 'new' && planned.replaced !== null ? 'updated' : 'opened';
  if (door === null) {
    const written = writeReviewFiles(folder, branch, commit, body!, io);
    if (!written.ok) return written;
    const state = planned.kind === 'there' ? 'open-already' : pushedAs;
    return { ok: true, proposal: { ...common, state, commit, files: written.files } };
  }
  const opened = await pullRequestFor(door, { title, body: body!, head: branch, base: base.branch });
  if (!opened.ok) return opened;
  const { url, number } = opened;
  const state = planned.kind === 'there' ? 'completed' : pushedAs;
  return { ok: true, proposal: { ...common, state, commit, pull: { url, number } } };
}

function push(
  { branch, replaced, group }: Extract<PlannedChange, { kind: 'new' }>,
  base: BaseBranch,
  io: Io,
): Step<{ readonly commit: string }> {
  const files = group.changes.flatMap((change) => change.files);
  const committed = commitOn(base.commit, files, commitMessage(group.changes, group.owners), io);
  if (!committed.ok) return committed;
  const refused = pushBranch(committed.commit, base.remote, branch, io, replaced);
  return refused === null ? committed : stop(refused);
}
