import type { ResourceAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy } from '../decision.ts';
import type { ResourcePolicy } from '../resources.ts';

/** Using so much of a resource. What the blueprint does not limit is allowed as far as the host goes. */
export function decideResource(resources: ResourcePolicy, access: ResourceAccess): Decision {
  const limit = resources.limits.find(({ name }) => name === access.resource);
  if (!limit) return allowedBy(resources.unlimited);
  return access.amount <= limit.maximum ? allowedBy(limit.grant) : deniedBy(limit.grant, 'denied');
}
