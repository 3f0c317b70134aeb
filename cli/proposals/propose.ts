import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import {
  proposalEditedSince,
  proposalEndedAlready,
  proposalSeveralSandboxes,
} from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { stateFolder } from '../../runtime/sandbox/state-folder.ts';
import type { EgressProposeArguments } from '../arguments/egress-propose.ts';
import { Blobs } from '../git/blobs.ts';
import { type CommitFiles, commitFiles } from '../git/commit-files.ts';
import { gitProblem } from '../git/revisions.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import type { FoundRequest } from '../request-report.ts';
import { reading } from '../sandbox-state.ts';
import { type BaseBranch, findBase } from './base-branch.ts';
import { proposalBody } from './body.ts';
import { commitOn } from './commit.ts';
import { noteProposed, pullRequestFor, pushBranch, type ReviewFiles, writeReviewFiles } from './deliver.ts';
import { type Editable, policyBefore, stillRefused } from './edit.ts';
import { type Evidence, evidenceFor } from './evidence.ts';
import { findBlueprint } from './find-blueprint.ts';
import { type GitHubDoor, githubDoor } from './github-door.ts';
import { githubProblem } from './github-problem.ts';
import { type MadeChange, makeChange } from './make.ts';
import { commitMessage, titleOf } from './message.ts';
import { proposalBranch } from './open-proposal.ts';
import { type Step, stop } from './outcome.ts';
import { notAskedFor, takenOver, wishesOf } from './wishes.ts';

/** What came of a proposal. */
export type Proposed =
  | { readonly state: 'covered'; readonly base: BaseBranch; readonly blueprint: string }
  | {
      readonly state: 'dry-run';
      readonly base: BaseBranch;
      readonly branch: string;
      readonly made: MadeChange;
      readonly body: string;
    }
  | {
      /**
       * `completed`: the branch was there, and what was missing of the rest was made. `updated`: it was made for what the base
       * branch had before, and is made anew for what it has now.
       */
      readonly state: 'opened' | 'updated' | 'open-already' | 'completed';
      readonly base: BaseBranch;
      readonly branch: string;
      readonly commit: string;
      readonly blueprint: string;
      /** Null where the branch was pushed before. */
      readonly made: MadeChange | null;
      readonly pull: { readonly url: string; readonly number: number } | null;
      readonly files: ReviewFiles | null;
    };

export type ProposeStep = Step<{ readonly proposed: Proposed; readonly notes: readonly Diagnostic[] }>;

/** Everything that is known before it is decided whether anything is to be proposed. */
interface Ground {
  readonly sandbox: string;
  readonly state: string;
  readonly base: BaseBranch;
  readonly files: CommitFiles;
  readonly editable: Editable;
  readonly old: Policy;
  readonly door: GitHubDoor | null;
}

/** Turns requests into a change of their blueprint on a branch of its own, for others to review. */
export async function propose(
  found: readonly FoundRequest[],
  chosen: EgressProposeArguments,
  io: Io,
): Promise<ProposeStep> {
  const end = chosen.expires === null ? null : parseExpiry(chosen.expires);
  if (end !== null && end <= io.now())
    return stop(diagnose(proposalEndedAlready, null, { expires: chosen.expires! }));
  const ground = await groundFor(found, chosen, io);
  if (!ground.ok) return ground;
  const requests = found.map(({ request }) => request);
  const read = reading(ground.state, () => {
    return { ok: true, ...evidenceFor(requests, stateFolder(ground.state).audit, io.now()) } as const;
  });
  if (!read.ok) return stop(read.problem);
  if (read.problems.length > 0) return stop(...read.problems);
  const { open, notes } = stillRefused(read.evidence, ground.old, ground.base.branch);
  const { base, editable } = ground;
  if (open.length === 0) {
    return { ok: true, proposed: { state: 'covered', base, blueprint: editable.path }, notes };
  }
  const made = await proposeOpen(ground, found, open, chosen, io);
  return made.ok ? { ...made, notes: [...notes, ...made.notes] } : made;
}

async function groundFor(
  found: readonly FoundRequest[],
  chosen: EgressProposeArguments,
  io: Io,
): Promise<Step<Ground>> {
  const sandboxes = [...new Set(found.map(({ request }) => request.sandbox))];
  const folders = [...new Set(found.map(({ folder }) => folder))];
  if (sandboxes.length > 1 || folders.length > 1)
    return stop(diagnose(proposalSeveralSandboxes, null, { sandboxes }));
  const [sandbox = ''] = sandboxes;
  const based = findBase(chosen, io);
  if (!based.ok) return based;
  const { base } = based;
  const wishes = chosen.dryRun ? { ...chosen.github, pullRequest: false } : chosen.github;
  const door = githubDoor(base.urls, wishes, io);
  if (!door.ok) return door;
  const listed = commitFiles(base.commit, io.git, new Blobs(io.git));
  if (!listed.ok) return stop(gitProblem('list a commit', listed));
  const blueprint = findBlueprint(chosen.blueprint, sandbox, base, listed.files);
  if (!blueprint.ok) return blueprint;
  const { place, diagnostics } = await placeFor(chosen.place, io);
  if (place === null) return stop(...diagnostics);
  const { path, bytes } = blueprint.blueprint;
  const editable = { path, bytes, reader: listed.files.reader(io.reader), bindings: place.bindings };
  const before = policyBefore(editable);
  if (!before.ok) return before;
  const state = dirname(folders[0]!);
  return { ok: true, sandbox, state, base, files: listed.files, editable, old: before.old, door: door.door };
}

async function proposeOpen(
  ground: Ground,
  found: readonly FoundRequest[],
  evidence: readonly Evidence[],
  chosen: EgressProposeArguments,
  io: Io,
): Promise<ProposeStep> {
  const { base, editable } = ground;
  const named = await proposalBranch(evidence, ground, chosen, io);
  if (!named.ok) return named;
  const { branch, there } = named;
  const open = there?.existing.evidence ?? evidence;
  const ids = open.map(({ request }) => request.id);
  const asked = found.filter(({ request }) => ids.includes(request.id));
  // A later answer takes the place of the one that it was let through; the branch still tells of it.
  const isRetrospective =
    there?.existing.isRetrospective === true || asked.some(({ answer }) => answer?.kind === 'allowed');
  const said = { sandbox: ground.sandbox, evidence: open, isRetrospective };
  const outdated = there?.existing.outdated ?? null;
  if (there !== null && outdated?.madeWith == null) {
    const { commit, existing } = there;
    const body = proposalBody({ ...existing, ...said });
    const notes =
      outdated === null ? [] : [diagnose(proposalEditedSince, null, { branch, path: editable.path })];
    return deliver(ground, asked, { branch, commit, made: null, replaced: null, body, notes }, io);
  }
  const had = outdated?.madeWith ?? null;
  const unasked = had === null ? null : notAskedFor(branch, had, chosen, io);
  if (unasked !== null) return stop(unasked);
  const wishes = wishesOf(chosen, had, ground.sandbox, io);
  const change = await makeChange(editable, ground.old, open, wishes, ground, io);
  if (!change.ok) return change;
  const { made } = change;
  const notes = [...(there === null ? [] : takenOver(there.commit, branch, made.grant, io)), ...made.notes];
  const body = proposalBody({ ...said, ...made });
  if (chosen.dryRun) return { ok: true, proposed: { state: 'dry-run', base, branch, made, body }, notes };
  const { edited, grant, policies } = made;
  const words = {
    ...said,
    entries: edited.entries,
    reason: grant.reason,
    requests: ids,
    audit: grant.audit,
    policies,
  };
  const replaced = there?.commit ?? null;
  // Asked before anything is pushed, so that an API that answers no leaves nothing behind.
  const answers = await askGitHub(branch, replaced === null ? null : body, ground);
  if (!answers.ok) return answers;
  const committed = commitOn(base.commit, made.files, commitMessage(words), io);
  if (!committed.ok) return committed;
  const { commit } = committed;
  const refused = pushBranch(commit, base.remote, branch, io, replaced);
  if (refused !== null) return stop(refused);
  return deliver(ground, asked, { branch, commit, made, replaced, body, notes }, io);
}

/**
 * Whether GitHub says anything at all of the pull requests of a branch; nothing is asked where there is none.
 *
 * @param body what the open one is to say from now on; null where it says that already
 */
async function askGitHub(branch: string, body: string | null, { door, base }: Ground): Promise<Step<object>> {
  if (door === null) return { ok: true };
  const { client, host, repository } = door;
  const found = await client.findOpenPull(branch, base.branch);
  if (!found.ok) return stop(githubProblem(found.problem, host, repository));
  if (found.value === null || body === null) return { ok: true };
  const told = await client.updatePull(found.value.number, { body });
  return told.ok ? { ok: true } : stop(githubProblem(told.problem, host, repository));
}

interface Pushed {
  readonly branch: string;
  readonly commit: string;
  readonly made: MadeChange | null;
  /** The commit in whose place it is; null where there was none. */
  readonly replaced: string | null;
  readonly body: string;
  readonly notes: readonly Diagnostic[];
}

/** What follows the push: a pull request or files to review, and a note with each request. Each step may be taken again. */
async function deliver(
  ground: Ground,
  asked: readonly FoundRequest[],
  { branch, commit, made, replaced, body, notes }: Pushed,
  io: Io,
): Promise<ProposeStep> {
  const { base, door, editable, sandbox } = ground;
  const places = asked.map(({ request }) => `${request.asked.host}:${request.asked.port}`);
  let pull: { readonly url: string; readonly number: number } | null = null;
  let files: ReviewFiles | null = null;
  let isNew = made !== null;
  if (door !== null) {
    const title = titleOf(sandbox, [...new Set(places)]);
    const opened = await pullRequestFor(door, { title, body, head: branch, base: base.branch });
    if (!opened.ok) return opened;
    pull = { url: opened.url, number: opened.number };
    isNew ||= opened.isNew;
  } else {
    const written = writeReviewFiles(stateFolder(ground.state).proposals, branch, commit, body, io);
    if (!written.ok) return written;
    files = written.files;
  }
  const problems = noteProposed(asked, pull?.url ?? `${base.remote} ${branch}`, userInfo().username, io);
  if (problems.length > 0) return stop(...problems);
  const whole = replaced === null ? 'opened' : 'updated';
  const state = made !== null ? whole : isNew ? 'completed' : 'open-already';
  const proposed = { state, base, branch, commit, blueprint: editable.path, made, pull, files } as const;
  return { ok: true, proposed, notes };
}
