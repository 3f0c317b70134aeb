import type { InferenceAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy, NOT_GRANTED } from '../decision.ts';
import type { InferencePolicy } from '../inference.ts';

/** A model may be called when its route is there and the route does not leave it out. */
export function decideInference(inference: InferencePolicy, access: InferenceAccess): Decision {
  const route = inference.routes.find(({ name }) => name === access.route);
  if (!route) return NOT_GRANTED;
  const included =
    route.models.kind === 'all' || (route.models.kind === 'only' && route.models.of.includes(access.model));
  return included ? allowedBy(route.grant) : deniedBy(route.grant, 'not-included');
}
