import type { Plain } from '../../compiler/edit/document-text.ts';
import type { InnerProtocol } from '../../compiler/ir/egress.ts';

/** One rule of an entry, in the keys of a blueprint. */
export type EntryRule = Readonly<Record<string, string | boolean | readonly string[]>>;

/** One endpoint of an entry. */
export interface EntryEndpoint {
  readonly host: string;
  readonly ports: readonly (number | string)[];
  readonly protocol: 'http' | 'tcp' | InnerProtocol;
  /** Addresses that are not public, which the name stood for; empty for public ones. */
  readonly addresses: readonly string[];
  /** Null for a stream that nobody looks into. */
  readonly rules: readonly EntryRule[] | null;
}

/** What becomes one network policy of the blueprint: one program, or any, and endpoints of one host. */
export interface Entry {
  readonly key: string;
  /** Null for any program. */
  readonly binary: string | null;
  readonly endpoints: readonly EntryEndpoint[];
  /** Ids of the requests that it answers, in their order; at least one. */
  readonly requests: readonly string[];
}

/** Who answers for an entry, why and until when. */
export interface EntryGrant {
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | null;
  /** Who is to approve it; what the reviews say is for the gate to hold against it. */
  readonly approver: string | null;
  /** As the blueprint has it: a day or a time. */
  readonly expires: string;
  readonly audit: readonly string[];
}

/** The network policy as a blueprint has it. */
export function entryPlain({ binary, endpoints, requests }: Entry, grant: EntryGrant | null): Plain {
  return {
    endpoints: endpoints.map(endpointPlain),
    ...(binary === null ? {} : { binaries: [binary] }),
    ...(grant === null ? {} : { grant: grantPlain(requests, grant) }),
  };
}

function endpointPlain({ host, ports, protocol, addresses, rules }: EntryEndpoint): Plain {
  const [port, another] = ports;
  return {
    host,
    ...(another === undefined ? { port: port! } : { ports }),
    protocol,
    ...(rules === null ? {} : { rules: rules.map((allow) => ({ allow })) }),
    ...(addresses.length === 0 ? {} : { allowed_ips: addresses }),
  };
}

function grantPlain(requests: readonly string[], grant: EntryGrant): Plain {
  const { owner, reason, ticket, approver, expires, audit } = grant;
  return {
    owner,
    reason,
    ...(ticket === null ? {} : { ticket }),
    ...(approver === null ? {} : { approved_by: approver }),
    expires,
    request: requests.join(', '),
    ...(audit.length === 0 ? {} : { audit: audit.join(', ') }),
  };
}
