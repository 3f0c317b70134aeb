import type { SandboxNetwork } from '../sandbox-network.ts';

/**
 * Rules for `nft -f`, which takes a file whole or not at all. Naming the table, deleting it and making it again swaps
 * the rules in one step, also the first time. They keep no state: revoking a grant cuts the connections that it let
 * through. Everything in the text is made here or an address; nothing of the blueprint enters it.
 */
export function nftRules(network: SandboxNetwork): string {
  return `${[
    '# What a sandbox may reach, loaded inside its own network namespace.',
    'table inet nemoclaw_sandbox',
    'delete table inet nemoclaw_sandbox',
    'table inet nemoclaw_sandbox {',
    '  chain outgoing {',
    '    type filter hook output priority filter; policy drop;',
    '    oifname "lo" accept',
    ...gatewayRules(network, 'outgoing'),
    ...neighbourRules('oifname', network),
    '    meta l4proto tcp reject with tcp reset',
    '    reject with icmpx admin-prohibited',
    '  }',
    '  chain incoming {',
    '    type filter hook input priority filter; policy drop;',
    '    iifname "lo" accept',
    ...gatewayRules(network, 'incoming'),
    ...neighbourRules('iifname', network),
    '  }',
    '  chain forwarded {',
    '    type filter hook forward priority filter; policy drop;',
    '  }',
    '}',
  ].join('\n')}\n`;
}

function gatewayRules(
  { sandbox, gateway, ports }: SandboxNetwork,
  direction: 'outgoing' | 'incoming',
): string[] {
  if (ports.length === 0) return [];
  const [device, address, port] =
    direction === 'outgoing' ? ['oifname', 'daddr', 'dport'] : ['iifname', 'saddr', 'sport'];
  const numbers = ports.map((one) => one.port).join(', ');
  return [
    `    ${device} "${sandbox.device}" ip ${address} ${gateway.ipv4} tcp ${port} { ${numbers} } accept`,
    `    ${device} "${sandbox.device}" ip6 ${address} ${gateway.ipv6} tcp ${port} { ${numbers} } accept`,
  ];
}

/** IPv6 cannot find the gateway's device without neighbour discovery; a hop limit of 255 keeps it on the link. */
function neighbourRules(device: 'oifname' | 'iifname', { sandbox, ports }: SandboxNetwork): string[] {
  if (ports.length === 0) return [];
  return [
    `    ${device} "${sandbox.device}" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept`,
  ];
}
