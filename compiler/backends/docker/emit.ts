import type { Backend, Emission, Inputs } from '../backend.ts';
import { containerCoverage, containerRun } from '../container-run.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { jsonArtifact } from '../json-artifact.ts';
import { dockerRun } from './arguments.ts';

const name = 'docker';

/** The container around the launcher: no network, no capabilities, a read-only image, only the granted mounts. */
export const docker: Backend = {
  name,
  summary: 'arguments for `docker run` that start the launcher inside a closed container',
  engines: ['docker'],
  emit(inputs: Inputs): Emission {
    const { run, diagnostics } = containerRun(inputs);
    return {
      backend: name,
      artifacts: run === null ? [] : [jsonArtifact('docker/run.json', dockerRun(run))],
      coverage: run === null ? COVERS_NOTHING : containerCoverage(inputs, run),
      diagnostics,
      parts: {},
    };
  },
};
