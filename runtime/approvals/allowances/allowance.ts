import { createHash } from 'node:crypto';
import { Fields, integer, matching, NotTheForm, text } from '../../../compiler/ir/audit-event/fields.ts';
import { type ReadTable, readTable } from '../../../compiler/ir/egress-table/read.ts';
import type { EgressTable } from '../../../compiler/ir/egress-table/table.ts';
import { tableForm } from '../../../compiler/ir/egress-table/write.ts';
import { REQUEST_ID } from '../requests/identity.ts';

/** Milliseconds that anything may be let through without a review. */
export const LONGEST_ALLOWANCE = 86_400_000;
const VERSION = 1;

/** What a person let through for a while, without a review. Its entries end with it. */
export interface Allowance {
  readonly request: string;
  /** As the system knows the user. */
  readonly by: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly until: number;
  readonly reason: string;
  readonly table: EgressTable;
}

export function allowanceText({ request, by, at, until, reason, table }: Allowance): string {
  return `${JSON.stringify({ version: VERSION, request, by, at, until, reason, table: tableForm(table) }, null, 2)}\n`;
}

export type ReadAllowance =
  | { readonly ok: true; readonly allowance: Allowance }
  /** Continues "it grants nothing: ...". */
  | { readonly ok: false; readonly problem: string };

const requestId = matching(REQUEST_ID, 'id of a request');
/** The last one that a date can be (ECMA-262, 21.4.1.1). */
const LATEST = 8_640_000_000_000_000;
const time = integer(0, LATEST);

/**
 * Reads an allowance. Strict: each of its entries ends when the allowance does, which is at most a day after it was given, and
 * names the request; so no edit of one number makes it last.
 */
export function readAllowance(json: string): ReadAllowance {
  try {
    const allowance = allowanceOf(JSON.parse(json));
    return { ok: true, allowance };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, problem: 'it is not JSON' };
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}

function allowanceOf(value: unknown): Allowance {
  const fields = new Fields(value, 'the allowance');
  const version = fields.required('version', integer(0));
  if (version !== VERSION) throw new NotTheForm(`its version is ${version}, and ${VERSION} is known`);
  const allowance: Allowance = {
    request: fields.required('request', requestId),
    by: fields.required('by', text),
    at: fields.required('at', time),
    until: fields.required('until', time),
    reason: fields.required('reason', text),
    table: fields.required('table', (table) => tableIn(readTable(JSON.stringify(table)))),
  };
  fields.finish();
  const { at, until, request, table } = allowance;
  if (until <= at || until - at > LONGEST_ALLOWANCE) throw new NotTheForm('it lasts longer than a day');
  const { entries } = table.egress;
  const isBound = entries.every(
    ({ grant: { approval } }) => approval?.expiresAt === until && approval.request === request,
  );
  if (entries.length === 0 || !isBound) throw new NotTheForm('its entries do not end with it');
  return allowance;
}

function tableIn(read: ReadTable): EgressTable {
  if (!read.ok) throw new NotTheForm(`its entries cannot be read: ${read.problem}`);
  return read.table;
}

/**
 * A table together with what is let through at a moment. It is another policy with a digest of its own, since decisions by it
 * are not those of the reviewed one.
 */
export function withAllowances(table: EgressTable, allowances: readonly Allowance[]): EgressTable {
  if (allowances.length === 0) return table;
  const hash = createHash('sha256').update(table.policy);
  for (const allowance of allowances) hash.update(allowanceText(allowance));
  const entries = allowances.flatMap((allowance) => allowance.table.egress.entries);
  return {
    ...table,
    policy: `sha256:${hash.digest('hex')}`,
    egress: { entries: [...table.egress.entries, ...entries] },
  };
}

/** Whether it counts at a moment. One that begins later was made with another clock, and counts not yet. */
export function isInForce({ at, until }: Allowance, now: number): boolean {
  return at <= now && now < until;
}
