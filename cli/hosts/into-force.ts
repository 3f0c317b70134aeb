import { userInfo } from 'node:os';
import {
  hostInUse,
  hostNoSuchGeneration,
  hostRolledBack,
  hostStateRefused,
} from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readGeneration } from '../../runtime/sandbox/generations/read.ts';
import type { Reason } from '../../runtime/sandbox/generations/records.ts';
import { GenerationStore } from '../../runtime/sandbox/generations/store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { HostPlace } from '../host-place.ts';
import type { Io } from '../io.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { damaged } from './in-force.ts';
import { takeEffect } from './live.ts';
import { type LoadedBundle, loadBundle } from './loaded-bundle.ts';
import { probeGeneration } from './probes.ts';
import type { SandboxPlace } from './sandbox-place.ts';

/** A sandbox of this host that is being changed. */
export interface Change {
  readonly store: GenerationStore;
  readonly place: SandboxPlace;
  readonly host: HostPlace;
  readonly io: Io;
}

/** How a generation came into force, or did not. */
export interface Came {
  readonly exitCode: ExitCode;
  /** The generation that is in force now. */
  readonly number: number;
  /** Whether its probes were good. */
  readonly proved: boolean;
  /** What became of what runs. */
  readonly effect: string;
  readonly findings: readonly Diagnostic[];
}

/** Generations that are kept beside those that cannot be done without. */
const KEPT = 10;

/** Why the generations of a sandbox cannot be changed. */
export interface NoChange {
  readonly ok: false;
  readonly exitCode: ExitCode;
  readonly problem: Diagnostic;
}

/**
 * Changes the generations of a sandbox as the one process that does. What the system refuses meanwhile (no space, no permission) is a
 * finding: each step is durable before the next one begins, so whoever comes next goes on from there.
 */
export async function changing<T>(
  place: SandboxPlace,
  work: (store: GenerationStore) => Promise<T>,
): Promise<{ readonly ok: true; readonly value: T } | NoChange> {
  try {
    const opened = openStore(place);
    if (!opened.ok) return opened;
    try {
      return { ok: true, value: await work(opened.store) };
    } finally {
      opened.store.close();
    }
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, exitCode: EXIT.notEnforced, problem: stateRefused(error) };
  }
}

/** What the system did not let this program do in a state folder. */
export function stateRefused(error: NodeJS.ErrnoException): Diagnostic {
  const where = error.path === undefined ? '' : ` (\`${error.path}\`)`;
  return diagnose(hostStateRefused, null, { problem: `${systemProblem(error)}${where}` });
}

function openStore({
  state,
}: SandboxPlace): { readonly ok: true; readonly store: GenerationStore } | NoChange {
  const opened = GenerationStore.open(state.generations);
  if (opened.ok) return opened;
  const { reason, problem } = opened;
  return reason === 'damaged'
    ? { ok: false, exitCode: EXIT.notEnforced, problem: damaged(problem) }
    : { ok: false, exitCode: EXIT.invalid, problem: diagnose(hostInUse, null, { problem }) };
}

/**
 * Puts a generation into force: switches, probes, gives a running sandbox its table, and only then calls it proved. What runs is
 * not touched before the probes were good. Where one was not, or the gateway refuses, the last good generation is in force again.
 * Killed in between, the switch says `probing`, and whoever comes next goes on from there.
 *
 * @param why null where it is in force already and only its probes are to be made
 */
export async function intoForce(
  change: Change,
  number: number,
  loaded: LoadedBundle,
  why: Reason | null,
): Promise<Came> {
  const { store, place, host, io } = change;
  if (why !== null) {
    const problem = store.switchTo(number, { by: userName(), at: io.now(), why });
    if (problem !== null) {
      const finding = diagnose(hostNoSuchGeneration, null, { wanted: number, problem });
      return { exitCode: EXIT.invalid, number, proved: false, effect: 'unchanged', findings: [finding] };
    }
  }
  const probed = await probeGeneration(place, number, loaded, host, io);
  if (!probed.good) return goBack(change, number, probed.findings);
  const effect = await takeEffect(place, number, loaded, host, io);
  if (effect.kind === 'refused') return goBack(change, number, effect.findings);
  store.settle('proved');
  store.prune(KEPT);
  return { exitCode: EXIT.ok, number, proved: true, effect: effect.kind, findings: effect.findings };
}

/** Leaves a generation that failed for the last one whose probes were good, which is probed anew. */
async function goBack(change: Change, failed: number, why: readonly Diagnostic[]): Promise<Came> {
  const { store, place, host, io } = change;
  const number = store.lastGood();
  const findings = [...why, diagnose(hostRolledBack, null, { failed, number })];
  const exitCode = EXIT.notEnforced;
  if (number === null) {
    store.settle('failed');
    return { exitCode, number: failed, proved: false, effect: 'unchanged', findings };
  }
  const occasion = { by: userName(), at: io.now(), why: 'probe-failed' } as const;
  const problem = store.switchTo(number, occasion, 'failed');
  if (problem !== null) throw new Error(`a generation that was whole is not: ${problem}`);
  const found = loadKept(place, number, host);
  const probed = found.ok
    ? await probeGeneration(place, number, found.loaded, host, io)
    : { good: false, findings: found.diagnostics };
  const effect = found.ok && probed.good ? await takeEffect(place, number, found.loaded, host, io) : null;
  const proved = effect !== null && effect.kind !== 'refused';
  store.settle(proved ? 'proved' : 'failed');
  return {
    ...{ exitCode, number, proved, effect: effect?.kind ?? 'unchanged' },
    findings: [...findings, ...probed.findings, ...(effect?.findings ?? [])],
  };
}

/** A generation that is kept, proved and understood. */
export function loadKept({ state }: SandboxPlace, number: number, host: HostPlace) {
  const found = readGeneration(state.generations, number);
  if (!found.ok) return { ok: false, diagnostics: [damaged(found.problem)] } as const;
  return loadBundle(found.bundle, found.sources, `generation ${number}`, host);
}

/** Who does it; by number where the user has no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
