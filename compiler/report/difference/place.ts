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
 * The lines of the new side to show a cause beside: its own, or the first line of the policy where the cause is gone or
 * is in a shipped part. Null where the policy itself is gone.
 */
export function spanInNew(cause: Cause, comparison: Comparison): Span | null {
  const own =
    cause.policy === 'new' && !SHIPPED.test(cause.grant.origin.file) ? spanOf(cause, comparison) : null;
  return own ?? firstLine(comparison);
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
