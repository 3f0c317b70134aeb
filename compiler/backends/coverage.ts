import type { Access } from '../ir/access.ts';
import type { Facet } from '../ir/facet.ts';

/** How well one backend, or several together, enforce one facet of a policy on a target. */
export type FacetCoverage =
  /** Everything granted works and nothing else does. */
  | { readonly kind: 'exact' }
  /** Nothing that is denied works, but neither does some of what is granted. */
  | { readonly kind: 'stricter'; readonly why: string }
  /** Something that is denied works: the gap's name, and an access that proves it. */
  | { readonly kind: 'looser'; readonly gap: string; readonly why: string; readonly witness: Access }
  /** This backend does not concern itself with the facet. */
  | { readonly kind: 'none' };

/** Total over the facets: no backend can forget one. */
export type Coverage = { readonly [F in Facet]: FacetCoverage };

export const EXACT: FacetCoverage = { kind: 'exact' };
export const UNCOVERED: FacetCoverage = { kind: 'none' };
export const COVERS_NOTHING: Coverage = {
  filesystem: UNCOVERED,
  syscalls: UNCOVERED,
  process: UNCOVERED,
  egress: UNCOVERED,
  inference: UNCOVERED,
  resources: UNCOVERED,
};
