import type { BlueprintChange } from './change.ts';
import type { DueEntry } from './due.ts';

/** Changes that come in one pull request. */
export interface ChangeGroup {
  /** Who answers for what goes, each once and sorted; empty where nobody is named. */
  readonly owners: readonly string[];
  readonly changes: readonly BlueprintChange[];
}

/**
 * Changes by who answers for the grants that go: blueprints of the same owners come together, and a blueprint is never in two
 * groups, so that two open changes do not meet in its lines or in its lock file.
 */
export function groupedByOwners(changes: readonly BlueprintChange[], together: boolean): ChangeGroup[] {
  if (together) {
    const owners = ownersOf(changes.flatMap(({ due }) => due));
    return changes.length === 0 ? [] : [{ owners, changes }];
  }
  const groups = new Map<string, BlueprintChange[]>();
  for (const change of changes) {
    const key = JSON.stringify(ownersOf(change.due));
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups].map(([key, own]) => ({ owners: JSON.parse(key) as string[], changes: own }));
}

export function ownersOf(due: readonly DueEntry[]): string[] {
  return [...new Set(due.flatMap(({ entry }) => entry.owner ?? []))].sort();
}
