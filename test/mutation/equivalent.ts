import { EQUIVALENT_AUTOMATON } from './equivalent-automaton.ts';
import { EQUIVALENT_DOMAIN } from './equivalent-domain.ts';
import { EQUIVALENT_EGRESS } from './equivalent-egress.ts';
import type { Mutant } from './mutants.ts';

/**
 * A mutant that changes no answer, and why. By the end of the file's name and the line as it would be, without the space
 * around it. What is faster or smaller is not a matter of tests but of the bench.
 */
export interface Equivalence {
  readonly file: string;
  readonly after: string;
  readonly why: string;
}

const EQUIVALENT: readonly Equivalence[] = [
  ...EQUIVALENT_AUTOMATON,
  ...EQUIVALENT_DOMAIN,
  ...EQUIVALENT_EGRESS,
];

/** Why a mutant changes no answer; null when it is not known to be such. */
export function equivalenceOf({ file, after }: Mutant): string | null {
  const known = EQUIVALENT.find((one) => file.endsWith(one.file) && after.trim() === one.after);
  return known?.why ?? null;
}
