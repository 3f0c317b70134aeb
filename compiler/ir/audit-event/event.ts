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
  /** A file of the log begins. */
  | { readonly kind: 'opened'; readonly tool: string }
  /** A policy came into force, at the start or in place of another. */
  | { readonly kind: 'policy'; readonly policy: LineDigest }
  | DecisionEvent
  /** What was let through by a decision has ended; this is when its bytes are known. */
  | {
      readonly kind: 'end';
      /** The sequence of the decision. */
      readonly decision: number;
      readonly sent: number;
      readonly received: number;
    }
  /** Somebody's signature over the chain up to the line before. */
  | { readonly kind: 'checkpoint'; readonly key: string; readonly signature: string }
  /** A file of the log ends in good order. A log without it was cut. */
  | { readonly kind: 'closed'; readonly why: 'rotated' | 'stopped' };

/** Why a verdict came out as it did; all but `granted` are denials, by the words of `Decision`. */
export const VERDICT_REASONS = [
  'granted',
  'denied',
  'not-included',
  'expired',
  'not-granted',
  'invalid-access',
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** Those of them behind which no entry of the blueprint stands. */
export const REASONS_WITHOUT_GRANT: readonly VerdictReason[] = ['not-granted', 'invalid-access'];

/** One access and what became of it. */
export interface DecisionEvent {
  readonly kind: 'decision';
  /** Digest of the policy that decided. */
  readonly policy: LineDigest;
  readonly access: Access;
  /** The verdict is `allow` for `granted` and `deny` for all others. */
  readonly why: VerdictReason;
  /** The entry that decided; null exactly for the reasons without one. */
  readonly grant: RecordedGrant | null;
  /** Who asked, as the host knows it; null where nobody could tell. */
  readonly process: { readonly pid: number; readonly binary: string } | null;
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
}
