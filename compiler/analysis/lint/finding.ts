import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Span } from '../../source/span.ts';

/** One change of a text, said by its place: what stands there goes, or is written otherwise. */
export type TextChange =
  /** The innermost list item around the place. */
  | { readonly kind: 'remove'; readonly span: Span }
  /** The text at the place gets another value. */
  | { readonly kind: 'replace'; readonly span: Span; readonly value: string };

/** A change that is certain. It is applied only if what comes out means exactly what `intended` says. */
export interface Fix {
  /** What it does, to be followed by nothing: `remove the entry`. */
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** The policy that must come out, from the one before. Null: the same meaning, so the same digest. */
  readonly intended: ((policy: Policy) => Policy) | null;
}

/** Something dubious in a valid blueprint. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  /** Null where a person has to decide. */
  readonly fix: Fix | null;
}

/**
 * @param more.doubt why the fix is not certain, to follow `as`; the finding then has none, and its help says this
 */
export function finding<P>(
  kind: CatalogEntry<P>,
  place: Span,
  parameters: P,
  more: { readonly related?: readonly Related[]; readonly fix?: Fix; readonly doubt?: string | null } = {},
): Finding {
  const diagnostic = diagnose(kind, place, parameters, more.related ?? []);
  const { fix = null, doubt = null } = more;
  if (doubt === null) return { diagnostic, fix };
  const left = `\`--fix\` leaves it, as ${doubt}`;
  return { diagnostic: { ...diagnostic, help: [diagnostic.help ?? [], left].flat().join('; ') }, fix: null };
}

/** Takes an entry out that has no effect. */
export function removal(span: Span): Fix {
  return { title: 'remove the entry', changes: [{ kind: 'remove', span }], intended: null };
}
