import type { EgressEntry } from '../../../ir/egress.ts';
import { usesOf } from '../../../ir/limits.ts';
import { meaningKey } from './meaning-key.ts';
import { NearEntries } from './near.ts';
import { egressSubset } from './subset.ts';

/** Entries that say the same count together, because each may be used when the other is used up. */
interface Group {
  /** The one that limits least. */
  readonly entry: EgressEntry;
  readonly key: string;
  readonly uses: number;
}

/** Uses of a group of `from` that no group of `to` has taken yet. */
interface Allowance {
  readonly group: Group;
  left: number;
}

/**
 * Entries of `to` whose uses are not shown to be among those of `from`, one for each group of them. A group is shown to be by a
 * part of the uses of an entry of `from` that allows all that it allows, or of several that together do; each use of
 * `from` counts for one group only. Then no set of accesses can be used more often than before.
 */
export function uncoveredEntries(
  from: readonly EgressEntry[],
  to: readonly EgressEntry[],
): readonly EgressEntry[] {
  // Where nothing was limited nothing can be used more often.
  if (!from.some(({ grant }) => Number.isFinite(usesOf(grant)))) return [];
  const before = groupsOf(from);
  const allowances = new Map(before.map((group) => [group.key, { group, left: group.uses }]));
  const rest = groupsOf(to).filter((group) => {
    const same = allowances.get(group.key);
    if (same === undefined || same.left < group.uses) return true;
    // Of what has no limit there is always as much.
    if (Number.isFinite(same.left)) same.left -= group.uses;
    return false;
  });
  const byEntry = new Map([...allowances.values()].map((one) => [one.group.entry, one]));
  const near = new NearEntries([...byEntry.keys()]);
  const nearTo = ({ entry }: Group) => near.to(entry).map((one) => byEntry.get(one)!);
  return rest.filter((group) => !isCovered(group, nearTo(group))).map(({ entry }) => entry);
}

function groupsOf(entries: readonly EgressEntry[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const key = meaningKey(entry);
    const known = groups.get(key);
    const own = usesOf(entry.grant);
    if (known === undefined) groups.set(key, { entry, key, uses: own });
    else {
      const isLeast = own > usesOf(known.entry.grant);
      groups.set(key, { entry: isLeast ? entry : known.entry, key, uses: known.uses + own });
    }
  }
  return [...groups.values()];
}

/** Whether there are allowances for the group, which are taken then. */
function isCovered(group: Group, near: readonly Allowance[]): boolean {
  const covering = coveringOf(group, near);
  for (const one of covering) one.left -= group.uses;
  return covering.length > 0;
}

/** What has no limit is within nothing: it is looked for by access, where it is enough that each one had none. */
function coveringOf({ entry, uses }: Group, near: readonly Allowance[]): readonly Allowance[] {
  const enough = near.filter(({ left }) => Number.isFinite(left) && left >= uses);
  const isWithin = (some: readonly Allowance[]) =>
    egressSubset({ entries: [entry] }, { entries: some.map(({ group }) => group.entry) }).isSubset === 'yes';
  const single = enough.find((one) => isWithin([one]));
  if (single !== undefined) return [single];
  return isWithin(enough) ? enough : [];
}
