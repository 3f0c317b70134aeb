import { createHash } from 'node:crypto';
import type { Policy } from '../ir/policy.ts';
import { COVERS_NOTHING, type Coverage, EXACT, UNCOVERED } from './coverage.ts';
import type { Target } from './target.ts';

/** One end of the pair of network devices between the sandbox and the gateway outside it. */
export interface NetworkEnd {
  readonly device: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

/** The sandbox's only network: a pair of devices whose other end is the gateway's. */
export interface SandboxNetwork {
  readonly sandbox: NetworkEnd;
  readonly gateway: NetworkEnd;
  readonly ipv4Prefix: 30;
  readonly ipv6Prefix: 64;
  /** TCP ports of the gateway that the sandbox may reach; empty where nothing is granted. */
  readonly ports: readonly GatewayPort[];
}

export interface GatewayPort {
  readonly port: number;
  readonly service: 'egress proxy' | 'model router';
}

const PROXY: GatewayPort = { port: 3128, service: 'egress proxy' };
const MODEL_ROUTER: GatewayPort = { port: 3129, service: 'model router' };

/** The device's name inside, the same in every sandbox; names of devices hold at most 15 characters (IFNAMSIZ). */
const INSIDE_DEVICE = 'eth0';

/**
 * The network of a policy's sandbox. Everything is derived from a hash of the policy's name, so it is the same on every
 * machine, and no character of the name reaches a file in another language. IPv4: a /30 of 10.0.0.0/8; IPv6: a /64 of a
 * unique local prefix (RFC 4193). Two names can meet in one /30 (22 bits): whoever brings the devices up must refuse an
 * address that the host uses already.
 */
export function sandboxNetwork(policy: Policy): SandboxNetwork {
  const hash = createHash('sha256').update(`nemoclaw network\0${policy.name}`).digest();
  const subnet = hash.readUIntBE(0, 3) & 0xff_ff_fc;
  const ipv4 = (host: number) => `10.${subnet >> 16}.${(subnet >> 8) & 0xff}.${(subnet & 0xff) + host}`;
  const group = (at: number) => hash.readUInt16BE(at).toString(16);
  const ipv6 = (host: number) =>
    `fd${hash.toString('hex', 4, 5)}:${group(6)}:${group(8)}:${group(10)}::${host}`;
  return {
    sandbox: { device: INSIDE_DEVICE, ipv4: ipv4(2), ipv6: ipv6(2) },
    gateway: { device: `nemo${hash.toString('hex', 12, 17)}`, ipv4: ipv4(1), ipv6: ipv6(1) },
    ipv4Prefix: 30,
    ipv6Prefix: 64,
    ports: [
      ...(policy.egress.entries.length > 0 ? [PROXY] : []),
      ...(policy.inference.routes.length > 0 ? [MODEL_ROUTER] : []),
    ],
  };
}

/** Whether the target's network is made of devices and packet filters, which takes root outside the sandbox. */
export function usesPacketFilter(target: Target): boolean {
  return target.engine === 'process' && target.privilege === 'root';
}

/**
 * What a packet filter of this network enforces: only the gateway can be reached, and only where something is granted. What
 * goes further is decided by the gateway, whose table says how well; there is no model router yet.
 */
export function packetFilterCoverage(policy: Policy): Coverage {
  return {
    ...COVERS_NOTHING,
    egress: policy.egress.entries.length === 0 ? EXACT : UNCOVERED,
    inference:
      policy.inference.routes.length === 0
        ? EXACT
        : { kind: 'stricter', why: 'only the gateway can be reached, and it has no model router yet' },
  };
}
