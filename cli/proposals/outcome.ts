import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';

/** A step of a proposal that worked, or why it did not. */
export type Step<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

export function stop(...problems: readonly Diagnostic[]): {
  readonly ok: false;
  readonly problems: readonly Diagnostic[];
} {
  return { ok: false, problems };
}
