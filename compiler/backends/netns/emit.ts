import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { jsonArtifact } from '../json-artifact.ts';
import { sandboxNetwork, usesPacketFilter } from '../sandbox-network.ts';

const name = 'netns';

/** The devices and addresses of the rooted network. It connects; the packet filters restrict. */
export const netns: Backend = {
  name,
  summary: "network namespace of the rooted way: a pair of devices to the gateway, and the gateway's ports",
  engines: ['process'],
  emit({ policy, target }: Inputs): Emission {
    const artifacts = usesPacketFilter(target)
      ? [jsonArtifact('netns/network.json', sandboxNetwork(policy))]
      : [];
    return { backend: name, artifacts, coverage: COVERS_NOTHING, diagnostics: [], parts: {} };
  },
};
