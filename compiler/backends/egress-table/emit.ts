import { posix } from 'node:path';
import { policyDigest } from '../../ir/canonical.ts';
import { TABLE_PATH } from '../../ir/egress-table/table.ts';
import { tableForm } from '../../ir/egress-table/write.ts';
import type { Grant, WrittenPlace } from '../../ir/origin.ts';
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
    const beside = <T extends Granted>(one: T) => writtenBeside(one, policy.origin.file);
    const table = tableForm({
      name: policy.name,
      policy: digest,
      commit: null,
      egress: { entries: policy.egress.entries.map(beside) },
      credentials: policy.credentials.map(beside),
    });
    return {
      backend: name,
      artifacts: [jsonArtifact(TABLE_PATH, table)],
      coverage: canMount(target) ? { ...COVERS_NOTHING, egress: EXACT } : COVERS_NOTHING,
      diagnostics: [],
      parts: {},
    };
  },
};

interface Granted {
  readonly grant: Grant<WrittenPlace>;
}

/**
 * Names files as seen from the blueprint's folder, as the manifest does: the same text makes the same bytes wherever it lies and
 * from wherever it is compiled.
 */
function writtenBeside<T extends Granted>(one: T, blueprint: string) {
  const seen = (file: string) => {
    const isShipped = /^(?:preset|tier):/.test(file);
    return isShipped || posix.isAbsolute(file) !== posix.isAbsolute(blueprint)
      ? file
      : posix.relative(posix.dirname(blueprint), file);
  };
  const { file, line, column, trail } = one.grant.origin;
  const origin = { file: seen(file), line, column, trail: trail.map(seen) };
  return { ...one, grant: { ...one.grant, origin } };
}
