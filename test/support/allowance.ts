import { readTable } from '../../compiler/ir/egress-table/read.ts';
import type { Allowance } from '../../runtime/approvals/allowances/allowance.ts';
import { tableOf } from './gateway.ts';

export const ALLOWED_REQUEST = 'req-0123456789ab';

/** A minute in which one host is let through. @param at milliseconds since 1970 UTC */
export function allowance(at: number): Allowance {
  const read = readTable(tableOf('  one: { endpoints: [{ host: let.example, port: 443, protocol: tcp }] }'));
  if (!read.ok) throw new Error(read.problem);
  const until = at + 60_000;
  const nobody = { owner: null, reason: null, ticket: null, approvedBy: null, maxUses: null };
  const entries = read.table.egress.entries.map((entry) => ({
    ...entry,
    grant: { ...entry.grant, approval: { ...nobody, expiresAt: until, request: ALLOWED_REQUEST } },
  }));
  const table = { ...read.table, egress: { entries } };
  return { request: ALLOWED_REQUEST, by: 'ann', at, until, reason: 'outage', table };
}
