import type { Cause, Severity } from '../../analysis/difference/change.ts';
import type { Severity as FindingSeverity } from '../../diagnostics/diagnostic.ts';
import { visible } from '../../diagnostics/render/visible.ts';
import type { Span } from '../../source/span.ts';
import type { Comparison } from './comparison.ts';
import { spanOf } from './groups.ts';

/** Where a cause stands, for people: `agent.yaml:4:7`, or the name of a part that has no text. */
export function placeWords(cause: Cause, comparison: Comparison): string {
  const { file, line, column } = cause.grant.origin;
  const span = spanOf(cause, comparison);
  return span === null ? visible(file) : `${visible(span.source.path)}:${line}:${column}`;
}

/** Parts that come with the package; no line of the repository is theirs. */
const SHIPPED = /^(?:preset|tier|profile):/;

/**
 * The lines of the new side to show a cause beside: its own; where it is in a shipped part or gone, those where the policy
 * names the part that it came in by; else the policy's first line. Null where the policy itself is gone.
 */
export function spanInNew(cause: Cause, comparison: Comparison): Span | null {
  const own =
    cause.policy === 'new' && !SHIPPED.test(cause.grant.origin.file) ? spanOf(cause, comparison) : null;
  return own ?? extensionOf(cause, comparison)?.span ?? firstLine(comparison);
}

/** The entry of the new side's `extends` that a cause came in by, as it is written; null for the policy's own entries. */
export function extensionOf(
  { grant: { origin } }: Cause,
  { next }: Comparison,
): { readonly name: string; readonly span: Span } | null {
  const name = origin.trail[1];
  const span = name === undefined ? undefined : next.extended.get(name.replace(/@[a-z-]+$/, ''));
  return name === undefined || span === undefined ? null : { name, span };
}

/** The first line of the new side; null where there is none. */
export function firstLine({ next: { text } }: Comparison): Span | null {
  return text && { source: text, start: 0, end: Math.max(1, text.lineText(1).length) };
}

/** How a severity of a change is called where findings have only three. */
export const FINDING_SEVERITY: Readonly<Record<Severity, FindingSeverity>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
