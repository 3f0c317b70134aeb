import type { Proof } from '../../analysis/guardrails/proof.ts';
import type { FacetVerdict } from './coverage.ts';
import type { StatementState } from './statements.ts';

/** How renderings say the state of a statement or a control. */
export const STATE_WORDS: Readonly<Record<StatementState, string>> = {
  holds: 'holds',
  partly: 'in part',
  fails: 'does not hold',
};

export const OUTCOME_WORDS: Readonly<Record<Proof['outcome'], string>> = {
  proved: 'kept',
  broken: 'broken',
  inconclusive: 'not proved',
};

/** How well a target enforces a facet; a gap is said to be accepted where it is. */
export function coverageWord({ kind, accepted }: FacetVerdict): string {
  if (kind === 'exact') return 'exact';
  if (kind === 'stricter') return 'stricter';
  return `${kind === 'none' ? 'nothing' : 'looser'}${accepted ? ', accepted' : ''}`;
}

export const NOBODY = 'nobody is named';
export const NO_END = 'no end';

/** What a document like this cannot say, whatever stands in it. */
export const LIMITS =
  'This document says what the blueprint means and how each target would enforce it. It does not say that the blueprint was ' +
  'applied, or what the agent did.';
