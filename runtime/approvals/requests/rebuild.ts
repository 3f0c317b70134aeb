import type { AuditEvent, LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import type { PendingRequests } from './pending-requests.ts';
import { isAskable } from './request.ts';

/** An event with the digest of its line. */
export interface LoggedEvent {
  readonly event: AuditEvent;
  readonly digest: LineDigest;
}

/**
 * Counts what the audit log tells of and the requests do not know yet, so that none is lost in a crash: the log is the
 * truth. Of an empty store it makes all requests anew, but for the words of why, which only the policy could say.
 *
 * @param events of the log of this sandbox, in order; a part of it does as well
 * @returns how many refusals were counted
 */
export function rebuild(requests: PendingRequests, events: Iterable<LoggedEvent>): number {
  let counted = 0;
  for (const { event, digest } of events) {
    const { what, sequence, time: at } = event;
    if (what.kind !== 'decision' || what.access.facet !== 'egress' || !isAskable(what.why)) continue;
    const { access, why, policy, grant } = what;
    if (event.sandbox !== requests.sandbox || requests.hasCounted(access, sequence)) continue;
    const nearest =
      grant === null ? null : { id: grant.id, file: grant.file, line: grant.line, column: grant.column };
    const joined = requests.refused({
      access,
      why,
      policy,
      pid: what.process?.pid ?? null,
      at,
      explain: () => ({ because: null, nearest, protocol: null }),
    });
    requests.written(joined?.id ?? null, { sequence, digest });
    counted += 1;
  }
  return counted;
}
