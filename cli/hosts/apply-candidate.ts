import { hostDeclined, hostInUse, hostNotAsked } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readNewest } from '../../runtime/sandbox/generations/read.ts';
import type { GenerationStore } from '../../runtime/sandbox/generations/store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { isOlder, objectionsTo } from './accepted.ts';
import type { Candidate } from './candidate.ts';
import { generationInForce, type InForce } from './in-force.ts';
import { changing, intoForce } from './into-force.ts';
import { takeEffect } from './live.ts';
import { type ChangePlan, planOf } from './plan.ts';
import type { SandboxPlace } from './sandbox-place.ts';

export interface ApplyOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Why an older bundle is accepted; null where it is not. */
  readonly allowOlder: string | null;
  /** Shows the plan to whoever is asked. */
  readonly show: (plan: ChangePlan, candidate: Candidate) => void;
}

/** What came of it. */
export interface AppliedOutcome {
  readonly exitCode: ExitCode;
  readonly plan: ChangePlan | null;
  /** `applied`: in force and proved. `current`: it was so before. `planned`: nothing was done. */
  readonly outcome: 'applied' | 'current' | 'planned' | 'refused' | 'failed';
  /** The generation in force after it; null where there is none, or it is not known. */
  readonly generation: number | null;
  readonly effect: string;
  readonly findings: readonly Diagnostic[];
}

/** From a candidate to a generation in force that was probed, or to what was there before. */
export async function applyCandidate(
  found: Candidate,
  place: SandboxPlace,
  options: ApplyOptions,
  io: Io,
): Promise<AppliedOutcome> {
  const read = generationInForce(place.state.generations, found.host);
  if (!read.ok) return refused(EXIT.notEnforced, null, null, read.diagnostics);
  const judged = judge(found, read.inForce, place, options, io);
  if (!judged.ok) return refused(judged.exitCode, read.inForce, null, judged.findings);
  const { candidate } = judged;
  const plan = planOf(read.inForce, candidate);
  options.show(plan, candidate);
  if (options.dryRun) {
    const generation = read.inForce?.number ?? null;
    return { exitCode: EXIT.ok, plan, outcome: 'planned', generation, effect: 'unchanged', findings: [] };
  }
  const isCurrent = isProved(read.inForce, candidate) && isSaid(read.inForce, candidate);
  if (!options.yes && !isCurrent) {
    const answer = await io.ask(`Apply this to sandbox ${place.name}? Only \`yes\` is yes: `);
    if (answer === null) return refused(EXIT.usage, read.inForce, plan, [diagnose(hostNotAsked, null, {})]);
    if (answer.trim() !== 'yes')
      return refused(EXIT.no, read.inForce, plan, [diagnose(hostDeclined, null, {})]);
  }
  return { ...(await change(candidate, place, read.inForce, io)), plan };
}

type Judged =
  | { readonly ok: true; readonly candidate: Candidate }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly findings: readonly Diagnostic[] };

/** What is accepted by name becomes a part of the generation. */
function judge(
  candidate: Candidate,
  inForce: InForce | null,
  place: SandboxPlace,
  { allowOlder }: ApplyOptions,
  io: Io,
): Judged {
  const { refused: no, older, impossible } = objectionsTo(candidate, inForce, place, io);
  const isOlder = older !== null && allowOlder === null ? [older] : [];
  if (no.length + isOlder.length > 0) return { ok: false, exitCode: EXIT.no, findings: [...no, ...isOlder] };
  if (impossible.length > 0) return { ok: false, exitCode: EXIT.notEnforced, findings: impossible };
  if (older === null || allowOlder === null) return { ok: true, candidate };
  const { content } = candidate;
  const exceptions = [...content.about.exceptions, { kind: 'older', reason: allowOlder } as const];
  return {
    ok: true,
    candidate: { ...candidate, content: { ...content, about: { ...content.about, exceptions } } },
  };
}

/** Whether the generation in force tells of the signature that a candidate has, and of everything that is accepted with it. */
function isSaid({ record }: InForce, { content: { about } }: Candidate): boolean {
  if (about.signer === null && record.signer !== null) return true;
  if (about.signer !== null && record.signer === null) return false;
  return about.exceptions.every(({ kind, reason }) =>
    record.exceptions.some((one) => one.kind === kind && one.reason === reason),
  );
}

function isProved(inForce: InForce | null, { loaded }: Candidate): inForce is InForce {
  return inForce !== null && inForce.loaded.digest === loaded.digest && inForce.last.outcome === 'proved';
}

/** @param planned what was in force when the plan was made; somebody else may have applied since */
async function change(
  candidate: Candidate,
  place: SandboxPlace,
  planned: InForce | null,
  io: Io,
): Promise<Omit<AppliedOutcome, 'plan'>> {
  const changed = await changing(place, (store) => changeIn(store, candidate, place, planned, io));
  return changed.ok ? changed.value : refused(changed.exitCode, null, null, [changed.problem]);
}

async function changeIn(
  store: GenerationStore,
  candidate: Candidate,
  place: SandboxPlace,
  planned: InForce | null,
  io: Io,
): Promise<Omit<AppliedOutcome, 'plan'>> {
  const { host, loaded } = candidate;
  const read = generationInForce(place.state.generations, host);
  if (!read.ok) return refused(EXIT.notEnforced, null, null, read.diagnostics);
  const { inForce } = read;
  if (inForce?.number !== planned?.number) {
    const problem = 'another generation came into force while this one was planned';
    return refused(EXIT.invalid, inForce, null, [diagnose(hostInUse, null, { problem })]);
  }
  if (isProved(inForce, candidate) && isSaid(inForce, candidate)) {
    const effect = await takeEffect(place, inForce.number, loaded, host, io);
    const isRefused = effect.kind === 'refused';
    if (!isRefused) remember(store, candidate, place);
    const exitCode = isRefused ? EXIT.notEnforced : EXIT.ok;
    const { number: generation } = inForce;
    return {
      exitCode,
      outcome: isRefused ? 'failed' : 'current',
      generation,
      effect: effect.kind,
      findings: effect.findings,
    };
  }
  const isSame = inForce !== null && inForce.loaded.digest === loaded.digest && isSaid(inForce, candidate);
  const number = isSame ? inForce.number : store.add(candidate.content);
  const why = isSame && inForce.last.outcome === 'probing' ? null : 'apply';
  const came = await intoForce({ store, place, host, io }, number, loaded, why);
  const outcome = came.exitCode === EXIT.ok ? 'applied' : 'failed';
  if (outcome === 'applied') remember(store, candidate, place);
  return {
    exitCode: came.exitCode,
    outcome,
    generation: came.number,
    effect: came.effect,
    findings: came.findings,
  };
}

/**
 * What was accepted without a generation of its own, and what outlives its generation, still is what no older one may follow. One that
 * was accepted as older begins anew.
 */
function remember(store: GenerationStore, { content }: Candidate, { state }: SandboxPlace): void {
  const { issued } = content.about;
  const known = readNewest(state.generations);
  if (issued === null || !known.ok) return;
  const isAnew = content.about.exceptions.some(({ kind }) => kind === 'older');
  if (known.value === null || isAnew || isOlder(known.value, issued)) store.remember(issued);
}

function refused(
  exitCode: ExitCode,
  inForce: InForce | null,
  plan: ChangePlan | null,
  findings: readonly Diagnostic[],
): AppliedOutcome {
  return {
    exitCode,
    plan,
    outcome: 'refused',
    generation: inForce?.number ?? null,
    effect: 'unchanged',
    findings,
  };
}
