import { release } from 'node:os';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import { hostProbeFailed } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { FACETS } from '../../compiler/ir/facet.ts';
import { replacePrivateFile } from '../../runtime/audit/private-files.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { ProbeResult } from '../../runtime/sandbox/verify/probe.ts';
import type { HostPlace } from '../host-place.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';
import { PROBE_HINTS, probeBoundaries } from '../probe-boundaries.ts';
import { probeWords } from '../probe-words.ts';
import type { LoadedBundle } from './loaded-bundle.ts';
import type { SandboxPlace } from './sandbox-place.ts';

const PLAN = 'launch/plan.bin';
/** A command that is nowhere: a launch that gets as far as to miss it has done every step before. */
const NOWHERE = '/nonexistent/nemoclaw-start-check';
const MOST_NAMED = 10;

/** What the kernel of this host made of a generation. */
export interface Probed {
  readonly good: boolean;
  readonly findings: readonly Diagnostic[];
}

/**
 * Launches the very plan of the bundle as far as its command, then tries the policy's boundaries in fresh sandboxes, and keeps
 * what came of it in the state folder.
 */
export async function probeGeneration(
  { state }: SandboxPlace,
  number: number,
  loaded: LoadedBundle,
  { launcher }: HostPlace,
  io: Io,
): Promise<Probed> {
  const stopped = await stepThatFails(loaded, launcher);
  if (stopped !== null) return { good: false, findings: [stopped] };
  const outcome = await probeBoundaries(
    { policy: loaded.policy, target: loaded.manifest.target, launcher },
    io,
  );
  if ('code' in outcome) return { good: false, findings: [outcome] };
  if (!outcome.started) {
    return { good: false, findings: [launchFailure(outcome.failure, loaded.policy, PROBE_HINTS)] };
  }
  const { results } = outcome;
  const otherwise = results.filter(({ agrees }) => !agrees);
  replacePrivateFile(state.probes, new TextEncoder().encode(probesText(number, loaded, results, io.now())));
  const named = otherwise.slice(0, MOST_NAMED);
  return {
    good: otherwise.length === 0,
    findings: named.map((result) => diagnose(hostProbeFailed, null, { probe: probeWords(result) })),
  };
}

async function stepThatFails(loaded: LoadedBundle, launcher: string): Promise<Diagnostic | null> {
  const plan = loaded.artifacts.get(PLAN);
  if (plan === undefined) throw new Error('a bundle was made without a launch plan');
  const { outcome } = startSandbox({
    ...{ launcher, plan, argv: [NOWHERE], env: {} },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const end = await outcome;
  if (end.started) throw new Error('a command that is nowhere was started');
  return end.step === 'exec' ? null : launchFailure(end, loaded.policy);
}

function probesText(
  number: number,
  { digest }: LoadedBundle,
  results: readonly ProbeResult[],
  now: number,
): string {
  const facets = FACETS.map((facet) => {
    const tried = results.filter(({ probe }) => probe.facet === facet);
    return { facet, tried: tried.length, otherwise: tried.filter(({ agrees }) => !agrees).length };
  });
  const otherwise = results.filter(({ agrees }) => !agrees).map(probeWords);
  return canonicalJson({
    version: 1,
    generation: number,
    bundle: digest,
    at: new Date(now).toISOString(),
    kernel: release(),
    facets,
    otherwise,
  });
}
