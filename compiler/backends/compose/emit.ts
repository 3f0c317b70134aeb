import { composeLeftOut } from '../../diagnostics/catalog/backends.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import type { Backend, Emission, Inputs } from '../backend.ts';
import type { ContainerMount } from '../container.ts';
import { containerCoverage, containerRun } from '../container-run.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { textArtifact } from '../json-artifact.ts';
import { placeOfPath } from '../place.ts';
import { composeText } from './compose-file.ts';

const name = 'compose';

/**
 * The same container as `docker/run.json`, for Docker Compose. Compose starts it without any check of ours, so where a
 * mount must be looked at first no file is written; the coverage that counts is then Docker's.
 */
export const compose: Backend = {
  name,
  summary: 'the same container as a Compose file',
  engines: ['docker'],
  emit(inputs: Inputs): Emission {
    const { run } = containerRun(inputs);
    const nothing = { backend: name, artifacts: [], coverage: COVERS_NOTHING, diagnostics: [], parts: {} };
    if (run === null) return nothing;
    for (const mount of run.mounts) {
      const why = reasonAgainst(mount);
      if (why === null) continue;
      const { path } = mount;
      return {
        ...nothing,
        diagnostics: [diagnose(composeLeftOut, placeOfPath(inputs.policy, path), { path, why })],
      };
    }
    return {
      ...nothing,
      artifacts: [textArtifact('compose.yaml', 'application/yaml', composeText(run, inputs.policy.name))],
      coverage: containerCoverage(inputs, run),
    };
  },
};

function reasonAgainst(mount: ContainerMount): string | null {
  if (mount.kind !== 'bind' && mount.kind !== 'hidden') return null;
  if (mount.optional) return 'may be missing, which Compose cannot pass over';
  if (mount.kind === 'hidden' || mount.followTo === mount.path.length) return null;
  return 'lies in a folder that the agent can write, where it may have planted a link';
}
