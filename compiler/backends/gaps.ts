import type { Policy } from '../ir/policy.ts';

/** Gaps in the enforcement of the file facet, by the names that `accept` of a blueprint takes. */
export const FILE_GAPS = {
  /** Landlock rules add up along a path, and no mount takes back what the upper one grants. */
  landlockAdditive: 'filesystem/landlock-additive',
  /** The kernel's Landlock is older than a right that is denied. */
  landlockAbi: 'filesystem/landlock-abi',
  /** A file that may be read but not executed can be run through the dynamic linker. */
  landlockExecute: 'filesystem/landlock-execute',
  /** A path with fewer rights than its folder may be absent at the start, and the agent can then make it. */
  optionalBelowWritable: 'filesystem/optional-below-writable',
  /** Mounts without Landlock: they know only writable or not and executable or not. */
  mountsAlone: 'filesystem/mounts-alone',
} as const;

/**
 * Whether the blueprint takes a gap, by its name under `accept`. Best effort for Landlock is the acceptance of what an
 * older kernel cannot refuse, and of nothing else.
 */
export function isAccepted(policy: Policy, gap: string): boolean {
  if (gap === FILE_GAPS.landlockAbi && policy.filesystem.landlock === 'best_effort') return true;
  return policy.waivers.some((waiver) => waiver.gap === gap);
}
