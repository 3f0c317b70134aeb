import type { EgressEntry } from '../../compiler/ir/egress.ts';
import { egressEntry } from './policies.ts';

/** An entry that may be used so many times; null for as often as one likes. Its grant is called by the id. */
export function limitedEntry(
  id: string,
  uses: number | null,
  {
    host = 'a.example',
    ...more
  }: Partial<Omit<EgressEntry, 'host' | 'grant'>> & { readonly host?: string } = {},
): EgressEntry {
  const entry = { ...egressEntry(host), ...more };
  const nobody = { owner: null, reason: null, ticket: null, approvedBy: null, request: null };
  const approval = uses === null ? null : { ...nobody, expiresAt: null, maxUses: uses };
  return { ...entry, grant: { ...entry.grant, id, approval } };
}

/** A range of ports. */
export const ports = (low: number, high = low) => ({ ports: [{ low, high }] });
