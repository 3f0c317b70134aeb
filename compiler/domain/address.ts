import type { Interval } from './interval-set.ts';

/**
 * An IP address as an unsigned 128-bit number. IPv4 lives at ::ffff:0:0/96, so that `10.0.0.1` and `::ffff:10.0.0.1`,
 * which reach the same host, are the same number.
 */
export type Address = bigint;

export const LOWEST_ADDRESS: Address = 0n;
export const HIGHEST_ADDRESS: Address = (1n << 128n) - 1n;

const IPV4_SPACE = 0xffffn << 32n;

/** All addresses that share the first `prefix` of 128 bits. `text` is the canonical spelling, with IPv4 lengths for IPv4. */
export interface CidrBlock extends Interval<Address> {
  readonly prefix: number;
  readonly text: string;
}

export type AddressProblem = 'not-an-address' | 'zone' | 'bad-prefix' | 'host-bits-set';

export type AddressParse =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly problem: AddressProblem };

export type CidrParse =
  | { readonly ok: true; readonly block: CidrBlock }
  | { readonly ok: false; readonly problem: AddressProblem };

/** Reads four decimal numbers without leading zeros, or IPv6 text of RFC 4291 section 2.2. No zone, no brackets, no port. */
export function parseAddress(text: string): AddressParse {
  if (text.includes('%')) return { ok: false, problem: 'zone' };
  const address = text.includes(':') ? ipv6(text) : ipv4InItsSpace(text);
  return address === null ? { ok: false, problem: 'not-an-address' } : { ok: true, address };
}

/** Reads `10.0.0.0/8`, `fc00::/7` or a lone address. Bits after the prefix must be zero. */
export function parseCidrBlock(text: string): CidrParse {
  const slash = text.indexOf('/');
  const parsed = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (!parsed.ok) return parsed;
  if (slash === -1) return { ok: true, block: cidrBlock(parsed.address, 128) };
  const written = text.slice(slash + 1);
  const isDotted = !text.includes(':');
  if (!/^(0|[1-9][0-9]{0,2})$/.test(written) || Number(written) > (isDotted ? 32 : 128)) {
    return { ok: false, problem: 'bad-prefix' };
  }
  const prefix = Number(written) + (isDotted ? 96 : 0);
  const block = cidrBlock(parsed.address, prefix);
  return block.low === parsed.address ? { ok: true, block } : { ok: false, problem: 'host-bits-set' };
}

/** The block of a prefix length around an address. */
export function cidrBlock(address: Address, prefix: number): CidrBlock {
  const rest = (1n << BigInt(128 - prefix)) - 1n;
  const low = address & ~rest;
  const isIPv4Block = prefix >= 96 && isIPv4(low);
  return {
    low,
    high: low | rest,
    prefix,
    text: `${printAddress(low)}/${isIPv4Block ? prefix - 96 : prefix}`,
  };
}

export function isIPv4(address: Address): boolean {
  return address >> 32n === 0xffffn;
}

/** Dotted decimal for IPv4 however it was written, else the form of RFC 5952. */
export function printAddress(address: Address): string {
  if (isIPv4(address)) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => Number((address >> BigInt(112 - 16 * at)) & 0xffffn));
  const gap = longestRunOfZeros(groups);
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (gap.length < 2) return hex(groups);
  return `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`;
}

function longestRunOfZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}

const DECIMAL = '(0|[1-9][0-9]{0,2})';
const DOTTED = new RegExp(`^${[DECIMAL, DECIMAL, DECIMAL, DECIMAL].join('[.]')}$`);

function ipv4(text: string): bigint | null {
  const parts = DOTTED.exec(text)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv4InItsSpace(text: string): Address | null {
  const value = ipv4(text);
  return value === null ? null : IPV4_SPACE | value;
}

function ipv6(text: string): Address | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail];
  return groups.reduce((address, group) => (address << 16n) | group, 0n);
}

/** The 16-bit groups of a part of an IPv6 address, whose last may be dotted decimal. Null when malformed. */
function groupsOf(text: string, mayEndDotted: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const dotted = mayEndDotted && at === parts.length - 1 ? ipv4(part) : null;
    if (dotted === null) return null;
    groups.push(dotted >> 16n, dotted & 0xffffn);
  }
  return groups;
}
