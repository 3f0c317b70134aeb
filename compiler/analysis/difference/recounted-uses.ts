import type { EgressEntry } from '../../ir/egress.ts';
import { usesOf } from '../../ir/limits.ts';
import type { Policy } from '../../ir/policy.ts';
import { useKey } from '../../ir/use-key.ts';
import type { Change } from './change.ts';
import { NearEntries } from './egress/near.ts';
import { egressSubset } from './egress/subset.ts';
import { changeOf, sideOf } from './gain.ts';

/**
 * Entries whose uses the gateway counts from nothing once the new policy is in force, although old ones allowed what they
 * allow: under another name, ticket, approver or request they are another approval, and under another name of the blueprint
 * all of them are another sandbox's. No meaning of the policies tells, so a ceiling is not compared by it.
 */
export function recountedUses(old: Policy, next: Policy): Change[] {
  const before = old.egress.entries.filter(isLimited);
  if (before.length === 0) return [];
  const counted = new Set(old.name === next.name ? before.map(useKey) : []);
  const limited = new NearEntries(before);
  const free = new NearEntries(old.egress.entries.filter((entry) => !isLimited(entry)));
  return next.egress.entries.flatMap((entry) => {
    if (!isLimited(entry) || counted.has(useKey(entry))) return [];
    const earlier = limited.to(entry).find((one) => allowsAllOf(one, entry));
    // What no limit held before is held by one now, wherever its counting begins.
    const wasFree = free.to(entry).some((one) => allowsAllOf(one, entry));
    if (earlier === undefined || wasFree) return [];
    const { id } = entry.grant;
    const uses = usesOf(entry.grant);
    const times = uses === 1 ? 'once' : `${uses} times`;
    return [
      changeOf(
        {
          facet: 'egress',
          classes: ['uses-raised'],
          sides: [sideOf('grant', [id]), sideOf('uses', ['counted from nothing'])],
          shownBy: `use \`${id}\` ${times} more, as its uses are counted from nothing`,
          reason: { kind: 'changed', from: earlier.grant, to: entry.grant },
        },
        'widens',
      ),
    ];
  });
}

function isLimited({ grant }: EgressEntry): boolean {
  return Number.isFinite(usesOf(grant));
}

/** What is too intricate to know counts. */
function allowsAllOf(outer: EgressEntry, inner: EgressEntry): boolean {
  return egressSubset({ entries: [inner] }, { entries: [outer] }).isSubset !== 'no';
}
