import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Change } from '../../diagnostics/effect.ts';
import type { Policy } from '../../ir/policy.ts';
import { exportFiles } from './files.ts';
import { exportNetwork } from './network.ts';
import { exportProcess, reportApprovals, reportUnsaid } from './sandbox.ts';
import { type Plain, Translation } from './translation.ts';

/** A policy of OpenShell as plain values, what it does not say, and why there is none where there are errors. */
export interface Exported {
  readonly document: Plain;
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
}

/**
 * A policy in OpenShell's language (`version: 1`). Format and meaning: docs/how-it-works/policies/schema.mdx of
 * github.com/NVIDIA/OpenShell; where its versions differ, the reading that allows more there is what is reported. Nothing
 * works there that is denied here, but what a `looser` change names.
 *
 * A function over a policy and no backend: OpenShell is another tool, not a mechanism of a bundle, and what is lost is a
 * list with places where coverage has one gap a facet.
 *
 * @param now milliseconds since 1970 UTC; network grants that have ended by then are left out
 */
export function exportOpenshell(policy: Policy, now: number): Exported {
  const translation = new Translation(now);
  const network = exportNetwork(policy.egress, translation);
  const hasNetwork = Object.keys(network).length > 0;
  const document = {
    version: 1,
    filesystem_policy: exportFiles(policy, hasNetwork, translation),
    landlock: { compatibility: policy.filesystem.landlock },
    ...exportProcess(policy, translation),
    ...(hasNetwork ? { network_policies: network } : {}),
  };
  reportUnsaid(policy, translation);
  reportApprovals(policy, translation);
  return { document, changes: translation.changes, errors: translation.errors };
}
