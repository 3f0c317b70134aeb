import { resolve } from 'node:path';
import {
  syncAddress,
  syncBranch,
  syncFetchFailed,
  syncNotSigned,
  syncOtherSource,
  syncRewritten,
  syncRolledBack,
  syncStateDamaged,
} from '../../compiler/diagnostics/catalog/sync.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Exception } from '../../runtime/sandbox/generations/records.ts';
import type { SyncArguments } from '../arguments/sync.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { hostPlace } from '../host-place.ts';
import { applyCandidate } from '../hosts/apply-candidate.ts';
import { generationInForce, type InForce } from '../hosts/in-force.ts';
import { stateRefused } from '../hosts/into-force.ts';
import type { SandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';
import { readInput } from '../read-input.ts';
import { publicAddress } from '../signing/remote-address.ts';
import { isSystemProblem } from '../system-problem.ts';
import { commitCandidate } from './commit-candidate.ts';
import { type Followed, readFollowed, type SyncOutcome, writeFollowed } from './followed.ts';
import { firstLine, Mirror } from './mirror.ts';

/** What came of one look at a branch. */
export interface Look {
  readonly exitCode: ExitCode;
  readonly outcome: SyncOutcome;
  /** The commit at the end of the branch; null where it is not known. */
  readonly commit: string | null;
  /** The commit that is accepted after it. */
  readonly accepted: string | null;
  readonly generation: number | null;
  readonly findings: readonly Diagnostic[];
}

const ADDRESS =
  /^(?:(?:file|git|https|ssh):\/\/[!-~]+|(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?![/:])[!-~]+)$/;
const BRANCH = /^(?!.*(?:\.\.|\/\/|@\{|\.lock$|\/$|\.$))[A-Za-z0-9_][A-Za-z0-9._/+@-]{0,200}$/;

/**
 * Looks at the branch once, and remembers what came of it.
 *
 * @param before what the same process saw the last time: a commit that failed then is not tried again
 */
export async function lookAtBranch(
  chosen: SyncArguments,
  place: SandboxPlace,
  io: Io,
  before: Look | null = null,
): Promise<Look> {
  try {
    return await look(chosen, place, io, before);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return unknown([stateRefused(error)], EXIT.notEnforced);
  }
}

async function look(chosen: SyncArguments, place: SandboxPlace, io: Io, before: Look | null): Promise<Look> {
  const wrong = wrongWords(chosen, io);
  if (wrong.length > 0) return unknown(wrong, EXIT.invalid);
  const { sync, generations } = place.state;
  const host = hostPlace(io);
  if ('code' in host) return unknown([host], EXIT.notEnforced);
  const inForce = generationInForce(generations, host);
  if (!inForce.ok) return unknown(inForce.diagnostics, EXIT.notEnforced);
  const mirror = Mirror.open(sync, io);
  const read = readFollowed(sync);
  if (typeof mirror === 'string' || !read.ok) {
    const problem = typeof mirror === 'string' ? mirror : read.ok ? '' : read.problem;
    return unknown([diagnose(syncStateDamaged, null, { problem })], EXIT.invalid);
  }
  const known = { followed: read.followed, inForce: inForce.inForce };
  const last = acceptedLast(mirror, known);
  const looked = await judge(mirror, chosen, place, { ...known, accepted: last }, io, before);
  const isAccepted = looked.outcome === 'applied' || looked.outcome === 'current';
  const accepted = isAccepted ? looked.commit : read.followed?.accepted == null ? null : last;
  const codes = looked.findings.map(({ code }) => code);
  const noted = {
    at: new Date(io.now()).toISOString(),
    commit: looked.commit,
    outcome: looked.outcome,
    codes,
  };
  // Another source is remembered only once something of it was accepted.
  const source = isAccepted || read.followed === null ? sourceOf(chosen) : read.followed;
  const { repository, branch, path } = source;
  writeFollowed(sync, { repository, branch, path, accepted, last: noted });
  return { ...looked, accepted };
}

function wrongWords({ repository, branch, allowedSigners }: SyncArguments, io: Io): Diagnostic[] {
  const input = readInput(allowedSigners, io);
  return [
    ...(ADDRESS.test(repository) ? [] : [diagnose(syncAddress, null, { address: repository })]),
    ...(BRANCH.test(branch) ? [] : [diagnose(syncBranch, null, { branch })]),
    ...(input.ok ? [] : [input.problem]),
  ];
}

interface Known {
  readonly followed: Followed | null;
  readonly inForce: InForce | null;
}

/** The commit that others have to descend from. Where a kill came between a generation and its note, the generation knows it. */
function acceptedLast(mirror: Mirror, { followed, inForce }: Known): string | null {
  const [noted, applied] = [followed?.accepted ?? null, inForce?.record.commit ?? null];
  if (noted === null || applied === null) return noted ?? applied;
  return mirror.isAncestor(noted, applied) ? applied : noted;
}

/**
 * The reason for which a shorter history was accepted, which holds for each commit that goes on from there: numbers of commits do
 * not tell old from new across it. Null where there is none.
 */
function goingOn(mirror: Mirror, commit: string, inForce: InForce | null): string | null {
  const { commit: from = null, exceptions = [] } = inForce?.record ?? {};
  const reason = exceptions.find(({ kind }) => kind === 'rewritten' || kind === 'older')?.reason ?? null;
  return from !== null && reason !== null && mirror.isAncestor(from, commit) ? reason : null;
}

async function judge(
  mirror: Mirror,
  chosen: SyncArguments,
  place: SandboxPlace,
  { followed, inForce, accepted }: Known & { readonly accepted: string | null },
  io: Io,
  before: Look | null,
): Promise<Omit<Look, 'accepted'>> {
  const generation = inForce?.number ?? null;
  const no = (
    outcome: SyncOutcome,
    commit: string | null,
    exitCode: ExitCode,
    findings: readonly Diagnostic[],
  ) => ({
    ...{ exitCode, outcome, commit, generation, findings },
  });
  const fetched = mirror.fetch(chosen.repository, chosen.branch);
  if (!fetched.ok) {
    const detail = firstLine(fetched.detail);
    return no('unreachable', null, EXIT.invalid, [diagnose(syncFetchFailed, null, { detail })]);
  }
  const { commit } = fetched;
  if (before?.commit === commit && before.outcome === 'failed') return before;
  const signed = mirror.signerOf(commit, resolve(io.cwd, chosen.allowedSigners), chosen.identity);
  if (!signed.ok) {
    return no('refused', commit, EXIT.no, [diagnose(syncNotSigned, null, { commit, detail: signed.detail })]);
  }
  const rewritten = [
    ...otherSource(chosen, followed),
    ...(accepted === null || mirror.isAncestor(accepted, commit)
      ? []
      : [diagnose(syncRewritten, null, { commit, accepted })]),
  ];
  if (rewritten.length > 0 && chosen.allowRewritten === null)
    return no('refused', commit, EXIT.no, rewritten);
  if (commit === accepted && inForce?.last.why === 'rollback') {
    return no('rolled-back', commit, EXIT.no, [diagnose(syncRolledBack, null, { commit })]);
  }
  const exceptions: readonly Exception[] =
    rewritten.length > 0 ? [{ kind: 'rewritten', reason: chosen.allowRewritten! }] : [];
  const found = await commitCandidate(mirror, commit, signed.signer, exceptions, chosen, io);
  if (!found.ok)
    return no(
      found.exitCode === EXIT.notEnforced ? 'failed' : 'refused',
      commit,
      found.exitCode,
      found.findings,
    );
  const options = {
    yes: true,
    dryRun: false,
    allowOlder: rewritten.length > 0 ? chosen.allowRewritten : goingOn(mirror, commit, inForce),
    show: () => {},
  };
  const done = await applyCandidate(found.candidate, place, options, io);
  const outcome = done.outcome === 'planned' ? 'refused' : done.outcome;
  return { exitCode: done.exitCode, outcome, commit, generation: done.generation, findings: done.findings };
}

/** As it may stand in a file: without a password. */
function sourceOf({ repository, branch, path }: SyncArguments) {
  return { repository: publicAddress(repository) ?? 'an address that cannot be shown', branch, path };
}

function otherSource(chosen: SyncArguments, followed: Followed | null): Diagnostic[] {
  if (followed === null || followed.accepted === null) return [];
  const words = ({ repository, branch, path }: Pick<Followed, 'repository' | 'branch' | 'path'>) =>
    `${repository} ${branch} ${path}`;
  const [found, wanted] = [words(followed), words(sourceOf(chosen))];
  return found === wanted ? [] : [diagnose(syncOtherSource, null, { found, wanted })];
}

function unknown(findings: readonly Diagnostic[], exitCode: ExitCode): Look {
  return { exitCode, outcome: 'failed', commit: null, accepted: null, generation: null, findings };
}
