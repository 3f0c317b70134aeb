import { FACETS } from '../../ir/facet.ts';
import { type Change, type ChangedFacet, SEVERITIES } from './change.ts';

const FACET_ORDER: readonly ChangedFacet[] = [...FACETS, 'enforcement'];

/** Worst first, then by facet, then by what they say: the same changes stand in the same order whoever found them. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const keyed = changes.map((change) => ({ change, text: textOf(change) }));
  keyed.sort(
    (a, b) =>
      SEVERITIES.indexOf(a.change.severity) - SEVERITIES.indexOf(b.change.severity) ||
      FACET_ORDER.indexOf(a.change.facet) - FACET_ORDER.indexOf(b.change.facet) ||
      compareTexts(a.text, b.text),
  );
  return keyed.map(({ change }) => change);
}

function textOf({ direction, classes, example, sides, cause }: Change): string {
  const origin = cause.grant.origin;
  return JSON.stringify([example, classes, sides, direction, cause.kind, cause.grant.id, origin.file]);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
