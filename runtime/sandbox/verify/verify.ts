import { rmSync } from 'node:fs';
import type { RuntimeLimit } from '../../../compiler/backends/parts.ts';
import type { SyscallArchitecture } from '../../../compiler/domain/syscalls/table.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
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
  | { readonly kind: 'not-started'; readonly detail: string }
  | { readonly kind: 'timed-out' };

export interface Verification {
  readonly policy: Policy;
  readonly architecture: SyscallArchitecture;
  readonly limits: readonly RuntimeLimit[];
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the probe program in a fresh sandbox under the policy's plan. */
  readonly attempt: (words: readonly string[], environment: NodeJS.ProcessEnv) => Promise<AttemptEnd>;
  /** Called after each probe, with how many are done of how many. */
  readonly onProgress: (done: number, total: number) => void;
}

const AT_ONCE = 12;

/**
 * Tries, at every boundary of the policy, something that must work and something that must not, each in a sandbox of
 * its own. What is tried follows from the policy and from what exists on this host.
 */
export async function verify(verification: Verification): Promise<readonly ProbeResult[]> {
  const outside = await listenOutside();
  try {
    const { policy, architecture, limits, environment } = verification;
    const uid = process.getuid?.() ?? 0;
    const probes = [
      ...fileProbes(policy),
      ...syscallProbes(policy, architecture),
      ...processProbes(policy, { uid, pid: process.pid }, environment),
      ...egressProbes(outside.listeners),
      ...resourceProbes(limits),
    ];
    return await tryAll(probes, verification);
  } finally {
    outside.close();
  }
}

async function tryAll(probes: readonly Probe[], verification: Verification): Promise<ProbeResult[]> {
  const results: ProbeResult[] = new Array(probes.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (let at = next++; at < probes.length; at = next++) {
      results[at] = await tryOne(probes[at]!, verification);
      verification.onProgress(++done, probes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function tryOne(probe: Probe, { attempt, environment }: Verification): Promise<ProbeResult> {
  const end = await attempt(probe.attempt, { ...environment, [UNPASSED_VARIABLE]: 'set' });
  const answer: Answer = end.kind === 'exited' ? answerOf(probe, end.code) : end;
  if (probe.leavesBehind !== null && answer.kind === 'worked') rmSync(probe.leavesBehind, { force: true });
  return { probe, answer, agrees: agrees(probe, answer) };
}
