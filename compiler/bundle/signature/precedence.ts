import type { BundleStatement } from './statement.ts';

/** How a bundle stands to the one that was accepted before it. */
export type Precedence = 'newer' | 'same' | 'older' | 'other-sandbox';

/**
 * Tells a replayed old bundle from a new one. The serial decides, because a commit has more commits behind it than each of its
 * ancestors; of the same serial, the time of issue does. Whoever has the repository should ask for ancestry as well.
 */
export function precedenceOf(next: BundleStatement, accepted: BundleStatement): Precedence {
  const [a, b] = [next.predicate, accepted.predicate];
  if (a.name !== b.name) return 'other-sandbox';
  if (a.issued.serial !== b.issued.serial) return a.issued.serial > b.issued.serial ? 'newer' : 'older';
  // Times have one form of one length, so their texts stand in the order of time.
  if (a.issued.at !== b.issued.at) return a.issued.at > b.issued.at ? 'newer' : 'older';
  return a.bundle === b.bundle && a.source.commit === b.source.commit ? 'same' : 'older';
}
