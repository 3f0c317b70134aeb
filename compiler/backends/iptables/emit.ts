import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { textArtifact } from '../json-artifact.ts';
import { packetFilterCoverage, sandboxNetwork, usesPacketFilter } from '../sandbox-network.ts';
import { iptablesRules } from './rules.ts';

const name = 'iptables';

/** The same packet filter as the one for nft, for hosts without nft; either of the two is loaded. */
export const iptables: Backend = {
  name,
  summary: 'packet filter of the rooted network, for iptables-restore and ip6tables-restore',
  engines: ['process'],
  emit({ policy, target }: Inputs): Emission {
    const used = usesPacketFilter(target);
    const network = sandboxNetwork(policy);
    return {
      backend: name,
      artifacts: used
        ? [
            textArtifact('iptables/rules.v4', 'text/plain', iptablesRules(network, 'ipv4')),
            textArtifact('iptables/rules.v6', 'text/plain', iptablesRules(network, 'ipv6')),
          ]
        : [],
      coverage: used ? packetFilterCoverage(policy) : COVERS_NOTHING,
      diagnostics: [],
      parts: {},
    };
  },
};
