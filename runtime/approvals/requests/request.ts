import type { LineDigest, VerdictReason } from '../../../compiler/ir/audit-event/event.ts';
import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';

/** Why a request came to be: a refusal that a person could turn into a grant. An access that cannot exist is none. */
export const ASKABLE_REASONS = [
  'denied',
  'not-included',
  'expired',
  'not-granted',
] as const satisfies readonly VerdictReason[];
export type AskableReason = (typeof ASKABLE_REASONS)[number];

export function isAskable(why: VerdictReason): why is AskableReason {
  return (ASKABLE_REASONS as readonly VerdictReason[]).includes(why);
}

/**
 * What was asked for, exactly: one host, one port, one executable, and for HTTP one method and one path with what is asked for
 * inside, as `recordedEgress` writes it down. The query is left out, because its values change from one request to the next and may be secrets.
 */
export interface AskedAccess {
  readonly host: string;
  readonly port: number;
  /** Absolute path of the calling executable. */
  readonly binary: string;
  /** Null for a stream that nobody looks into. */
  readonly http: {
    readonly method: string;
    readonly path: string;
    /** What it asked for inside; `all` where nobody has read it. Another call, field or message is another request. */
    readonly operations: Operations;
  } | null;
}

/** By which what a request asks for inside can be granted. */
export const ASKED_PROTOCOLS = [
  'websocket',
  'json-rpc',
  'mcp',
  'graphql',
] as const satisfies readonly InnerProtocol[];

/** The entry that came nearest, and where it is written. */
export interface NearestEntry {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A line of the audit log. */
export interface AuditLine {
  readonly sequence: number;
  readonly digest: LineDigest;
}

/** A refused access that waits for a person. Every further refusal of the same access joins it. */
export interface PendingRequest {
  /** See `requestId`. */
  readonly id: string;
  readonly sandbox: string;
  readonly asked: AskedAccess;
  /** Milliseconds since 1970 UTC of the first and of the latest refusal. */
  readonly first: number;
  readonly last: number;
  /** How many refusals; at least 1. */
  readonly count: number;
  /** Of the first refusal, as all that follows. */
  readonly why: AskableReason;
  /** The same in one phrase; null where only the log could be asked. */
  readonly because: string | null;
  readonly nearest: NearestEntry | null;
  /**
   * By which protocol it is to be granted, because a grant as plain HTTP would open all that can be asked for inside: that of
   * the nearest entry, or of what was asked for. Null for plain HTTP and for streams.
   */
  readonly protocol: InnerProtocol | null;
  /** Digest of the policy that refused. */
  readonly policy: LineDigest;
  /** Process id outside of the sandbox; null where nobody could tell. */
  readonly pid: number | null;
  /** Where the log tells of it; null until it was written. */
  readonly audit: AuditLine | null;
  /** Sequence of the latest line of the log that is counted here; null until one is. */
  readonly counted: number | null;
}

/** What a person said to a request. Who, as the system knows the user; when in milliseconds since 1970 UTC. */
export type Answer =
  | { readonly kind: 'denied'; readonly by: string; readonly at: number; readonly reason: string }
  /** Somebody asked for it where blueprints are reviewed: the address of a pull request, or the name of a branch. */
  | { readonly kind: 'proposed'; readonly by: string; readonly at: number; readonly where: string }
  /** Let through for a while, without a review. */
  | {
      readonly kind: 'allowed';
      readonly by: string;
      readonly at: number;
      readonly reason: string;
      /** Milliseconds since 1970 UTC from which it is refused again. */
      readonly until: number;
    };

export type RequestState = 'pending' | Answer['kind'];

/** What a request is at a moment: what was let through for a while waits for a person again when that is over. */
export function stateOf(answer: Answer | null, now: number): RequestState {
  if (answer === null) return 'pending';
  return answer.kind === 'allowed' && now >= answer.until ? 'pending' : answer.kind;
}

/** Refusals for which there was no room among the requests. They are in the audit log all the same. */
export interface Overflow {
  readonly count: number;
  /** Milliseconds since 1970 UTC of the first and of the latest. */
  readonly first: number;
  readonly last: number;
  /** Sequence of the latest line of the log that is counted here; null until one is. */
  readonly counted: number | null;
}

export const LONGEST_BECAUSE = 1024;
export const LONGEST_REASON = 1024;
export const LONGEST_WHERE = 2048;
