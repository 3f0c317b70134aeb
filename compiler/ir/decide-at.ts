import type { Access } from './access.ts';
import { decide } from './decide.ts';
import { type Decision, deniedBy } from './decision.ts';
import { endOf } from './limits.ts';
import type { Policy } from './policy.ts';

/**
 * What becomes of an access in a sandbox that is started at a time: `decide`, but for grants that have ended by then. Egress
 * has its own time in the access, and keeps to it.
 *
 * @param at milliseconds since 1970 UTC
 */
export function decideAt(policy: Policy, access: Access, at: number): Decision {
  const decision = decide(policy, access);
  if (access.facet === 'egress' || decision.verdict === 'deny' || at < endOf(decision.by)) return decision;
  const other = access.facet === 'syscalls' ? decide(withoutEndedCalls(policy, at), access) : null;
  return other?.verdict === 'allow' ? other : deniedBy(decision.by, 'expired');
}

/** Several rules may allow one call, and the one that is named need not be the last to end. Refusals stay. */
function withoutEndedCalls(policy: Policy, at: number): Policy {
  const { syscalls } = policy;
  const entries = syscalls.entries.filter(
    ({ rule, grant }) => rule.effect.kind === 'refuse' || at < endOf(grant),
  );
  return { ...policy, syscalls: { ...syscalls, entries } };
}
