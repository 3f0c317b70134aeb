import { type Address, isIPv4, parseAddress } from '../domain/address.ts';
import { listValue } from '../domain/glob.ts';
import { hostValue, parseHost } from '../domain/host.ts';
import { methodIndex } from '../domain/method.ts';
import { parseAccessedPath } from '../domain/path.ts';
import { isPort } from '../domain/port.ts';
import { urlPathReadings } from '../domain/url-path.ts';
import type { EgressAccess } from './access.ts';
import { NOT_IPV4 } from './egress-program.ts';
import { type OperationPart, partsOf } from './operation-parts.ts';

declare const canonical: unique symbol;

/** What a connection shows, each part in its one spelling. Only `egressConnection` makes one. */
export interface EgressConnection {
  readonly [canonical]: true;
  /** As `hostValue` writes it. */
  readonly host: string;
  readonly port: number;
  readonly binary: string;
  /** Lower-case hex; empty where it is not known. */
  readonly sha256: string;
  /** The address that is dialled. */
  readonly address: Address;
  /** Its last 32 bits, or NOT_IPV4. */
  readonly ipv4: number;
}

/** One request on a connection, each part in its one spelling. Only `egressRequest` makes one. */
export interface EgressRequest {
  readonly [canonical]: true;
  /** Index of a tag of METHOD_TAGS. */
  readonly method: number;
  readonly path: string;
  /** The other path that servers may take it for, as which it must be allowed too; null for most. */
  readonly alternative: string | null;
  /** By key: its values as `listValue` writes them. */
  readonly query: ReadonlyMap<string, string>;
  /** What it asks for inside; each part must be allowed. At least one. */
  readonly parts: readonly OperationPart[];
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

/**
 * Reads a connection once, so that nothing about it is parsed again for each request. Null for what does not exist, which
 * is denied, and for a name whose address is not known yet: only an address can be decided about.
 */
export function egressConnection(
  access: Pick<EgressAccess, 'host' | 'port' | 'binary' | 'sha256' | 'address'>,
): EgressConnection | null {
  const host = parseHost(access.host);
  const binary = parseAccessedPath(access.binary);
  if (!host.ok || !binary.ok || !isPort(access.port)) return null;
  const literal = host.host.kind === 'address' ? host.host.address : null;
  const dialled = access.address === null ? null : parseAddress(access.address);
  if (dialled !== null && (!dialled.ok || (literal ?? dialled.address) !== dialled.address)) return null;
  const address = dialled === null ? literal : dialled.address;
  if (address === null) return null;
  const sha256 = /^[0-9a-f]{64}$/.test(access.sha256 ?? '') ? access.sha256! : '';
  const ipv4 = isIPv4(address) ? Number(BigInt.asUintN(32, address)) : NOT_IPV4;
  const connection = {
    host: hostValue(host.host),
    port: access.port,
    binary: binary.path,
    sha256,
    address,
    ipv4,
  };
  return connection as Omit<EgressConnection, typeof canonical> as EgressConnection;
}

/** Reads a request once. Null for what does not exist, or could be read as two things; it is denied. */
export function egressRequest(http: NonNullable<EgressAccess['http']>, at: number): EgressRequest | null {
  const method = methodIndex(http.method);
  const readings = urlPathReadings(http.path);
  if (method === null || !readings.ok || !Number.isSafeInteger(at)) return null;
  const parts = partsOf(http.operations);
  if (parts === null) return null;
  const lists = new Map<string, string>();
  for (const [key, value] of http.query) {
    const one = listValue([value]);
    if (one === null) return null;
    lists.set(key, (lists.get(key) ?? '') + one);
  }
  const { path, alternative } = readings;
  const request = { method, path, alternative, query: lists, parts, at };
  return request as Omit<EgressRequest, typeof canonical> as EgressRequest;
}
