import type { Span } from '../source/span.ts';

/** Where a permission was written, in words that can be written down. */
export interface WrittenPlace {
  /** The file as the user named it, or `preset:npm`, `tier:restricted`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** How the file came in, outermost first, e.g. `['agent.yaml', 'tier:balanced', 'preset:npm']`. */
  readonly trail: readonly string[];
}

/** Where a permission was written. Kept apart from meaning: it never enters the digest. */
export class Origin implements WrittenPlace {
  /** The text itself, for findings that underline it. Never written out: `toJSON` leaves it behind. */
  readonly span: Span;
  readonly trail: readonly string[];

  constructor(span: Span, trail: readonly string[]) {
    this.span = span;
    this.trail = trail;
  }

  get file(): string {
    return this.span.source.path;
  }

  get line(): number {
    return this.span.source.positionAt(this.span.start).line;
  }

  get column(): number {
    return this.span.source.positionAt(this.span.start).column;
  }

  toJSON(): WrittenPlace {
    const { file, line, column, trail } = this;
    return { file, line, column, trail };
  }
}

/** Who answers for an exception, why and until when; the `grant:` of an entry. */
export interface Approval {
  readonly owner: string | null;
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly approvedBy: string | null;
  /** Milliseconds since 1970 UTC from which the permission no longer holds. */
  readonly expiresAt: number | null;
  readonly maxUses: number | null;
  readonly request: string | null;
}

/**
 * A permission's name for logs and reports, where it was written and who approved it. The gateway knows the place only as
 * it was written down (`Grant<WrittenPlace>`).
 */
export interface Grant<Place extends WrittenPlace = Origin> {
  /** Stable within a policy: `filesystem:/usr`, `egress:github#0`, `syscalls:profile`. */
  readonly id: string;
  readonly origin: Place;
  readonly approval: Approval | null;
}
