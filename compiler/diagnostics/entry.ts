import type { Span } from '../source/span.ts';
import type { Diagnostic, Related, Severity } from './diagnostic.ts';

/** One kind of finding. `P` are the values that its message quotes. */
export interface CatalogEntry<P> {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** Lower case start, no full stop, the user's words in backticks, none of our type names. */
  readonly message: (parameters: P) => string;
  readonly help: ((parameters: P) => string | null) | null;
  /** The long text of `nemoclaw explain`: why it is so and what to do. Plain sentences. */
  readonly explanation: string;
}

export function entry<P>(
  code: string,
  name: string,
  severity: Severity,
  text: {
    message: (parameters: P) => string;
    help?: (parameters: P) => string | null;
    explanation: string;
  },
): CatalogEntry<P> {
  return {
    code,
    name,
    severity,
    message: text.message,
    help: text.help ?? null,
    explanation: text.explanation,
  };
}

/** Turns a catalog entry into a diagnostic at a place. */
export function diagnose<P>(
  kind: CatalogEntry<P>,
  primary: Span | null,
  parameters: P,
  related: readonly Related[] = [],
): Diagnostic {
  return {
    code: kind.code,
    name: kind.name,
    severity: kind.severity,
    message: kind.message(parameters),
    primary,
    related,
    help: kind.help ? kind.help(parameters) : null,
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
