import { FACETS } from '../../ir/facet.ts';
import type { Policy } from '../../ir/policy.ts';
import { type Change, SEVERITIES } from './change.ts';
import { egressDifference } from './egress/changes.ts';

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
  const changes = [...egress.changes].sort(bySeverity);
  return {
    verdict: verdictOf(changes, egress.known === 'unknown'),
    changes,
    isComplete: egress.known === 'whole',
    unknown: egress.known === 'unknown' ? `the patterns of \`${egress.intricate}\`` : null,
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

function bySeverity(left: Change, right: Change): number {
  return (
    compare(left.direction === 'widens' ? 0 : 1, right.direction === 'widens' ? 0 : 1) ||
    compare(SEVERITIES.indexOf(left.severity), SEVERITIES.indexOf(right.severity)) ||
    compare(facetRank(left), facetRank(right)) ||
    compare(left.cause.grant.id, right.cause.grant.id) ||
    compare(left.example, right.example)
  );
}

/** How well the policy is held stands before what it grants. */
function facetRank({ facet }: Change): number {
  return facet === 'enforcement' ? -1 : FACETS.indexOf(facet);
}

function compare<T extends number | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
