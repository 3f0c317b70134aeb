import { grantExpired } from '../diagnostics/catalog/grant.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import type { Grant } from './origin.ts';
import type { Policy } from './policy.ts';

/**
 * Grants that have ended and still stand in the policy. Nothing is started with one: leaving its entry out could widen
 * another. Egress is not looked at, because there the time of each access decides.
 *
 * @param now milliseconds since 1970 UTC
 */
export function endedGrants(policy: Policy, now: number): readonly Diagnostic[] {
  return grantsInForce(policy).flatMap(({ id, origin, approval }) => {
    const expiresAt = approval?.expiresAt ?? null;
    if (expiresAt === null || now < expiresAt) return [];
    return [diagnose(grantExpired, origin.span, { id, ended: new Date(expiresAt).toISOString() })];
  });
}

function grantsInForce(policy: Policy): readonly Grant[] {
  const { filesystem, syscalls, process, inference, resources, waivers } = policy;
  const holders = [
    ...filesystem.entries,
    ...syscalls.entries,
    ...process.environment,
    ...inference.routes,
    ...resources.limits,
    ...waivers,
  ];
  return [...new Set(holders.map(({ grant }) => grant))];
}
