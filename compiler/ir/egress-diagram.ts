import { buildDiagram, type DiagramResult } from '../domain/diagram/build.ts';
import type { Entry, Roles } from '../domain/diagram/continuation.ts';
import type { EgressPolicy } from './egress.ts';
import { ALLOWING, DENYING, egressBoxes, egressDimensions } from './egress-boxes.ts';
import type { WrittenPlace } from './origin.ts';

/** Verdicts of the diagram: what an access gets. */
export const DENY = 0;
export const ALLOW = 1;

/** The egress facet as one decision diagram with the meaning of `decideEgress`. */
export function egressDiagram(egress: EgressPolicy<WrittenPlace>, budget?: number): DiagramResult {
  const dimensions = egressDimensions(egress.entries);
  const boxes = egress.entries.flatMap(egressBoxes);
  const entries = boxes.map(
    ({ roles, sets }): Entry => ({ roles, sets: dimensions.map(({ name }) => sets[name] ?? null) }),
  );
  return buildDiagram({
    dimensions,
    entries,
    verdictOf: (roles) => (roles === ALLOWING ? ALLOW : DENY),
    mootRoles,
    ...(budget === undefined ? {} : { budget }),
  });
}

/** Behind a certain denial no permission counts, and where nothing can be allowed no denial does. */
function mootRoles(certain: Roles, possible: Roles): Roles {
  const permissions = (certain & DENYING) !== 0 ? ALLOWING : 0;
  return (possible & ~permissions & ALLOWING) === 0 ? ALLOWING | DENYING : permissions;
}
