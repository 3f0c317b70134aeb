import type { Grant } from './origin.ts';
import type { Policy } from './policy.ts';

/** Every grant that can decide an access under a policy, each once, in the order of its facets. */
export function grantsOf(policy: Policy): readonly Grant[] {
  const { filesystem, syscalls, process, egress, inference, resources } = policy;
  const holders = [
    ...filesystem.entries,
    ...syscalls.entries,
    process,
    ...process.environment,
    ...egress.entries,
    ...inference.routes,
    ...resources.limits,
  ];
  return [...new Set([...holders.map(({ grant }) => grant), resources.unlimited])];
}
