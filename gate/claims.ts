import type { Cause } from '../compiler/analysis/difference/change.ts';
import { grantsOf } from '../compiler/ir/grants.ts';
import type { Grant } from '../compiler/ir/origin.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { Comparison } from '../compiler/report/difference/comparison.ts';

/**
 * Whom a changed blueprint newly names as approvers, each once. The audit log of each host copies the name into its decisions, so
 * it has to be true before it is merged. A name counts as new where the grant had another one or none before, and where the grant
 * lets the agent do what it could not do before.
 *
 * @param old null for a blueprint that is new
 */
export function approversClaimed(old: Policy | null, next: Policy, { difference }: Comparison): string[] {
  const known = new Set((old === null ? [] : allGrants(old)).map(claimOf));
  const widening = difference.changes.flatMap(({ direction, cause }) =>
    direction === 'widens' && isOfNew(cause) ? [cause.grant] : [],
  );
  const claims = [...allGrants(next).filter((grant) => !known.has(claimOf(grant))), ...widening];
  return [...new Set(claims.flatMap(({ approval }) => approval?.approvedBy?.split(/,\s*/) ?? []))];
}

function isOfNew({ policy }: Cause): boolean {
  return policy === 'new';
}

function claimOf({ id, approval }: Grant): string {
  return JSON.stringify([id, approval?.approvedBy ?? null]);
}

function allGrants(policy: Policy): readonly Grant[] {
  const { waivers, credentials } = policy;
  return [...grantsOf(policy), ...[...waivers, ...credentials].map(({ grant }) => grant)];
}
