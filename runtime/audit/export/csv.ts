import type { Access } from '../../../compiler/ir/access.ts';
import { accessForm } from '../../../compiler/ir/audit-event/access-form.ts';
import { type AuditEvent, verdictOf } from '../../../compiler/ir/audit-event/event.ts';

type Cell = string | number | null;

/** What a program that opens a table reads as a formula (OWASP, CSV Injection), also behind spaces. */
const FORMULA = /^[\s\0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/**
 * What ends a line, acts on a terminal, or parts cells where numbers have a decimal comma: programs name files and paths as they
 * like, and what they name must not look like a row or a cell of its own.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp};]/gu;
const NEEDS_QUOTES = /[",]/;

const COLUMNS = [
  ...['time', 'sandbox', 'sequence', 'event', 'verdict', 'why', 'facet', 'host', 'port', 'address', 'method'],
  ...['path', 'query', 'access', 'binary', 'pid', 'grant', 'origin', 'owner', 'approved_by', 'ticket'],
  ...['request', 'policy', 'commit', 'decision', 'sent', 'received', 'detail'],
] as const;
type Column = (typeof COLUMNS)[number];
type Row = Partial<Record<Column, Cell>>;

/** The names of the columns, as the first line (RFC 4180). */
export function csvHead(): string {
  return lineOf([...COLUMNS]);
}

/** One event as one line. Cells that a table program would take for a formula begin with a `'`, and controls and `;` are `\u{a}`. */
export function csvLine(event: AuditEvent): string {
  const { time, sandbox, sequence, what } = event;
  const common = { time: new Date(time).toISOString(), sandbox, sequence, event: what.kind };
  const row: Row = { ...common, ...rowOf(event) };
  return lineOf(COLUMNS.map((name) => row[name] ?? null));
}

function rowOf({ what }: AuditEvent): Row {
  switch (what.kind) {
    case 'decision': {
      const { access, why, grant, process, policy, commit, request, credentials } = what;
      const by = grant && { grant: grant.id, origin: `${grant.file}:${grant.line}:${grant.column}` };
      const people = grant && { owner: grant.owner, approved_by: grant.approvedBy, ticket: grant.ticket };
      return {
        ...{
          verdict: verdictOf(why),
          why,
          policy,
          commit,
          facet: access.facet,
          request: request ?? grant?.request ?? null,
        },
        ...{ ...by, ...people, ...accessCells(access) },
        ...(process && { binary: process.binary, pid: process.pid }),
        ...(credentials.length > 0 && { detail: `carries ${credentials.join(' ')}` }),
      };
    }
    case 'end':
      return { decision: what.decision, sent: what.sent, received: what.received };
    case 'policy':
      return { policy: what.policy, commit: what.commit };
    case 'kept':
      return { policy: what.policy, detail: what.problem };
    case 'allowed':
      return { request: what.request, detail: `${what.by}: ${what.reason}` };
    case 'malformed':
      return { detail: what.problem, access: what.asked, ...what.process };
    case 'opened':
      return { detail: what.tool };
    case 'checkpoint':
      return { detail: what.signed.key };
    case 'closed':
      return { detail: what.why };
  }
}

function accessCells(access: Access): Row {
  if (access.facet !== 'egress') return { access: JSON.stringify(Object.values(accessForm(access))[0]) };
  const { host, port, address, http, binary } = access;
  const query = http?.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return {
    host,
    port,
    address,
    binary,
    method: http?.method ?? null,
    path: http?.path ?? null,
    query: query ?? null,
  };
}

/** A query may hold halves of surrogate pairs, which have no escape of their own. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const shown = cell.replace(ACTING, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`);
  const safe = FORMULA.test(cell) ? `'${shown}` : shown;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
