import type { Target } from '../../compiler/backends/target.ts';
import type { Check } from '../../runtime/sandbox/enforced/checks.ts';
import { domainChecks } from '../../runtime/sandbox/enforced/landlock-domain.ts';
import type { HostPlace } from '../host-place.ts';
import type { SandboxPlace } from './sandbox-place.ts';

/**
 * Whether each process of what runs is in the Landlock domain that its launch made. Nothing is asked where a launch makes none: on a
 * kernel without Landlock, or for a target without.
 *
 * @param launched the target that its launch rules were made for
 * @param pids its processes, as they are numbered outside
 */
export async function landlockDrift(
  { state }: SandboxPlace,
  launched: Target,
  pids: readonly number[],
  { target }: HostPlace,
): Promise<Check[]> {
  const makesDomain = target.landlockAbi > 0 && launched.landlockAbi > 0;
  return makesDomain ? domainChecks(state.witness, pids) : [];
}
