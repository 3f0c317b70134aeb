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
