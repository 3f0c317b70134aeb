import { readTable } from '../compiler/ir/egress-table/read.ts';
import { tableForm } from '../compiler/ir/egress-table/write.ts';

/**
 * The egress table of a bundle as a host gives it to the gateway: with the commit that it has it from, so that each decision in the
 * log names it. Both are one file, so that no moment has the table of one commit and the name of another.
 *
 * @param commit in hexadecimal; null where nobody vouches for one, whatever the table itself says
 */
export function tableInForce(artifact: Uint8Array, commit: string | null): Uint8Array {
  const read = readTable(new TextDecoder().decode(artifact));
  // The gateway refuses what is no table, and says why.
  if (!read.ok || read.table.commit === commit) return artifact;
  return new TextEncoder().encode(`${JSON.stringify(tableForm({ ...read.table, commit }), null, 2)}\n`);
}
