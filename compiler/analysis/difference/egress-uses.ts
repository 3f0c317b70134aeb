import type { EgressEntry, EgressPolicy } from '../../ir/egress.ts';
import { entryKey } from './egress/meaning-key.ts';
import { type HeldGrant, usesOf } from './grant-terms.ts';

/**
 * Egress entries that stand in both policies in the same words, where their uses may differ. Entries that say the same
 * count together, because each may be used when the other is used up.
 */
export function egressUses(from: EgressPolicy, to: EgressPolicy): HeldGrant[] {
  if (![...from.entries, ...to.entries].some(({ grant }) => Number.isFinite(usesOf(grant)))) return [];
  const hostOf = ({ host }: EgressEntry) => host.text;
  const before = groupBy(from.entries, hostOf);
  const held: HeldGrant[] = [];
  for (const [host, entries] of groupBy(to.entries, hostOf)) {
    const earlier = before.get(host);
    if (earlier === undefined || isUnchanged(earlier, entries)) continue;
    const same = groupBy(earlier, entryKey);
    for (const [words, after] of groupBy(entries, entryKey)) {
      const was = same.get(words);
      if (was !== undefined) held.push(heldBy(was, after));
    }
  }
  return held;
}

/** One entry each with the same uses: whether they say the same or not, no uses differ. */
function isUnchanged(before: readonly EgressEntry[], after: readonly EgressEntry[]): boolean {
  return before.length === 1 && after.length === 1 && usesOf(before[0]!.grant) === usesOf(after[0]!.grant);
}

function heldBy(before: readonly EgressEntry[], after: readonly EgressEntry[]): HeldGrant {
  const total = (entries: readonly EgressEntry[]) =>
    entries.reduce((sum, { grant }) => sum + usesOf(grant), 0);
  return {
    facet: 'egress',
    from: before[0]!.grant,
    to: after[0]!.grant,
    uses: { from: total(before), to: total(after) },
  };
}

function groupBy(
  entries: readonly EgressEntry[],
  keyOf: (entry: EgressEntry) => string,
): Map<string, EgressEntry[]> {
  const groups = new Map<string, EgressEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const known = groups.get(key);
    if (known) known.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}
