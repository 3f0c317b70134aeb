import type { Emission } from '../backends/backend.ts';
import { NO_PARTS, type Parts } from '../backends/parts.ts';
import { BACKENDS } from '../backends/registry.ts';
import type { Target } from '../backends/target.ts';
import type { Policy } from '../ir/policy.ts';

/** What every backend of the target's engine emits, in the order of the registry, and the parts they handed on. */
export function emitAll(policy: Policy, target: Target): { emissions: readonly Emission[]; parts: Parts } {
  let parts: Parts = NO_PARTS;
  const emissions: Emission[] = [];
  for (const backend of BACKENDS) {
    if (!backend.engines.includes(target.engine)) continue;
    const emission = backend.emit({ policy, target, parts });
    parts = { ...parts, ...emission.parts };
    emissions.push(emission);
  }
  return { emissions, parts };
}
