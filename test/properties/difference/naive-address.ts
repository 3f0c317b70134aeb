/** Addresses a second time, as text that is taken apart; shares nothing with the compiler. */
export function naiveAddress(text: string): bigint | null {
  let address = read.get(text);
  if (address === undefined) {
    address = readAddress(text);
    read.set(text, address);
  }
  return address;
}

/** The same few texts are read over and over. */
const read = new Map<string, bigint | null>();

function readAddress(text: string): bigint | null {
  const dotted = naiveIPv4(text);
  if (dotted !== null) return 0xffff00000000n + dotted;
  if (!text.includes(':')) return null;
  const last = text.slice(text.lastIndexOf(':') + 1);
  const embedded = naiveIPv4(last);
  const hex = (value: bigint) => value.toString(16);
  const plain =
    embedded === null
      ? text
      : `${text.slice(0, -last.length)}${hex(embedded >> 16n)}:${hex(embedded & 0xffffn)}`;
  const [head, tail, ...more] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (more.length > 0) return null;
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head!, ...new Array<string>(missing).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

function naiveIPv4(text: string): bigint | null {
  const bytes = text.split('.');
  const isByte = (byte: string) =>
    String(Number(byte)) === byte && /^[0-9]{1,3}$/.test(byte) && Number(byte) < 256;
  if (bytes.length !== 4 || !bytes.every(isByte)) return null;
  return BigInt(bytes.reduce((value, byte) => value * 256 + Number(byte), 0));
}

/** Whether `10.0.0.0/8`, `fd00::/8` or a lone address holds an address. */
export function naiveBlockHolds(block: string, address: bigint): boolean {
  let known = blocks.get(block);
  if (known === undefined) {
    const [text, length] = block.split('/');
    const bits = text!.includes(':') ? 128 : 32;
    const free = BigInt(length === undefined ? 0 : bits - Number(length));
    known = { free, prefix: naiveAddress(text!)! >> free };
    blocks.set(block, known);
  }
  return address >> known.free === known.prefix;
}

const blocks = new Map<string, { readonly free: bigint; readonly prefix: bigint }>();

/** Special-purpose blocks of the IANA registries (IPv4 and IPv6) and those at which clouds hand out credentials. */
const SPECIAL = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3', '168.63.129.16'],
];
const SPECIAL_6 = [
  ...['::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '100::/64', '100:0:0:1::/64', '2001::/23'],
  ...['2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/9', 'ff00::/8'],
];

/** NAT64 (64:ff9b::/96) carries an IPv4 address, which is what is reached. */
export function isNaivePublic(address: bigint): boolean {
  const reached = naiveBlockHolds('64:ff9b::/96', address)
    ? 0xffff00000000n + (address & 0xffffffffn)
    : address;
  return ![...SPECIAL, ...SPECIAL_6].some((block) => naiveBlockHolds(block, reached));
}
