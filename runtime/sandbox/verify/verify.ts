import { rmSync } from 'node:fs';
import type { RuntimeLimit } from '../../../compiler/backends/parts.ts';
import type { SyscallArchitecture } from '../../../compiler/domain/syscalls/table.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import type { StartFailure } from '../start-outcome.ts';
import { egressProbes } from './egress-probes.ts';
import { fileProbes } from './file-probes.ts';
import { listenOutside } from './outside-listeners.ts';
import { type Answer, agrees, answerOf, type Probe, type ProbeResult } from './probe.ts';
import { processProbes, UNPASSED_VARIABLE } from './process-probes.ts';
import { resourceProbes } from './resource-probes.ts';
import { syscallProbes } from './syscall-probes.ts';

/** How one attempt ended: the probe's exit code, or the launcher's word that it never ran. */
export type AttemptEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'not-started'; readonly failure: StartFailure }
  | { readonly kind: 'timed-out' };

/** Every probe with its answer, or why there is no sandbox to ask in. */
export type Verified =
  | { readonly started: true; readonly results: readonly ProbeResult[] }
  | { readonly started: false; readonly failure: StartFailure };

export interface Verification {
  readonly policy: Policy;
  readonly architecture: SyscallArchitecture;
  readonly limits: readonly RuntimeLimit[];
  /** Whether the launcher makes a Landlock domain, and leaves a witness in it. */
  readonly hasWitness: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the probe program in a fresh sandbox under the policy's plan. */
  readonly attempt: (words: readonly string[], environment: NodeJS.ProcessEnv) => Promise<AttemptEnd>;
  /** Called after each probe, with how many are done of how many. */
  readonly onProgress: (done: number, total: number) => void;
}

const AT_ONCE = 12;

/**
 * Tries, at every boundary of the policy, something that must work and something that must not, each in a sandbox of
 * its own. What is tried follows from the policy and from what exists on this host. The first sandbox that does not start
 * ends it: the others are made from the same plan.
 */
export async function verify(verification: Verification): Promise<Verified> {
  const outside = await listenOutside();
  try {
    const { policy, architecture, limits, hasWitness, environment } = verification;
    const uid = process.getuid?.() ?? 0;
    const probes = [
      ...fileProbes(policy),
      ...syscallProbes(policy, architecture),
      ...processProbes(policy, { uid, pid: process.pid }, environment),
      ...egressProbes(outside.listeners),
      ...resourceProbes(limits, hasWitness),
    ];
    return await tryAll(probes, verification);
  } finally {
    outside.close();
  }
}

async function tryAll(probes: readonly Probe[], verification: Verification): Promise<Verified> {
  const results: ProbeResult[] = new Array(probes.length);
  let next = 0;
  let done = 0;
  let failure: StartFailure | null = null;
  const worker = async () => {
    for (let at = next++; at < probes.length && failure === null; at = next++) {
      const tried = await tryOne(probes[at]!, verification);
      if ('step' in tried) {
        failure ??= tried;
        return;
      }
      results[at] = tried;
      verification.onProgress(++done, probes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failure === null ? { started: true, results } : { started: false, failure };
}

async function tryOne(
  probe: Probe,
  { attempt, environment }: Verification,
): Promise<ProbeResult | StartFailure> {
  const end = await attempt(probe.attempt, { ...environment, [UNPASSED_VARIABLE]: 'set' });
  if (end.kind === 'not-started') return end.failure;
  const answer: Answer = end.kind === 'exited' ? answerOf(probe, end.code) : end;
  if (probe.leavesBehind !== null && answer.kind === 'worked') rmSync(probe.leavesBehind, { force: true });
  return { probe, answer, agrees: agrees(probe, answer) };
}
