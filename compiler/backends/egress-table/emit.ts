import { policyDigest } from '../../ir/canonical.ts';
import { TABLE_PATH } from '../../ir/egress-table/table.ts';
import { tableForm } from '../../ir/egress-table/write.ts';
import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING, EXACT } from '../coverage.ts';
import { jsonArtifact } from '../json-artifact.ts';
import { canMount } from '../target-abilities.ts';

const name = 'egress-table';

/**
 * What the gateway decides by. In a network namespace nothing leaves but through the gateway, so there the table is enforced
 * exactly; without one it is written all the same and covers nothing.
 */
export const egressTable: Backend = {
  name,
  summary: 'what the egress gateway outside the sandbox decides each connection and request by',
  engines: ['process'],
  emit({ policy, target }: Inputs): Emission {
    const { value: digest } = policyDigest(policy);
    // A policy too intricate for a digest makes no bundle, which is said where the digest is taken for it.
    if (digest === null) {
      return { backend: name, artifacts: [], coverage: COVERS_NOTHING, diagnostics: [], parts: {} };
    }
    const { egress, credentials } = policy;
    const table = tableForm({ name: policy.name, policy: digest, commit: null, egress, credentials });
    return {
      backend: name,
      artifacts: [jsonArtifact(TABLE_PATH, table)],
      coverage: canMount(target) ? { ...COVERS_NOTHING, egress: EXACT } : COVERS_NOTHING,
      diagnostics: [],
      parts: {},
    };
  },
};
