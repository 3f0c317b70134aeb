import type { KeyObject } from 'node:crypto';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import type { LastCheckpoint } from '../last-checkpoint.ts';

/** One file of a log, or a stream of it. */
export interface LogSource {
  readonly name: string;
  /** Sequence of the first line, where the name tells it; else null. */
  readonly first: number | null;
  /** The bytes from the beginning; null where they can be read only once and have been. May throw what the system says. */
  readonly open: () => Iterable<Uint8Array> | null;
}

/** What is demanded of a log beside that nobody changed it. */
export interface Demands {
  /** Only what this key signed counts as vouched for; null for the key that the log itself names. */
  readonly key: KeyObject | null;
  /** The last line that was signed, as it is known from outside of the log; null where it is not. */
  readonly last: LastCheckpoint | null;
}

/** Where a line stands. */
export interface LinePlace {
  readonly file: string;
  /** From 1, within the file. */
  readonly line: number;
  /** What the line has or, where it cannot be read, should have. */
  readonly sequence: number;
}

/**
 * What was done to a log, as far as the lines tell it:
 * `changed` a line is not what it was (a flipped bit is enough); `removed` lines are missing before it; `reordered` it stands
 * where another line should be, which comes later; `duplicated` it is there twice; `inserted` it was never a part of the chain;
 * `truncated` a file ends too early, and something outside of it tells so; `forged` its signature is not the key's; `unsigned`
 * more lines without a signature than there may be; `rewritten` it is not the line that was signed.
 */
export type DamageKind =
  | 'changed'
  | 'removed'
  | 'reordered'
  | 'duplicated'
  | 'inserted'
  | 'truncated'
  | 'forged'
  | 'unsigned'
  | 'rewritten';

/** The first place that is wrong. */
export interface Damage {
  readonly kind: DamageKind;
  readonly place: LinePlace;
  /** The lines that are concerned, first and last: those that are missing, or that stand elsewhere. Else null. */
  readonly lines: readonly [from: number, to: number] | null;
}

/** How a log ends: in good order, without a last word, or within a line that a crash cut off. */
export type LogEnd = 'closed' | 'open' | 'torn';

export interface Verification {
  readonly lines: number;
  readonly files: number;
  /** Sequences; null where there is no line. */
  readonly first: number | null;
  readonly last: number | null;
  readonly end: LogEnd;
  /** Bytes of a line that a crash cut off at the end. */
  readonly tornBytes: number;
  /** How many times the log went on after a crash. */
  readonly recoveries: number;
  /** Of lines that crashes cut off, and that are kept aside. */
  readonly recoveredBytes: number;
  /** The last line with a good signature, and who made it; null where nothing is vouched for. */
  readonly vouched: (LinePlace & { readonly key: LineDigest }) | null;
  readonly signatures: number;
  readonly damage: Damage | null;
}
