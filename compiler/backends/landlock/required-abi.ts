import type { Policy } from '../../ir/policy.ts';
import { type FileDifference, fileDifferences } from '../file-coverage.ts';
import { FILE_GAPS } from '../gaps.ts';
import type { MountRights } from '../mount-rights.ts';
import type { Target } from '../target.ts';
import { isInNamespaces } from '../target-abilities.ts';
import { NEWEST_ABI, SCOPE_ABI } from './abi.ts';
import { rulesetAt } from './ruleset.ts';

/** For each ABI, what a kernel of it gets wrong about the file facet and a newer one would not. */
export type LossesByAbi = (abi: number) => readonly FileDifference[];

export function lossesByAbi(policy: Policy, target: Target, mounts: MountRights): LossesByAbi {
  const differencesAt = (abi: number) => {
    const ruleset = rulesetAt(abi, policy, target);
    return fileDifferences(policy, { mounts, ruleset, withoutLandlock: FILE_GAPS.landlockAbi });
  };
  const unavoidable = new Set(differencesAt(NEWEST_ABI).map(keyOf));
  return (abi) => differencesAt(abi).filter((difference) => !unavoidable.has(keyOf(difference)));
}

/**
 * The lowest ABI at which nothing of the policy is lost. Without namespaces, the scopes of ABI 6 are all that keeps
 * the agent from signalling other processes of the user and from their abstract sockets.
 */
export function requiredAbi(lossesAt: LossesByAbi, target: Target): number {
  for (let abi = isInNamespaces(target) ? 1 : SCOPE_ABI; abi < NEWEST_ABI; abi++) {
    if (lossesAt(abi).length === 0) return abi;
  }
  return NEWEST_ABI;
}

function keyOf({ path, right, gap }: FileDifference): string {
  return `${gap === null ? 'lost' : 'loose'} ${right} ${path}`;
}
