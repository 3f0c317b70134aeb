import type { Probe } from './probe.ts';

/** Listeners that wait outside while the probes run; none of them may be reached from inside. */
export interface OutsideListeners {
  readonly ipv4Port: number;
  readonly ipv6Port: number | null;
  readonly socketPath: string;
  readonly abstractName: string | null;
}

const IPV4_LOOPBACK = '7f000001';
/** 192.0.2.1 is reserved for documentation (RFC 5737): were the sandbox open, nobody would be there to be reached. */
const ELSEWHERE = 'c0000201';
const IPV6_LOOPBACK = '00000000000000000000000000000001';

/** Every way to a listener outside. The probes run without a door, so nothing leaves the sandbox, whatever is granted. */
export function egressProbes(outside: OutsideListeners): Probe[] {
  const refused = (words: string, attempt: readonly string[]): Probe => ({
    facet: 'egress',
    boundary: 'network namespace',
    words,
    attempt,
    expected: 'refused',
    because: 'nothing leaves the sandbox',
    refusals: 'any',
    leavesBehind: null,
  });
  const probes = [
    refused('connect to the host over IPv4', ['stream', IPV4_LOOPBACK, String(outside.ipv4Port)]),
    refused('connect to an address elsewhere', ['stream', ELSEWHERE, '443']),
    refused('send a datagram to an address elsewhere', ['datagram', ELSEWHERE, '53']),
    refused('connect to a unix socket outside', ['unix-path', outside.socketPath]),
  ];
  if (outside.ipv6Port !== null) {
    probes.push(
      refused('connect to the host over IPv6', ['stream', IPV6_LOOPBACK, String(outside.ipv6Port)]),
    );
  }
  if (outside.abstractName !== null) {
    probes.push(
      refused('connect to an abstract unix socket outside', ['unix-abstract', outside.abstractName]),
    );
  }
  return probes;
}
