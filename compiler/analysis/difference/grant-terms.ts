import type { Grant } from '../../ir/origin.ts';
import type { ChangedFacet } from './change.ts';

/** The grants of one entry that stands in both policies. */
export interface HeldGrant {
  readonly facet: ChangedFacet;
  readonly from: Grant;
  readonly to: Grant;
  /** How often `from` and `to` may be used; infinite where nothing limits it. */
  readonly uses: { readonly from: number; readonly to: number };
}

/** How often a grant may be used; infinite where it does not say. */
export function usesOf({ approval }: Grant): number {
  return approval?.maxUses ?? Number.POSITIVE_INFINITY;
}

/** Milliseconds since 1970 UTC at which a grant ends; infinite where it does not say. */
export function endOf({ approval }: Grant): number {
  return approval?.expiresAt ?? Number.POSITIVE_INFINITY;
}
