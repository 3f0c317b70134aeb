import type { Access } from '../access.ts';

/** Raised when a line of an older version could be read as something that it does not say. */
export const AUDIT_VERSION = 1;

/** A longer line is no event, in bytes without its line break; what an agent asks for is cut before it is written. */
export const LONGEST_LINE = 65_536;

/** `sha256:` and 64 hexadecimal digits. */
export type LineDigest = `sha256:${string}`;

/** What the first line of a log names as the line before. */
export const NO_LINE: LineDigest = `sha256:${'0'.repeat(64)}`;

/**
 * One line of an audit log. Written as JSON in one spelling (`write.ts`), read strictly (`read.ts`); the published form is
 * `schemas/audit-event.schema.json`, and `docs/decisions/0012-audit-event.md` says why it is so.
 */
export interface AuditEvent {
  /** Counts from 0 within a log, over all of its files. */
  readonly sequence: number;
  /** SHA-256 of the bytes of the line before, without its line break. */
  readonly previous: LineDigest;
  /** Milliseconds since 1970 UTC. */
  readonly time: number;
  /** Name of the running agent. */
  readonly sandbox: string;
  readonly what: Happening;
}

export type Happening =
  | OpenedEvent
  /** A policy came into force, at the start or in place of another. */
  | {
      readonly kind: 'policy';
      readonly policy: LineDigest;
      /** The commit that the host has it from; null where nobody vouches for one. */
      readonly commit: string | null;
    }
  /** A new policy could not be loaded, and the one before stays in force. */
  | {
      readonly kind: 'kept';
      /** The policy in force; null where there is none, which means that nothing is granted. */
      readonly policy: LineDigest | null;
      readonly problem: string;
    }
  /** A person let a request through for a while, without a review; from here on the policy with it is in force. */
  | AllowedEvent
  | DecisionEvent
  /**
   * What was asked is no access at all, such as a request that two servers could read as two, or it would have sent a
   * credential to where that is not bound; it was refused.
   */
  | {
      readonly kind: 'malformed';
      readonly problem: string;
      /** The beginning of what was sent, as far as it helps to find who sent it; null where nothing does. */
      readonly asked: string | null;
      readonly process: AskingProcess | null;
    }
  /** What was let through by a decision has ended; this is when its bytes are known. */
  | {
      readonly kind: 'end';
      /** The sequence of the decision. */
      readonly decision: number;
      readonly sent: number;
      readonly received: number;
    }
  /** A signature over the chain up to and with this line. */
  | { readonly kind: 'checkpoint'; readonly signed: LineSignature }
  /** A file of the log ends in good order. A log without it was cut. */
  | {
      readonly kind: 'closed';
      readonly why: 'rotated' | 'stopped';
      /** Null where nobody signs the log. */
      readonly signed: LineSignature | null;
    };

/** What is let through for a while, by whom and why. */
export interface AllowedEvent {
  readonly kind: 'allowed';
  readonly request: string;
  /** As the system knows the user. */
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970 UTC from which it is refused again. */
  readonly until: number;
}

/** A file of the log begins. */
export interface OpenedEvent {
  readonly kind: 'opened';
  /** Version of the program that writes it. */
  readonly tool: string;
  /** Who signs the log from here on, and at least after how many lines each time; null where nobody does. */
  readonly signing: { readonly publicKey: string; readonly every: number } | null;
  /** What a crash left of a line that was never acknowledged: so many bytes, kept in a file of that name. Or null. */
  readonly recovered: { readonly bytes: number; readonly kept: string } | null;
}

/**
 * An Ed25519 signature over the line that it stands in, with an empty text in place of itself. As a line names the digest of
 * the one before, it vouches for all of them.
 */
export interface LineSignature {
  /** `sha256:` of the public key as SPKI DER. */
  readonly key: LineDigest;
  /** 64 bytes in base64; empty only in the text that is signed. */
  readonly signature: string;
}

/** Who asked, as the host knows it. */
export interface AskingProcess {
  readonly pid: number;
  readonly binary: string;
}

/**
 * Why a verdict came out as it did, by the words of `Decision`. `audited`: the entry does not grant it and lets it through all
 * the same, because it only audits. That and `granted` are allowed, all others denied.
 */
export const VERDICT_REASONS = [
  'granted',
  'audited',
  'denied',
  'not-included',
  'expired',
  'not-granted',
  'invalid-access',
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** Those of them behind which no entry of the blueprint stands. */
export const REASONS_WITHOUT_GRANT: readonly VerdictReason[] = ['not-granted', 'invalid-access'];

export function verdictOf(why: VerdictReason): 'allow' | 'deny' {
  return why === 'granted' || why === 'audited' ? 'allow' : 'deny';
}

/** One access and what became of it. */
export interface DecisionEvent {
  readonly kind: 'decision';
  /** Digest of the policy that decided. */
  readonly policy: LineDigest;
  /** The commit that the host has that policy from, in hexadecimal; null where nobody vouches for one. */
  readonly commit: string | null;
  readonly access: Access;
  /** The verdict follows from it, by `verdictOf`. */
  readonly why: VerdictReason;
  /** The entry that decided; null exactly for the reasons without one. */
  readonly grant: RecordedGrant | null;
  /** Who asked, as the host knows it; null where nobody could tell. */
  readonly process: AskingProcess | null;
  /** The pending request that a refusal made or joined; null where there is none. */
  readonly request: string | null;
  /** Names of the credentials that what was allowed carries, sorted; never their values. */
  readonly credentials: readonly string[];
}

/** A grant as it stood when it decided, so that the log can be read without the blueprint. */
export interface RecordedGrant {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly trail: readonly string[];
  readonly owner: string | null;
  readonly approvedBy: string | null;
  readonly ticket: string | null;
  /** The request that it was approved by. */
  readonly request: string | null;
}
