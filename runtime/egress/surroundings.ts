import type { Duplex } from 'node:stream';
import type { EgressAccess } from '../../compiler/ir/access.ts';
import type { Happening, LineDigest } from '../../compiler/ir/audit-event/event.ts';
import type { Decision } from '../../compiler/ir/decision.ts';
import type { EgressEntry } from '../../compiler/ir/egress.ts';
import type { WrittenPlace } from '../../compiler/ir/origin.ts';
import type { Caller } from './caller.ts';
import type { HeldCredential } from './credentials/held.ts';
import type { Refusal } from './refusal.ts';

/** What the gateway writes down; the rest a log says itself. */
export type Noted = Exclude<Happening, { readonly kind: 'opened' | 'checkpoint' | 'closed' }>;

/** An event that stands in the log. */
export interface Written {
  readonly sequence: number;
  readonly digest: LineDigest;
  /** Resolves when it is durable. */
  readonly durable: Promise<void>;
}

/** Where everything is written down that happens. */
export interface Journal {
  /** Throws when it cannot be written down; then, and when `durable` rejects, what it tells of must not happen. */
  append(what: Noted): Written;
  /** Writes down what has happened already, without waiting. False when it is not written. */
  note(what: Noted): boolean;
}

export type Scheme = 'http' | 'https';

/** A denial, and what is needed to say why and to ask for a grant. */
export interface Refused {
  readonly access: EgressAccess;
  readonly decision: Extract<Decision<WrittenPlace>, { readonly verdict: 'deny' }>;
  /** Those that speak of the host. */
  readonly entries: readonly EgressEntry<WrittenPlace>[];
  readonly policy: LineDigest;
  readonly caller: Caller;
  /** How a request was to be sent; null for a stream. */
  readonly scheme: Scheme | null;
}

/** All that a gateway uses of the world outside it. */
export interface Surroundings {
  readonly journal: Journal;
  /** What the program is told, and the request that it made or joined. Called for each denial, before it is written down. */
  readonly refuse: (refused: Refused) => Refusal;
  /** Told when the refusal that made or joined a request is durable. */
  readonly requested: (request: string | null, line: { sequence: number; digest: LineDigest }) => void;
  /** The access as it is written down: without what looks like a secret, and bounded. */
  readonly recorded: (access: EgressAccess) => EgressAccess;
  /** Lower-case hex of the executable that calls, or null. */
  readonly digestOf: (caller: Caller) => Promise<string | null>;
  /**
   * Opens TLS over a connection and verifies that the server is the host.
   *
   * @throws Error with a `code` when it is not
   */
  readonly secure: (
    raw: Duplex,
    host: string,
    port: number,
    protocols: readonly string[],
  ) => Promise<{ readonly stream: Duplex; readonly protocol: string | null }>;
  /** The credentials of whoever started the sandbox, for which placeholders stand inside. */
  readonly credentials: readonly HeldCredential[];
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}
