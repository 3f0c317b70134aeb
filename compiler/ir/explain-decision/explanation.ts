import type { Access } from '../access.ts';
import type { Decision } from '../decision.ts';
import type { Grant, Origin, WrittenPlace } from '../origin.ts';

/** A decision with what a person needs to agree with it or to change it. */
export interface Explanation {
  /** What was tried, continues "it can ...". */
  readonly words: string;
  /** The access that decided; of what was asked as several, the first that is denied. */
  readonly access: Access;
  readonly decision: Decision;
  /** Why, in one phrase that starts in lower case and ends without a full stop. */
  readonly because: string;
  /** For a denial: the entry that comes nearest to allowing it; null where none concerns it. */
  readonly nearest: Nearest | null;
  /** For a denial: what a person can do who wants it allowed. */
  readonly next: string | null;
}

/** An entry and how an access falls short of it. */
export interface Nearest<Place extends WrittenPlace = Origin> {
  readonly grant: Grant<Place>;
  /** Sides of the entry that match, e.g. `host`, `port`. */
  readonly matches: readonly string[];
  /** What is missing, each a phrase; never empty. */
  readonly lacks: readonly string[];
}

/** One thing that is missing. */
export interface Lack {
  readonly text: string;
  /** What would supply it; null where nothing is meant to. */
  readonly next: string | null;
  /** How near it comes nevertheless, from 0 to below 1; only for finding the nearest entry. */
  readonly fit: number;
}

/** What one facet has to say about a decision. */
export interface Reasons<Place extends WrittenPlace = Origin> extends Pick<Explanation, 'because' | 'next'> {
  readonly nearest: Nearest<Place> | null;
}

const MOST_LISTED = 8;

/** `a, b and c`, cut after a few. */
export function listed(words: readonly string[]): string {
  if (words.length > MOST_LISTED) {
    return `${words.slice(0, MOST_LISTED).join(', ')} and ${words.length - MOST_LISTED} more`;
  }
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function quoted(words: readonly string[]): string[] {
  return words.map((word) => `\`${word}\``);
}
