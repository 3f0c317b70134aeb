import type { Io } from '../cli/io.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { gateSharedHead, gateStaleRun } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { PullRequest } from '../runtime/approvals/github/answers.ts';
import type { GitHubClient } from '../runtime/approvals/github/client.ts';
import { branchTip, emptyTree, ensureCommits, mergedTree, type Sides, sidesOf } from './commits.ts';
import type { GateEvent } from './event.ts';
import { githubFinding } from './github-finding.ts';
import type { GateInputs } from './inputs.ts';
import { startsRuns } from './skipped-runs.ts';

/** What is to be judged, and for which pull request; null where there is none. */
export interface Context {
  readonly sides: Sides;
  readonly pull: PullRequest | null;
  /** Whether a comment on the pull request tells of it. */
  readonly comments: boolean;
  readonly isReportOnly: boolean;
  readonly commit: string;
}

const SHORT = 12;

/** Finds both sides of what happened. */
export async function contextOf(
  event: GateEvent,
  client: GitHubClient,
  inputs: GateInputs,
  io: Io,
): Promise<Step<Context>> {
  switch (event.kind) {
    case 'pull': {
      const asked = await client.getPull(event.number);
      if (!asked.ok) return stop(githubFinding(asked.problem, inputs));
      const pull = asked.value;
      const [ran, head] = [event.head.slice(0, SHORT), pull.head.commit.slice(0, SHORT)];
      if (pull.head.commit !== event.head) return stop(diagnose(gateStaleRun, null, { ran, head }));
      const shared = await sharedHead(pull, client, inputs);
      if (!shared.ok) return shared;
      // What GitHub calls the base of a pull request stays behind until the next push to its head.
      const base = await client.branchCommit(pull.base.branch);
      if (!base.ok) return stop(githubFinding(base.problem, inputs));
      const here = ensureCommits([base.value, event.head], io);
      if (!here.ok) return here;
      const starts = startsRuns(event.head, io);
      if (!starts.ok) return starts;
      const merged = mergedTree(base.value, event.head, io);
      if (!merged.ok) return merged;
      const more = { pull, comments: true, isReportOnly: false, commit: event.head };
      return withSides(base.value, merged.commit, more, io);
    }
    case 'group': {
      const asked = event.number === null ? null : await client.getPull(event.number);
      if (asked !== null && !asked.ok) return stop(githubFinding(asked.problem, inputs));
      const here = ensureCommits([event.base, event.head], io);
      if (!here.ok) return here;
      const more = { pull: asked?.value ?? null, comments: false, isReportOnly: false, commit: event.head };
      return withSides(event.base, event.head, more, io);
    }
    case 'dispatch':
      return dispatched(event, io);
    case 'report': {
      const wanted = event.base === null ? [event.head] : [event.base, event.head];
      const here = ensureCommits(wanted, io);
      if (!here.ok) return here;
      const base = event.base === null ? emptyTree(io) : { ok: true as const, commit: event.base };
      if (!base.ok) return base;
      const more = { pull: null, comments: false, isReportOnly: true, commit: event.head };
      return withSides(base.commit, event.head, more, io);
    }
  }
}

/** GitHub keeps a check by its commit: where two pull requests have one head, the check of either counts for both. */
async function sharedHead(
  pull: PullRequest,
  client: GitHubClient,
  inputs: GateInputs,
): Promise<Step<object>> {
  const open = await client.listOpenPulls();
  if (!open.ok) return stop(githubFinding(open.problem, inputs));
  const other = open.value.find(
    ({ number, head, base }) =>
      number !== pull.number && head.commit === pull.head.commit && base.branch !== pull.base.branch,
  );
  if (other === undefined) return { ok: true };
  return stop(diagnose(gateSharedHead, null, { number: other.number, branch: other.base.branch }));
}

/** Its check stands at the commit as one of a pull request does, and counts for it: without reviews, nothing is approved. */
function dispatched({ branch, head }: Extract<GateEvent, { kind: 'dispatch' }>, io: Io): Step<Context> {
  const here = ensureCommits([head], io);
  if (!here.ok) return here;
  const base = branchTip(branch, io);
  if (!base.ok) return base;
  const merged = mergedTree(base.commit, head, io);
  if (!merged.ok) return merged;
  const more = { pull: null, comments: false, isReportOnly: false, commit: head };
  return withSides(base.commit, merged.commit, more, io);
}

function withSides(base: string, next: string, more: Omit<Context, 'sides'>, io: Io): Step<Context> {
  const sides = sidesOf(base, next, io);
  return sides.ok ? { ok: true, sides, ...more } : sides;
}
