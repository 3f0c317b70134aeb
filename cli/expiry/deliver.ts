import type { Io } from '../io.ts';
import type { BaseBranch } from '../proposals/base-branch.ts';
import { commitOn } from '../proposals/commit.ts';
import { pullRequestFor, pushBranch, type ReviewFiles, writeReviewFiles } from '../proposals/deliver.ts';
import type { GitHubDoor } from '../proposals/github-door.ts';
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
      readonly due: readonly DueEntry[];
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
  /** `completed`: the branch was there, and its pull request was made. */
  readonly state: 'dry-run' | 'opened' | 'open-already' | 'completed';
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
  const pushed =
    planned.kind === 'there' ? ({ ok: true, commit: planned.commit } as const) : push(planned, base, io);
  if (!pushed.ok) return pushed;
  const { commit } = pushed;
  if (door === null) {
    const written = writeReviewFiles(folder, branch, commit, body!, io);
    if (!written.ok) return written;
    const state = planned.kind === 'new' ? 'opened' : 'open-already';
    return { ok: true, proposal: { ...common, state, commit, files: written.files } };
  }
  const pull = { title: titleOf(due, owners), body: body!, head: branch, base: base.branch };
  const opened = await pullRequestFor(door, pull);
  if (!opened.ok) return opened;
  const state = planned.kind === 'new' ? 'opened' : 'completed';
  const { url, number } = opened;
  return { ok: true, proposal: { ...common, state, commit, pull: { url, number } } };
}

function push(
  { branch, group }: Extract<PlannedChange, { kind: 'new' }>,
  base: BaseBranch,
  io: Io,
): Step<{ readonly commit: string }> {
  const files = group.changes.flatMap((change) => change.files);
  const committed = commitOn(base.commit, files, commitMessage(group.changes, group.owners), io);
  if (!committed.ok) return committed;
  const refused = pushBranch(committed.commit, base.remote, branch, io);
  return refused === null ? committed : stop(refused);
}
