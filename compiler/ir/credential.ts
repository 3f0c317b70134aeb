import { parseHost, printHost } from '../domain/host.ts';
import type { Access } from './access.ts';
import { endOf } from './limits.ts';
import type { Grant, Origin, WrittenPlace } from './origin.ts';

/** Where a credential's value is read, outside of the sandbox. Never the value. */
export type CredentialSource =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

/** One place that a credential may be sent to: a header field of requests to one host and port. */
export interface CredentialBinding {
  /** Exactly one host, in its one spelling. */
  readonly host: string;
  readonly port: number;
  /** Name of the header field, in lower case. */
  readonly header: string;
  /** Whether also requests may carry it that are not encrypted. */
  readonly plainHttp: boolean;
}

/** What the gateway needs to know of a credential: to whom it may be sent. Its value it gets otherwise. */
export interface CredentialUse<Place extends WrittenPlace = Origin> {
  readonly name: string;
  /** Sorted by host, port and header; at least one. */
  readonly bindings: readonly CredentialBinding[];
  /** Its end is the end of every binding. */
  readonly grant: Grant<Place>;
}

/**
 * A secret that the agent uses without seeing it: inside there is a placeholder, in whose place the gateway puts the secret
 * on the way to where it is bound.
 */
export interface BoundCredential extends CredentialUse {
  readonly source: CredentialSource;
  /** The variable inside that holds the placeholder. */
  readonly variable: string;
  /** Whether the agent is started where there is no value. */
  readonly isOptional: boolean;
}

/** One way in which a request may carry a credential. */
export interface UsableCredential {
  readonly name: string;
  /** The variable inside that holds the placeholder. */
  readonly variable: string;
  /** The header field, in lower case. */
  readonly header: string;
  /** Whether a request that is not encrypted may carry it, too. */
  readonly plainHttp: boolean;
}

/**
 * The credentials that an allowed access may carry: requests to where they are bound, before they end. A stream that nobody
 * looks into carries none.
 *
 * @param at milliseconds since 1970 UTC
 */
export function credentialsFor(
  { credentials }: { readonly credentials: readonly BoundCredential[] },
  access: Access,
  at: number,
): readonly UsableCredential[] {
  if (access.facet !== 'egress' || access.http === null) return [];
  const { port } = access;
  const parsed = parseHost(access.host);
  const host = parsed.ok ? printHost(parsed.host) : access.host;
  return credentials
    .filter(({ grant }) => at < endOf(grant))
    .flatMap(({ name, variable, bindings }) =>
      bindings
        .filter((binding) => binding.host === host && binding.port === port)
        .map(({ header, plainHttp }) => ({ name, variable, header, plainHttp })),
    );
}
