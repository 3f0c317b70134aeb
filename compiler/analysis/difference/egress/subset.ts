import { searchPoint } from '../../../domain/diagram/search.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { describeAccess } from '../../../ir/access-words.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressPolicy } from '../../../ir/egress.ts';
import { jointRequest, WIDENS } from './joint.ts';
import { somethingNew } from './something-new.ts';
import { accessAt, READABLE, unaskable } from './witness.ts';

/**
 * Whether every access that a policy allows is one that another allows, too. `unknown`: the patterns of a dimension are
 * too intricate to compare, and nothing that is new was met; treat it as `no`.
 */
export type EgressSubset =
  | { readonly isSubset: 'yes' }
  /** An access that `inner` allows and `outer` denies. */
  | { readonly isSubset: 'no'; readonly witness: EgressAccess }
  | { readonly isSubset: 'unknown'; readonly intricate: string };

/**
 * Compares without putting the difference into words, so that it answers sooner than `egressDifference`.
 *
 * @param budget in states, see `DEFAULT_BUDGET`
 */
export function egressSubset(inner: EgressPolicy, outer: EgressPolicy, budget?: number): EgressSubset {
  const request = jointRequest(outer, inner, 'widens', budget);
  const found = searchPoint(request, WIDENS, READABLE);
  if (!found.ok) {
    const witness = somethingNew(outer, inner);
    return witness === null
      ? { isSubset: 'unknown', intricate: found.dimension }
      : { isSubset: 'no', witness };
  }
  if (found.point === null) return { isSubset: 'yes' };
  const witness = accessAt(request.dimensions, found.point);
  const odd = unaskable(witness);
  if (odd !== null) return { isSubset: 'unknown', intricate: odd };
  if (decideEgress(inner, witness).verdict === decideEgress(outer, witness).verdict) {
    throw new Error(`an example of a difference is answered alike: ${describeAccess(witness)}`);
  }
  return { isSubset: 'no', witness };
}
