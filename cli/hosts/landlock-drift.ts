import { decodePlan } from '../../compiler/backends/launch-plan/decode.ts';
import type { Check } from '../../runtime/sandbox/enforced/checks.ts';
import { domainChecks } from '../../runtime/sandbox/enforced/landlock-domain.ts';
import type { HostPlace } from '../host-place.ts';
import { PLAN } from './launch-rules.ts';
import type { LoadedBundle } from './loaded-bundle.ts';
import type { SandboxPlace } from './sandbox-place.ts';

/**
 * Whether each process of what runs is in the Landlock domain that its launch made. Nothing is asked where a launch made none: on a
 * kernel without Landlock, or under a plan that waives it.
 *
 * @param launched the bundle that it was started under; null where that is not kept, and a domain is expected
 * @param pids its processes, as they are numbered outside
 */
export async function landlockDrift(
  { state }: SandboxPlace,
  launched: LoadedBundle | null,
  pids: readonly number[],
  { target }: HostPlace,
): Promise<Check[]> {
  const makesDomain = target.landlockAbi > 0 && (launched === null || planMakesDomain(launched));
  return makesDomain ? domainChecks(state.witness, pids) : [];
}

function planMakesDomain({ artifacts }: LoadedBundle): boolean {
  const bytes = artifacts.get(PLAN);
  if (bytes === undefined) throw new Error('a bundle was made without a launch plan');
  const read = decodePlan(bytes);
  // Its bytes are its manifest's, so this is a plan of another version: better asked in vain than not asked.
  return !read.ok || read.plan.landlock !== null;
}
