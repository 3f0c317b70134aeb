import type { SandboxNetwork } from '../sandbox-network.ts';

type Family = 'ipv4' | 'ipv6';

const FAMILIES = {
  ipv4: { bits: 32, prohibited: 'icmp-admin-prohibited' },
  ipv6: { bits: 128, prohibited: 'icmp6-adm-prohibited' },
} as const;

/** Neighbour solicitation and advertisement (RFC 4861), without which IPv6 cannot find the gateway's device. */
const NEIGHBOUR_MESSAGES = ['neighbour-solicitation', 'neighbour-advertisement'];

/**
 * Rules for iptables-restore(8) or ip6tables-restore(8). Each file replaces the filter table of its family in one step;
 * the two families are two steps, so load both before the devices are brought up. No rule keeps state. Everything in
 * the text is made here or an address; nothing of the blueprint enters it.
 */
export function iptablesRules(network: SandboxNetwork, family: Family): string {
  return `${[
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT DROP [0:0]',
    '-A INPUT -i lo -j ACCEPT',
    ...gatewayRules(network, family, 'INPUT'),
    '-A OUTPUT -o lo -j ACCEPT',
    ...gatewayRules(network, family, 'OUTPUT'),
    '-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset',
    `-A OUTPUT -j REJECT --reject-with ${FAMILIES[family].prohibited}`,
    'COMMIT',
  ].join('\n')}\n`;
}

function gatewayRules(
  { sandbox, gateway, ports }: SandboxNetwork,
  family: Family,
  chain: 'INPUT' | 'OUTPUT',
): string[] {
  if (ports.length === 0) return [];
  const device = `${chain === 'OUTPUT' ? '-o' : '-i'} ${sandbox.device}`;
  const address = `${chain === 'OUTPUT' ? '-d' : '-s'} ${gateway[family]}/${FAMILIES[family].bits}`;
  const port = chain === 'OUTPUT' ? '--dport' : '--sport';
  const neighbours = family === 'ipv6' ? NEIGHBOUR_MESSAGES : [];
  return [
    ...ports.map((one) => `-A ${chain} ${device} ${address} -p tcp -m tcp ${port} ${one.port} -j ACCEPT`),
    ...neighbours.map(
      (type) =>
        `-A ${chain} ${device} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m hl --hl-eq 255 -j ACCEPT`,
    ),
  ];
}
