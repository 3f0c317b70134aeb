import type { Span } from '../source/span.ts';

export type Severity = 'error' | 'warning' | 'note';

export interface Related {
  readonly span: Span;
  readonly label: string;
}

/** One finding. Made only by `report` from a catalog entry, so that code and wording stay in one place. */
export interface Diagnostic {
  /** Stable number, e.g. `NC1103`. */
  readonly code: string;
  /** Stable kebab name, e.g. `yaml/duplicate-key`. */
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  /** Absent only for findings about no text at all (a host feature, a missing file). */
  readonly primary: Span | null;
  readonly related: readonly Related[];
  readonly help: string | null;
}
