import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { textArtifact } from '../json-artifact.ts';
import { packetFilterCoverage, sandboxNetwork, usesPacketFilter } from '../sandbox-network.ts';
import { nftRules } from './rules.ts';

const name = 'nftables';

/** The packet filter inside the sandbox's network namespace, for nft(8). */
export const nftables: Backend = {
  name,
  summary: 'packet filter of the rooted network, for nft: nothing but the gateway can be reached',
  engines: ['process'],
  emit({ policy, target }: Inputs): Emission {
    const used = usesPacketFilter(target);
    return {
      backend: name,
      artifacts: used
        ? [textArtifact('nftables/rules.nft', 'text/plain', nftRules(sandboxNetwork(policy)))]
        : [],
      coverage: used ? packetFilterCoverage(policy) : COVERS_NOTHING,
      diagnostics: [],
      parts: {},
    };
  },
};
