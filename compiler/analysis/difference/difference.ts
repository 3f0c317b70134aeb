import type { Policy } from '../../ir/policy.ts';
import type { Change } from './change.ts';
import { egressDifference } from './egress/changes.ts';
import { facetChanges } from './facets.ts';
import { inOrder } from './order.ts';

/**
 * `equal`: every access gets the same answer. `narrows`, `widens`: only the one. `inconclusive`: patterns are too
 * intricate to compare and nothing new was met; treat it as if it widened.
 */
export const VERDICTS = ['equal', 'narrows', 'widens', 'both', 'inconclusive'] as const;
export type DifferenceVerdict = (typeof VERDICTS)[number];

/** What a change of policy means: everything that is allowed now and was not, and the other way round. */
export interface Difference {
  readonly verdict: DifferenceVerdict;
  /** Worst first; what widens before what narrows. */
  readonly changes: readonly Change[];
  /** False when there is more than `changes` lists; the verdict is right all the same. */
  readonly isComplete: boolean;
  /** What could not be compared, in words; null when everything could. */
  readonly unknown: string | null;
}

/**
 * The exact difference of meaning between two policies. Names, owners and reasons are no meaning.
 *
 * @param budget for the network facet, in states; see `DEFAULT_BUDGET`
 */
export function difference(old: Policy, next: Policy, budget?: number): Difference {
  const egress = egressDifference(old.egress, next.egress, budget);
  const others = facetChanges(old, next);
  const unknown = [
    ...(egress.known === 'unknown' ? [`the patterns of \`${egress.intricate}\``] : []),
    ...others.undecided.map((name) => `the conditions on \`${name}\``),
  ];
  return differenceOf(
    [...egress.changes, ...others.changes],
    egress.known === 'whole' && unknown.length === 0,
    unknown.length === 0 ? null : unknown.join(' and '),
  );
}

/** A difference of these changes, in whatever order they were found. */
export function differenceOf(
  found: readonly Change[],
  isComplete: boolean,
  unknown: string | null,
): Difference {
  const changes = inOrder(found);
  return {
    verdict: verdictOf(changes, unknown !== null),
    changes: ['widens', 'narrows'].flatMap((one) => changes.filter(({ direction }) => direction === one)),
    isComplete,
    unknown,
  };
}

/** An unknown rest never makes a change look like a narrowing. */
function verdictOf(changes: readonly Change[], isUnknown: boolean): DifferenceVerdict {
  const widens = changes.some(({ direction }) => direction === 'widens');
  const narrows = changes.some(({ direction }) => direction === 'narrows');
  if (widens) return narrows ? 'both' : 'widens';
  if (isUnknown) return 'inconclusive';
  return narrows ? 'narrows' : 'equal';
}
