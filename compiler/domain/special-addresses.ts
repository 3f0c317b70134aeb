import { type Address, type CidrBlock, HIGHEST_ADDRESS, LOWEST_ADDRESS, parseCidrBlock } from './address.ts';
import { difference, type Interval, type IntervalSet, intervalSet } from './interval-set.ts';

export type SpecialKind =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'broadcast'
  | 'documentation'
  | 'benchmarking'
  | 'transition'
  | 'reserved';

/** A range that is no ordinary public address, and where it says so. */
export interface SpecialRange {
  readonly block: CidrBlock;
  readonly kind: SpecialKind;
  readonly source: string;
}

/**
 * IANA IPv4 and IPv6 Special-Purpose Address Registries and the multicast registries, and the addresses at which clouds
 * hand out credentials. The few ranges that IANA calls globally reachable (6to4, Teredo) are here because a packet
 * to them is carried on to an IPv4 address inside.
 */
const TABLE: readonly (readonly [block: string, kind: SpecialKind, source: string])[] = [
  ['0.0.0.0/8', 'unspecified', 'RFC 791'],
  ['10.0.0.0/8', 'private', 'RFC 1918'],
  ['100.64.0.0/10', 'shared', 'RFC 6598'],
  ['127.0.0.0/8', 'loopback', 'RFC 1122'],
  ['169.254.0.0/16', 'link-local', 'RFC 3927'],
  ['172.16.0.0/12', 'private', 'RFC 1918'],
  ['192.0.0.0/24', 'reserved', 'RFC 6890'],
  ['192.0.2.0/24', 'documentation', 'RFC 5737'],
  ['192.88.99.0/24', 'transition', 'RFC 7526'],
  ['192.168.0.0/16', 'private', 'RFC 1918'],
  ['198.18.0.0/15', 'benchmarking', 'RFC 2544'],
  ['198.51.100.0/24', 'documentation', 'RFC 5737'],
  ['203.0.113.0/24', 'documentation', 'RFC 5737'],
  ['224.0.0.0/4', 'multicast', 'RFC 5771'],
  ['240.0.0.0/4', 'reserved', 'RFC 1112'],
  ['255.255.255.255/32', 'broadcast', 'RFC 8190'],
  ['::/128', 'unspecified', 'RFC 4291'],
  ['::1/128', 'loopback', 'RFC 4291'],
  ['::/96', 'transition', 'RFC 4291, IPv4-compatible'],
  ['::ffff:0:0:0/96', 'transition', 'RFC 2765, IPv4-translated'],
  ['64:ff9b:1::/48', 'transition', 'RFC 8215'],
  ['100::/64', 'reserved', 'RFC 6666'],
  ['100:0:0:1::/64', 'reserved', 'RFC 9780'],
  ['2001::/23', 'reserved', 'RFC 2928'],
  ['2001::/32', 'transition', 'RFC 4380, Teredo'],
  ['2001:2::/48', 'benchmarking', 'RFC 5180'],
  ['2001:10::/28', 'reserved', 'RFC 4843, ORCHID'],
  ['2001:20::/28', 'reserved', 'RFC 7343, ORCHIDv2'],
  ['2001:db8::/32', 'documentation', 'RFC 3849'],
  ['2002::/16', 'transition', 'RFC 3056, 6to4'],
  ['3fff::/20', 'documentation', 'RFC 9637'],
  ['5f00::/16', 'reserved', 'RFC 9602'],
  ['fc00::/7', 'private', 'RFC 4193'],
  ['fe80::/10', 'link-local', 'RFC 4291'],
  ['fec0::/10', 'private', 'RFC 3879'],
  ['ff00::/8', 'multicast', 'RFC 4291'],
  ['100.100.100.200/32', 'metadata', 'Alibaba Cloud instance metadata'],
  ['168.63.129.16/32', 'metadata', 'Azure WireServer'],
  ['169.254.169.254/32', 'metadata', 'AWS, Azure, Google Cloud, Oracle, OpenStack instance metadata'],
  ['169.254.170.2/32', 'metadata', 'AWS ECS task credentials'],
  ['169.254.170.23/32', 'metadata', 'AWS EKS pod identity'],
  ['192.0.0.192/32', 'metadata', 'Oracle Cloud instance metadata, first generation'],
  ['fd00:ec2::23/128', 'metadata', 'AWS EKS pod identity'],
  ['fd00:ec2::254/128', 'metadata', 'AWS instance metadata'],
  ['fd20:ce::254/128', 'metadata', 'Google Cloud instance metadata'],
];

export const SPECIAL_RANGES: readonly SpecialRange[] = TABLE.map(([text, kind, source]) => {
  const parsed = parseCidrBlock(text);
  if (!parsed.ok) throw new Error(`the table of special ranges holds ${text}`);
  return { block: parsed.block, kind, source };
});

/** NAT64 of RFC 6052 carries an IPv4 address in its last 32 bits: what is special there is special here too. */
const NAT64 = 0x64ff9bn << 96n;
const EVERYTHING: IntervalSet<Address> = [{ low: LOWEST_ADDRESS, high: HIGHEST_ADDRESS }];
const IPV4_LOW = 0xffff00000000n;

/** Addresses on the public internet: what an egress entry reaches unless it names blocks. */
export const PUBLIC_ADDRESSES: IntervalSet<Address> = difference(EVERYTHING, intervalSet(notPublic()));

function* notPublic(): Iterable<Interval<Address>> {
  for (const { block } of SPECIAL_RANGES) {
    yield { low: block.low, high: block.high };
    if (block.prefix >= 96 && block.low >> 32n === 0xffffn) {
      yield { low: NAT64 + (block.low - IPV4_LOW), high: NAT64 + (block.high - IPV4_LOW) };
    }
  }
}

/** What is special about an address, the narrowest range first; a NAT64 address answers for the IPv4 address in it. */
export function specialRangesOf(address: Address): SpecialRange[] {
  const reached = address >> 32n === NAT64 >> 32n ? IPV4_LOW + (address - NAT64) : address;
  return SPECIAL_RANGES.filter(({ block }) => block.low <= reached && reached <= block.high).sort(
    (left, right) => right.block.prefix - left.block.prefix,
  );
}
