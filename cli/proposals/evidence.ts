import { proposalWithoutLog } from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { parseAddress } from '../../compiler/domain/address.ts';
import { specialRangesOf } from '../../compiler/domain/special-addresses.ts';
import type { EgressAccess } from '../../compiler/ir/access.ts';
import type { LineDigest } from '../../compiler/ir/audit-event/event.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import type { PendingRequest } from '../../runtime/approvals/requests/request.ts';
import { logFilesIn } from '../../runtime/audit/file-names.ts';
import { eventsOfFile } from '../../runtime/audit/read/file-events.ts';

/** What the audit log tells of a request. */
export interface Evidence {
  readonly request: PendingRequest;
  /** Each that differs in what a blueprint can tell apart; at least one. */
  readonly accesses: readonly EgressAccess[];
  /** Digest of the line that the request names; null where the gateway has not named one. */
  readonly line: LineDigest | null;
}

/** What one request can ask for in different ways inside, at most; a program that tries more is looked at by a person. */
const MOST_ACCESSES = 50;

/**
 * Reads what the log of a sandbox tells of its requests. The line that a request names has to be there, as it was. Throws the
 * file system's own errors.
 *
 * @param folder the audit log of the sandbox
 */
export function evidenceFor(
  requests: readonly PendingRequest[],
  folder: string,
  now: number,
): { readonly evidence: readonly Evidence[]; readonly problems: readonly Diagnostic[] } {
  const accesses = new Map(requests.map(({ id }) => [id, new Map<string, EgressAccess>()]));
  const lines = new Map(
    requests.map(({ id, audit }) => [id, audit === null ? null : (null as LineDigest | null)]),
  );
  const named = new Map(
    requests.flatMap(({ id, audit }) => (audit === null ? [] : [[audit.sequence, id] as const])),
  );
  for (const { path } of logFilesIn(folder)) {
    for (const { event, digest } of eventsOfFile(path)) {
      const { what, sequence } = event;
      if (what.kind !== 'decision' || what.access.facet !== 'egress' || what.request === null) continue;
      if (named.get(sequence) === what.request) lines.set(what.request, digest);
      const known = accesses.get(what.request);
      if (known === undefined || known.size >= MOST_ACCESSES) continue;
      const access = plainAccess(what.access, now);
      known.set(JSON.stringify(access), access);
    }
  }
  return {
    evidence: requests.map((request) => ({
      request,
      accesses: accessesOf(request, accesses.get(request.id)!, now),
      line: lines.get(request.id) ?? null,
    })),
    problems: requests.flatMap((request) => problemOf(request, lines.get(request.id) ?? null)),
  };
}

function problemOf({ id, audit }: PendingRequest, found: LineDigest | null): Diagnostic[] {
  if (audit === null || found === audit.digest) return [];
  const problem =
    found === null
      ? `line ${audit.sequence}, which it names, does not tell of it`
      : `line ${audit.sequence} has another digest than it names`;
  return [diagnose(proposalWithoutLog, null, { request: id, problem })];
}

/** Without what changes from one access to the next: time, query, and addresses of public names are no part of an entry. */
function plainAccess(access: EgressAccess, now: number): EgressAccess {
  const { http } = access;
  const address = isSpecial(access.address) ? access.address : null;
  return { ...access, at: now, address, sha256: null, http: http === null ? null : { ...http, query: [] } };
}

function isSpecial(text: string | null): boolean {
  const parsed = text === null ? null : parseAddress(text);
  return parsed?.ok === true && specialRangesOf(parsed.address).length > 0;
}

function accessesOf(
  request: PendingRequest,
  logged: ReadonlyMap<string, EgressAccess>,
  now: number,
): EgressAccess[] {
  const { asked } = request;
  const same = [...logged.values()].filter(
    ({ port, http }) => port === asked.port && (http === null) === (asked.http === null),
  );
  if (same.length > 0) {
    // Host, program, method and path in the one spelling that the request has.
    return same.map((access) => ({
      ...access,
      host: asked.host,
      binary: asked.binary,
      http: access.http === null ? null : { ...access.http, ...asked.http! },
    }));
  }
  const http = asked.http === null ? null : { ...asked.http, query: [], operations: ALL };
  return [{ facet: 'egress', ...asked, http, sha256: null, address: null, at: now }];
}
