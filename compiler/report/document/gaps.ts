import type { Policy } from '../../ir/policy.ts';
import type { Phrase } from '../phrase.ts';
import type { TargetVerdict } from './coverage.ts';
import { type Approved, type Place, permission } from './permission.ts';
import { words } from './phrase.ts';

/** A gap in the enforcement that the blueprint accepts by name. */
export interface AcceptedGap {
  readonly gap: string;
  readonly reason: string;
  readonly place: Place;
  readonly approval: Approved;
  /** Where it counts: targets, with an access that works because of it; empty where no judged target has the gap. */
  readonly counts: readonly { readonly target: string; readonly witness: Phrase | null }[];
}

/** What `accept` says, and Landlock by best effort, which is an acceptance too. */
export function acceptedGaps(policy: Policy, targets: readonly TargetVerdict[], now: number): AcceptedGap[] {
  const { waivers, filesystem } = policy;
  const written = waivers.map(({ gap, reason, grant }) => ({ gap, reason, grant }));
  const grant = { id: 'landlock:best_effort', origin: filesystem.landlockGrant.origin, approval: null };
  const reason = 'Landlock by best effort: a kernel that lacks a part of it is taken all the same';
  const bestEffort =
    filesystem.landlock === 'best_effort' ? [{ gap: 'filesystem/landlock-abi', reason, grant }] : [];
  return [...written, ...bestEffort].map((one) => {
    const { place, approval } = permission(one.grant, words(one.gap), now);
    const counts = targets.flatMap(({ name, facets }) =>
      facets.filter(({ gap }) => gap === one.gap).map(({ witness }) => ({ target: name, witness })),
    );
    return { gap: one.gap, reason: one.reason, place, approval, counts };
  });
}
