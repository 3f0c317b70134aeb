import { isIPv4 } from '../../../../compiler/domain/address.ts';
import { hostValue, parseHost, printHost } from '../../../../compiler/domain/host.ts';

/** A host and a port as a URL or a Host field names them, in one spelling. */
export interface Authority {
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[^[\]:@/?#\\]+)(?::([0-9]{1,5}))?$/;
const PLAIN = /^[\x21-\x7e]+$/;
const PLAIN_PORT = /^[1-9][0-9]*$/;

/**
 * Null for what programs read in different ways: a user name, a zone, odd spellings of addresses, IPv4 within IPv6, a name
 * with a final dot or with characters beyond ASCII, a port of 0 or with zeros before it. CONNECT and SOCKS5 refuse the same.
 *
 * @param defaultPort where none is written
 */
export function parseAuthority(text: string, defaultPort: number): Authority | null {
  const match = AUTHORITY.exec(text);
  if (match === null) return null;
  const port = match[2] === undefined ? defaultPort : PLAIN_PORT.test(match[2]) ? Number(match[2]) : 0;
  const written = match[1]!;
  if (!PLAIN.test(written) || written.endsWith('.')) return null;
  const host = parseHost(written);
  if (!host.ok || port < 1 || port > 65_535) return null;
  if (written.startsWith('[') && host.host.kind !== 'name' && isIPv4(host.host.address)) return null;
  // A colon without brackets did not pass the pattern, so an address of version 6 has them.
  return { host: printHost(host.host), port };
}

/** Whether two spellings of a host, each without brackets or with, are one host. */
export function isSameHost(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [parseHost(one), parseHost(other)];
  return a.ok && b.ok && hostValue(a.host) === hostValue(b.host);
}

/** As it stands in a Host field: brackets around an address of version 6, no port where it is the usual one. */
export function printAuthority(host: string, port: number, isSecure: boolean): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (isSecure ? 443 : 80) ? name : `${name}:${port}`;
}
