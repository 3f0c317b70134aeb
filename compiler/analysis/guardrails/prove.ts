import type { Policy } from '../../ir/policy.ts';
import type { Property } from './guardrail.ts';
import { brokenBy, PROVED, type Proof } from './proof.ts';
import { proveEgress } from './prove-egress.ts';
import { proveFilesystem } from './prove-filesystem.ts';
import { proveEnvironment, proveInference, proveSyscalls } from './prove-others.ts';
import { proveGrants, proveLandlock, proveMaximum, proveResidency } from './prove-requirements.ts';
import { proveRouter } from './prove-router.ts';

/**
 * Proves that a policy has the property of a guardrail, or refutes it with examples. Exact: every access there is counts, and every
 * example is allowed by `decide`.
 *
 * @param now milliseconds since 1970 UTC; only how long a grant may last is measured from it
 */
export function prove(policy: Policy, property: Property, now: number): Proof {
  switch (property.kind) {
    case 'never-egress':
      return both(
        proveEgress(policy, property.set, property.exempt),
        property.exempt.length === 0 ? proveRouter(policy, property.set) : PROVED,
      );
    case 'never-filesystem':
      return proveFilesystem(policy, property.paths, property.rights);
    case 'never-syscalls':
      return proveSyscalls(policy, property.names);
    case 'never-environment':
      return proveEnvironment(policy, property.variables);
    case 'never-inference':
      return proveInference(policy, property.calls);
    case 'landlock':
      return proveLandlock(policy);
    case 'residency':
      return proveResidency(policy, property.regions);
    case 'grants':
      return proveGrants(policy, property.grants, now);
    case 'maximum':
      return proveMaximum(policy, property.ceiling);
  }
}

function both(one: Proof, other: Proof): Proof {
  if (one.outcome === 'proved') return other;
  if (other.outcome === 'proved' || one.outcome !== 'broken') return one;
  return other.outcome === 'broken' ? brokenBy([...one.counterexamples, ...other.counterexamples]) : other;
}
