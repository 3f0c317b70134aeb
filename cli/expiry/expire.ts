import { dirname, join, resolve } from 'node:path';
import { stateFolderUnknown } from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { sandboxesFolder } from '../../runtime/sandbox/state-folder.ts';
import type { EgressExpireArguments } from '../arguments/egress-expire.ts';
import { Blobs } from '../git/blobs.ts';
import { type CommitFiles, commitFiles } from '../git/commit-files.ts';
import { gitProblem } from '../git/revisions.ts';
import type { Io } from '../io.ts';
import { openFolders } from '../other-folders.ts';
import { placeFor } from '../place.ts';
import { type BaseBranch, findBase } from '../proposals/base-branch.ts';
import { type GitHubDoor, githubDoor } from '../proposals/github-door.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import { type BlueprintChange, type ChangeWishes, changeWithout } from './change.ts';
import { deliver, type ExpiryProposal, type PlannedChange } from './deliver.ts';
import type { DueEntry } from './due.ts';
import type { GrantedEntry } from './entries.ts';
import { type BlueprintText, findBlueprints } from './find-blueprints.ts';
import { groupedByOwners, ownersOf } from './groups.ts';
import { readLogs, type SandboxLogs } from './logs.ts';
import { lookAt } from './look.ts';
import { branchFor } from './message.ts';
import { findOpenChanges, freeBranch, type OpenChange, readOpenChange } from './open-changes.ts';
import { isOutrun } from './outrun.ts';

/** What came of a run. */
export interface Expired {
  readonly base: BaseBranch;
  /** Milliseconds since 1970 UTC: the clock by which grants have ended. */
  readonly at: number;
  readonly proposals: readonly ExpiryProposal[];
  readonly soon: readonly GrantedEntry[];
  readonly young: readonly GrantedEntry[];
}

/** What was found out, as far as it came, and everything that there is to say about it. */
export interface ExpireOutcome {
  readonly expired: Expired | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface Ground {
  readonly base: BaseBranch;
  readonly door: GitHubDoor | null;
  readonly files: CommitFiles;
  readonly blueprints: ReadonlyMap<string, BlueprintText>;
  readonly logs: SandboxLogs;
  readonly wishes: ChangeWishes;
  readonly bindings: NonNullable<Awaited<ReturnType<typeof placeFor>>['place']>['bindings'];
}

/**
 * Proposes to take out of blueprints what has ended or was not used. Everything is made and shown before the first branch is
 * pushed.
 */
export async function expire(chosen: EgressExpireArguments, io: Io): Promise<ExpireOutcome> {
  const ground = await groundFor(chosen, io);
  if (!ground.ok) return { expired: null, diagnostics: ground.problems };
  const { base, blueprints, logs } = ground;
  const { unusedFor, soon: within } = chosen;
  const wishes = { unusedFor, soon: within, commit: base.commit };
  const { due, soon, young, notes } = lookAt([...blueprints.values()], logs, wishes, io);
  const nothing = { base, at: io.now(), proposals: [], soon, young };
  if (due.length === 0) return { expired: nothing, diagnostics: notes };
  const planned = await planFor(ground, due, chosen, io);
  if (!planned.ok) return { expired: null, diagnostics: [...notes, ...planned.problems] };
  const said = [...notes, ...planned.notes];
  const folder = folderFor(chosen, io);
  if (ground.door === null && !chosen.dryRun && planned.plan.length > 0 && folder === null) {
    return { expired: null, diagnostics: [...said, diagnose(stateFolderUnknown, null, {})] };
  }
  const proposals: ExpiryProposal[] = [];
  const where = { base, door: ground.door, folder: folder ?? '', dryRun: chosen.dryRun };
  for (const one of planned.plan) {
    const delivered = await deliver(one, where, io);
    if (!delivered.ok) {
      // What was proposed before stays so; running it again completes the others.
      return { expired: { ...nothing, proposals }, diagnostics: [...said, ...delivered.problems] };
    }
    proposals.push(delivered.proposal);
  }
  return { expired: { ...nothing, proposals }, diagnostics: said };
}

async function groundFor(chosen: EgressExpireArguments, io: Io): Promise<Step<Ground>> {
  const based = findBase(chosen, io);
  if (!based.ok) return based;
  const { base } = based;
  const github = chosen.dryRun ? { ...chosen.github, pullRequest: false } : chosen.github;
  const door = githubDoor(base.urls, github, io);
  if (!door.ok) return door;
  const listed = commitFiles(base.commit, io.git, new Blobs(io.git));
  if (!listed.ok) return stop(gitProblem('list a commit', listed));
  const found = findBlueprints(chosen.paths, base, listed.files);
  if (!found.ok) return found;
  const read = readLogs(chosen.logs, chosen.key, io);
  if (!read.ok) return read;
  const { place, diagnostics } = await placeFor(chosen.place, io);
  if (place === null) return stop(...diagnostics);
  const { evenWidening, guardrails } = chosen;
  return {
    ok: true,
    ...{ base, door: door.door, files: listed.files, logs: read.logs, bindings: place.bindings },
    blueprints: new Map(found.blueprints.map((one) => [one.path, one])),
    wishes: { evenWidening, guardrails, place: chosen.place, open: openFolders(place, chosen.place) },
  };
}

/** What is to be pushed, and what was and has to be completed; all of it shown to be what it should be. */
async function planFor(
  ground: Ground,
  due: readonly DueEntry[],
  chosen: EgressExpireArguments,
  io: Io,
): Promise<Step<{ readonly plan: readonly PlannedChange[]; readonly notes: readonly Diagnostic[] }>> {
  const { base, door, files, wishes } = ground;
  const known = await findOpenChanges(due, base, door, io);
  if (!known.ok) return known;
  const editables = new Map(
    [...ground.blueprints.keys()].map((path) => [path, editableFor(path, ground, io)]),
  );
  const plan: PlannedChange[] = [];
  const notes = [...known.notes];
  for (const open of known.open) {
    const planned = await plannedAgain(open, editables, ground, chosen, io);
    if (!planned.ok) return planned;
    plan.push(planned.planned);
    notes.push(...planned.notes);
  }
  const changes: BlueprintChange[] = [];
  for (const [path, editable] of editables) {
    const own = known.fresh.filter(({ entry }) => entry.blueprint === path);
    if (own.length === 0) continue;
    const made = await changeWithout(editable, own, wishes, { base, files }, io);
    if (!made.ok) return made;
    notes.push(...made.notes);
    if (made.change !== null) changes.push(made.change);
  }
  for (const group of groupedByOwners(changes, chosen.together)) {
    const going = group.changes.flatMap((change) => change.due);
    const branch = freeBranch(branchFor(going, group.owners), known, base, io);
    if (!branch.ok) return branch;
    plan.push({ kind: 'new', branch: branch.branch, replaced: null, due: going, pull: null, group });
  }
  return { ok: true, plan, notes };
}

function editableFor(path: string, { blueprints, files, bindings }: Ground, io: Io) {
  const { bytes, isNamed } = blueprints.get(path)!;
  return { path, bytes, isNamed, reader: files.reader(io.reader), bindings };
}

/**
 * An open pull request says all that there is to say; where it or the files to review are missing, they are made. What the base
 * branch has outrun is made anew.
 */
async function plannedAgain(
  open: OpenChange,
  editables: ReadonlyMap<string, ReturnType<typeof editableFor>>,
  { base, door, files, wishes }: Ground,
  { dryRun }: EgressExpireArguments,
  io: Io,
): Promise<Step<{ readonly planned: PlannedChange; readonly notes: readonly Diagnostic[] }>> {
  const { branch, commit, due, pull } = open;
  const there = { kind: 'there', branch, commit, due, pull } as const;
  const asItIs = { ok: true, planned: { ...there, group: null }, notes: [] } as const;
  if (dryRun) return asItIs;
  if (isOutrun(commit, editables, base, wishes, io)) {
    const changes: BlueprintChange[] = [];
    const notes: Diagnostic[] = [];
    for (const path of new Set(due.map(({ entry }) => entry.blueprint))) {
      const own = due.filter(({ entry }) => entry.blueprint === path);
      const made = await changeWithout(editables.get(path)!, own, wishes, { base, files }, io);
      if (!made.ok) return made;
      notes.push(...made.notes);
      if (made.change !== null) changes.push(made.change);
    }
    const going = changes.flatMap((change) => change.due);
    const group = { owners: ownersOf(going), changes };
    if (going.length > 0)
      return {
        ok: true,
        planned: { kind: 'new', branch, replaced: commit, due: going, pull, group },
        notes,
      };
  }
  if (pull !== null) return asItIs;
  const read = readOpenChange(open, editables, base, wishes, io);
  // On a remote without pull requests a branch that somebody has worked on since is open as it is.
  if (!read.ok) return door === null ? asItIs : read;
  const group = { owners: ownersOf(due), changes: read.changes };
  return { ok: true, planned: { ...there, group }, notes: [] };
}

function folderFor({ out }: EgressExpireArguments, { environment, cwd }: Io): string | null {
  if (out !== null) return resolve(cwd, out);
  const sandboxes = sandboxesFolder(environment);
  return sandboxes === null ? null : join(dirname(sandboxes), 'proposals');
}
