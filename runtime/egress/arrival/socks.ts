import { printAddress } from '../../../compiler/domain/address.ts';
import { readHostText, type Target } from './target.ts';

/** First byte of every SOCKS5 message (RFC 1928). */
export const SOCKS_VERSION = 5;
const LOGIN_VERSION = 1;
const CONNECT = 1;
const METHODS = { none: 0, login: 2, unacceptable: 0xff } as const;
const ADDRESS_TYPES = { ipv4: 1, name: 3, ipv6: 4 } as const;

/** Replies of section 6. */
export const SOCKS_REPLIES = {
  granted: 0,
  failed: 1,
  notAllowed: 2,
  unreachable: 4,
  refused: 5,
  noSuchCommand: 7,
  noSuchAddress: 8,
} as const;

/** One message that was read, with the bytes that it took; `more` where it is not whole yet. */
export type SocksMessage<T> =
  | { readonly kind: 'more' }
  | { readonly kind: 'read'; readonly used: number; readonly value: T };

const MORE = { kind: 'more' } as const;

/**
 * The method chosen of those that a client offers: none at all, else name and password, which are accepted and not looked at,
 * because who calls is known from elsewhere.
 */
export function readGreeting(bytes: Buffer): SocksMessage<'none' | 'login' | 'unacceptable'> {
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + count) return MORE;
  const offered = bytes.subarray(2, 2 + count);
  const value = offered.includes(METHODS.none)
    ? 'none'
    : offered.includes(METHODS.login)
      ? 'login'
      : 'unacceptable';
  return { kind: 'read', used: 2 + count, value };
}

export function greetingReply(method: keyof typeof METHODS): Buffer {
  return Buffer.of(SOCKS_VERSION, METHODS[method]);
}

/** Name and password (RFC 1929); whether the message is one. */
export function readLogin(bytes: Buffer): SocksMessage<boolean> {
  const nameBytes = bytes[1];
  const passwordBytes = nameBytes === undefined ? undefined : bytes[2 + nameBytes];
  if (bytes[0] !== undefined && bytes[0] !== LOGIN_VERSION) return { kind: 'read', used: 1, value: false };
  if (nameBytes === undefined || passwordBytes === undefined) return MORE;
  const used = 3 + nameBytes + passwordBytes;
  return bytes.length < used ? MORE : { kind: 'read', used, value: true };
}

export const LOGIN_ACCEPTED = Buffer.of(LOGIN_VERSION, 0);

export type SocksRequest =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly reply: number; readonly problem: string };

export function readSocksRequest(bytes: Buffer): SocksMessage<SocksRequest> {
  if (bytes.length < 5) return MORE;
  const type = bytes[3];
  const length = type === ADDRESS_TYPES.ipv4 ? 4 : type === ADDRESS_TYPES.ipv6 ? 16 : 1 + bytes[4]!;
  const used = 4 + length + 2;
  if (bytes[0] !== SOCKS_VERSION || bytes[2] !== 0)
    return failed('it is no request of SOCKS5', SOCKS_REPLIES.failed);
  if (bytes[1] !== CONNECT) return failed('it is no CONNECT', SOCKS_REPLIES.noSuchCommand);
  if (!Object.values(ADDRESS_TYPES).some((one) => one === type))
    return failed('its kind of address is unknown', SOCKS_REPLIES.noSuchAddress);
  if (bytes.length < used) return MORE;
  const host = hostText(bytes.subarray(4, 4 + length), type!);
  const port = bytes.readUInt16BE(4 + length);
  if (port === 0) return failed('there is no such port', SOCKS_REPLIES.noSuchAddress);
  const read = readHostText(host, port);
  const value: SocksRequest = read.ok
    ? read
    : { ok: false, reply: SOCKS_REPLIES.noSuchAddress, problem: read.problem };
  return { kind: 'read', used, value };
}

function hostText(bytes: Buffer, type: number): string {
  if (type === ADDRESS_TYPES.name) return bytes.toString('latin1', 1);
  if (type === ADDRESS_TYPES.ipv4) return bytes.join('.');
  const address = (bytes.readBigUInt64BE(0) << 64n) | bytes.readBigUInt64BE(8);
  // Written as IPv6 whatever it is, so that IPv4 within it is refused as such.
  return address >> 32n === 0xffffn ? `[::ffff:${printAddress(address)}]` : `[${printAddress(address)}]`;
}

function failed(problem: string, reply: number): SocksMessage<SocksRequest> {
  return { kind: 'read', used: 0, value: { ok: false, reply, problem } };
}

/** The bound address, which no client uses, is left zero. */
export function socksReply(reply: number): Buffer {
  return Buffer.of(SOCKS_VERSION, reply, 0, ADDRESS_TYPES.ipv4, 0, 0, 0, 0, 0, 0);
}
