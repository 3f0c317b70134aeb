import { proposalForeignBranch } from '../../compiler/diagnostics/catalog/proposals.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, commitOnRemote } from './base-branch.ts';
import type { Editable } from './edit.ts';
import type { Evidence } from './evidence.ts';
import { type ExistingChange, existingChange } from './existing.ts';
import type { GitHubDoor } from './github-door.ts';
import { githubProblem } from './github-problem.ts';
import { branchFor, roundOf } from './message.ts';
import { type Step, stop } from './outcome.ts';

/** A remote that has all of these names has them from somebody else. */
const MOST_ROUNDS = 100;

/** The branch of a proposal. */
export interface ProposalBranch {
  readonly branch: string;
  /** What is on the remote under that name already; null where it is to be made. */
  readonly there: { readonly commit: string; readonly existing: ExistingChange } | null;
}

interface Where {
  readonly base: BaseBranch;
  readonly editable: Editable;
  readonly old: Policy;
  readonly door: GitHubDoor | null;
}

/**
 * Finds the open proposal of requests, or the name for a new one. A branch that was merged and not deleted, or whose grant has ended
 * before anybody merged it, is no proposal any more: the next ones have a number.
 */
export async function proposalBranch(
  open: readonly Evidence[],
  { base, editable, old, door }: Where,
  { guardrails, dryRun }: { readonly guardrails: string; readonly dryRun: boolean },
  io: Io,
): Promise<Step<ProposalBranch>> {
  const ids = open.map(({ request }) => request.id);
  const first = roundOf(ids, old);
  for (let round = first; round < first + MOST_ROUNDS; round++) {
    const branch = branchFor(ids, round);
    const onRemote = commitOnRemote(base.remote, branch, io);
    if (!onRemote.ok) return onRemote;
    const { commit } = onRemote;
    if (commit === null) return { ok: true, branch, there: null };
    const merged = await isMerged(branch, commit, base, door, io);
    if (!merged.ok) return merged;
    if (merged.isMerged) continue;
    if (dryRun) return { ok: true, branch, there: null };
    const read = existingChange(commit, open, editable, { base, branch, guardrails }, io);
    if (!read.ok) return read;
    const { existing } = read;
    const end = parseExpiry(existing.grant.expires);
    if (end === null || end > io.now()) return { ok: true, branch, there: { commit, existing } };
  }
  return stop(diagnose(proposalForeignBranch, null, { branch: branchFor(ids, first), remote: base.remote }));
}

async function isMerged(
  branch: string,
  commit: string,
  base: BaseBranch,
  door: GitHubDoor | null,
  { git }: Io,
): Promise<Step<{ readonly isMerged: boolean }>> {
  const isWithin = git(['merge-base', '--is-ancestor', '--end-of-options', commit, base.commit]).ok;
  if (isWithin || door === null) return { ok: true, isMerged: isWithin };
  // Merged as another commit, which only GitHub knows.
  const found = await door.client.findLastPull(branch, base.branch);
  if (!found.ok) return stop(githubProblem(found.problem, door.host, door.repository));
  const pull = found.value;
  // The name may have been free again since, and the branch be another one.
  return { ok: true, isMerged: pull?.isMerged === true && pull.head.commit === commit };
}
