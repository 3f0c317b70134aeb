import type { EgressAccess } from '../../compiler/ir/access.ts';
import type { DecisionEvent } from '../../compiler/ir/audit-event/event.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import type { Refused } from '../../runtime/approvals/requests/pending-requests.ts';
import { decisionOn, SOME_DIGEST } from './audit-log.ts';
import { blueprint, policyOf } from './policy.ts';

export const START = Date.UTC(2026, 0, 1);

/** An access of curl to a host, with a request where a path is given. */
export function accessTo(
  host: string,
  path: string | null = null,
  more: Partial<EgressAccess> = {},
): EgressAccess {
  return {
    facet: 'egress',
    host,
    port: 443,
    binary: '/usr/bin/curl',
    sha256: null,
    address: null,
    http: path === null ? null : { method: 'GET', path, query: [], operations: ALL },
    at: START,
    ...more,
  };
}

/** The refusal of an access by a policy without network. */
export function refusalTo(access: EgressAccess, more: Partial<Refused> = {}): Refused {
  return {
    access,
    why: 'not-granted',
    policy: SOME_DIGEST,
    pid: 4711,
    at: access.at,
    explain: () => ({
      because: `no entry of the blueprint names \`${access.host}\``,
      nearest: null,
      protocol: null,
    }),
    ...more,
  };
}

const NOTHING = policyOf(blueprint('filesystem_policy:\n  include_workdir: true\n'));

/** What a gateway without any grant writes down about an access. */
export function refusedEvent(access: EgressAccess): DecisionEvent {
  return decisionOn(NOTHING, access);
}
