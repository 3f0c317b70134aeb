import type { Span } from '../source/span.ts';

/** Where a permission was written. Kept apart from meaning: it never enters the digest. */
export class Origin {
  /** The text itself, for findings that underline it. Never written out: `toJSON` leaves it behind. */
  readonly span: Span;
  /** How the file came in, outermost first, e.g. `['agent.yaml', 'tier:balanced', 'preset:npm']`. */
  readonly trail: readonly string[];

  constructor(span: Span, trail: readonly string[]) {
    this.span = span;
    this.trail = trail;
  }

  /** The file as the user named it, or `preset:npm`, `tier:restricted`. */
  get file(): string {
    return this.span.source.path;
  }

  get line(): number {
    return this.span.source.positionAt(this.span.start).line;
  }

  get column(): number {
    return this.span.source.positionAt(this.span.start).column;
  }

  toJSON(): { file: string; line: number; column: number; trail: readonly string[] } {
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

/** A permission's name for logs and reports, where it was written and who approved it. */
export interface Grant {
  /** Stable within a policy: `filesystem:/usr`, `egress:github#0`, `syscalls:profile`. */
  readonly id: string;
  readonly origin: Origin;
  readonly approval: Approval | null;
}
