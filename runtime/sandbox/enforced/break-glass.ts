import type { EgressTable } from '../../../compiler/ir/egress-table/table.ts';
import { type Allowance, withAllowances } from '../../approvals/allowances/allowance.ts';
import { readAllowed } from '../../approvals/allowances/folder.ts';

/** What people let through on this host for a while, without a review. */
export interface BreakGlass {
  /** One line for each that is open, and for each file that grants nothing because it cannot be read: it is as loud. */
  readonly lines: readonly string[];
  /** The digest that a gateway has to name which has a table in force together with them. */
  policyOf(table: EgressTable): string;
}

/**
 * The one place where `status` and `attest` look for it.
 *
 * @param folder `egressAllowed` of a state folder
 * @param now milliseconds since 1970 UTC
 */
export function openBreakGlass(folder: string, now: number): BreakGlass {
  const { allowances, damaged } = allowedIn(folder, now);
  return {
    lines: [
      ...allowances.map(
        ({ request, by, until, reason }) =>
          `${request} by ${by} until ${new Date(until).toISOString()}: ${reason}`,
      ),
      ...damaged.map(({ path, problem }) => `${path} grants nothing: ${problem}`),
    ],
    policyOf: (table) => withAllowances(table, allowances).policy,
  };
}

function allowedIn(folder: string, now: number): ReturnType<typeof readAllowed> {
  try {
    return readAllowed(folder, now);
  } catch (error) {
    const problem = `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    const none: readonly Allowance[] = [];
    return { allowances: none, damaged: [{ path: folder, problem }] };
  }
}
