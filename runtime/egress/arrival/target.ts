import { isIPv4, printAddress } from '../../../compiler/domain/address.ts';
import { parseHost } from '../../../compiler/domain/host.ts';

/** Where a client wants to go. */
export interface Target {
  /** A name in lower case, or an address, in its one spelling. */
  readonly host: string;
  readonly port: number;
}

/** A target, or why the text is none; the problem continues "what was asked cannot be one destination: ...". */
export type ReadTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads `host:port` of a CONNECT (RFC 9110 section 9.3.6). Refused is every spelling that two programs could read as two
 * hosts: names with a final dot or with characters beyond ASCII, odd IPv4 numbers, zones, IPv4 within IPv6.
 */
export function readAuthority(text: string): ReadTarget {
  const parts = /^(?<host>\[[^\]]*\]|[^:]*):(?<port>[1-9][0-9]{0,4})$/.exec(text)?.groups;
  if (parts === undefined) return refused('it is not `host:port`');
  const port = Number(parts.port);
  if (port > 65_535) return refused('there is no such port');
  return readHostText(parts.host!, port);
}

/** @param host an IPv6 address in brackets, or a name or IPv4 address without */
export function readHostText(host: string, port: number): ReadTarget {
  if (!/^[\x21-\x7e]*$/.test(host)) return refused('the host has a character that is no plain ASCII');
  if (host.endsWith('.')) return refused('the host ends with a dot');
  const parsed = parseHost(host);
  if (!parsed.ok) return refused(`the host is none (${parsed.problem})`);
  if (parsed.host.kind === 'name') return { ok: true, target: { host: parsed.host.name, port } };
  // IPv4 is read in one spelling only.
  if (!host.includes(':')) return { ok: true, target: { host, port } };
  const { address } = parsed.host;
  if (isIPv4(address)) return refused('the host is an IPv4 address written as IPv6');
  return { ok: true, target: { host: printAddress(address), port } };
}

/** A target as it stands in texts: IPv6 addresses in brackets. */
export function printTarget({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function refused(problem: string): ReadTarget {
  return { ok: false, problem };
}
