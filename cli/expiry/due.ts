import type { GrantedEntry } from './entries.ts';

/** An entry that is to go, and why. */
export interface DueEntry {
  readonly entry: GrantedEntry;
  readonly why: Why;
  /** What logs tell of it; null where none that was given tells of its sandbox. */
  readonly use: UseEvidence | null;
}

/** Times are milliseconds since 1970 UTC. */
export type Why =
  | { readonly kind: 'ended'; readonly at: number }
  /** Never used from a moment to another. */
  | { readonly kind: 'unused'; readonly from: number; readonly to: number };

/** What logs tell of an entry, over all the time that they cover. */
export interface UseEvidence {
  readonly logs: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly uses: number;
  readonly lastUse: number | null;
  /** How often it was asked for when it had ended. */
  readonly refused: number;
}

export function timeText(time: number): string {
  return new Date(time).toISOString();
}

/** Continues the name of the entry. */
export function whyWords({ why }: Pick<DueEntry, 'why'>): string {
  if (why.kind === 'ended') return `ended ${timeText(why.at)}`;
  return `not used from ${timeText(why.from)} to ${timeText(why.to)}`;
}

/** What logs tell, in words; empty where there are none. */
export function useWords({ use }: Pick<DueEntry, 'use'>): string {
  if (use === null) return '';
  const last = use.lastUse === null ? 'last used never' : `last used ${timeText(use.lastUse)}`;
  const refused = use.refused === 0 ? '' : `, asked for ${use.refused} times since it ended`;
  return `${last}${refused} (log from ${timeText(use.from)} to ${timeText(use.to)})`;
}
