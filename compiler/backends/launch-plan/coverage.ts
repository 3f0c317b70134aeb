import type { Access } from '../../ir/access.ts';
import { decide } from '../../ir/decide.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Inputs } from '../backend.ts';
import { COVERS_NOTHING, type Coverage, EXACT, type FacetCoverage, UNCOVERED } from '../coverage.ts';
import { canMount } from '../target-abilities.ts';

/** Gaps of a sandbox without namespaces, by the names that `accept` of a blueprint takes. */
const NAMESPACE_GAPS = {
  processes: 'process/no-pid-namespace',
  egress: 'egress/no-network-namespace',
  inference: 'inference/no-network-namespace',
} as const;

/** Reserved for documentation (RFC 5737), port 9 is discard: nobody grants it by intent. */
const DOCUMENTATION_ADDRESS = '192.0.2.1';
const DISCARD_PORT = 9;

/**
 * What the plan itself enforces: who the agent is, and that nothing leaves its empty network but through the gateway, which
 * decides by the egress table. Files, system calls and limits are covered by the backends whose parts it carries out. In a
 * container the network is the container's.
 */
export function planCoverage({ policy, target }: Inputs): Coverage {
  if (target.engine === 'docker') return { ...COVERS_NOTHING, process: EXACT };
  if (!canMount(target)) return withoutNamespaces(policy);
  const { egress, inference } = policy;
  return {
    ...COVERS_NOTHING,
    process: EXACT,
    egress: egress.entries.length === 0 ? EXACT : UNCOVERED,
    inference:
      inference.routes.length === 0
        ? EXACT
        : { kind: 'stricter', why: 'there is no model router yet: no model is reached' },
  };
}

function withoutNamespaces(policy: Policy): Coverage {
  const network = 'without namespaces the agent uses the network of the host';
  return {
    ...COVERS_NOTHING,
    process: looser(
      policy,
      NAMESPACE_GAPS.processes,
      "without namespaces the agent sees the user's other processes, changes their limits and priority, connects to " +
        "unix sockets that the user may use, and changes the mode, times and attributes of the user's files anywhere",
      { facet: 'process', reaches: 'process-outside' },
    ),
    egress: looser(policy, NAMESPACE_GAPS.egress, network, {
      facet: 'egress',
      host: DOCUMENTATION_ADDRESS,
      port: DISCARD_PORT,
      binary: '/usr/bin/curl',
      sha256: null,
      address: DOCUMENTATION_ADDRESS,
      http: null,
      at: 0,
    }),
    inference: looser(policy, NAMESPACE_GAPS.inference, network, {
      facet: 'inference',
      route: 'none',
      model: 'any',
    }),
  };
}

/** A witness has to be denied by the policy; without one the facet is not covered at all. */
function looser(policy: Policy, gap: string, why: string, witness: Access): FacetCoverage {
  return decide(policy, witness).verdict === 'deny' ? { kind: 'looser', gap, why, witness } : UNCOVERED;
}
