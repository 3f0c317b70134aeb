import { type Glob, globMatches } from '../../../compiler/domain/glob.ts';
import { type HostPattern, hostMatches, parseHost } from '../../../compiler/domain/host.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { type AuditEvent, verdictOf } from '../../../compiler/ir/audit-event/event.ts';

/** Which events are wanted; null where something does not matter. */
export interface EventFilter {
  /** Milliseconds since 1970 UTC; the first is included, the second is not. */
  readonly since: number | null;
  readonly until: number | null;
  readonly sandbox: string | null;
  /** These can be asked of decisions only, so with one of them there is nothing but decisions. */
  readonly verdict: 'allow' | 'deny' | null;
  /** Id of the entry that decided. */
  readonly grant: string | null;
  readonly host: HostPattern | null;
  readonly binary: Glob | null;
  readonly method: string | null;
}

export const EVERYTHING: EventFilter = {
  since: null,
  until: null,
  sandbox: null,
  verdict: null,
  grant: null,
  host: null,
  binary: null,
  method: null,
};

export function isWanted({ time, sandbox, what }: AuditEvent, filter: EventFilter): boolean {
  if (filter.since !== null && time < filter.since) return false;
  if (filter.until !== null && time >= filter.until) return false;
  if (filter.sandbox !== null && sandbox !== filter.sandbox) return false;
  const { verdict, grant, host, binary, method } = filter;
  if (verdict === null && grant === null && host === null && binary === null && method === null) return true;
  if (what.kind !== 'decision') return false;
  if (verdict !== null && verdictOf(what.why) !== verdict) return false;
  if (grant !== null && what.grant?.id !== grant) return false;
  const egress = what.access.facet === 'egress' ? what.access : null;
  if (host !== null && !isAt(egress, host)) return false;
  if (binary !== null && !globMatches(binary, what.process?.binary ?? egress?.binary ?? '')) return false;
  return method === null || egress?.http?.method === method;
}

function isAt(egress: EgressAccess | null, pattern: HostPattern): boolean {
  const parsed = egress === null ? null : parseHost(egress.host);
  return parsed?.ok === true && hostMatches(pattern, parsed.host);
}
