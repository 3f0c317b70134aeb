import type { Mutant } from './mutants.ts';

/**
 * Mutants that change no answer, and why. By the file, the line as it would be, without the space around it. What is
 * faster or smaller is not a matter of tests but of the bench.
 */
const EQUIVALENT: readonly { readonly file: string; readonly after: string; readonly why: string }[] = [];

/** Why a mutant changes no answer; null when it is not known to be such. */
export function equivalenceOf({ file, after }: Mutant): string | null {
  const known = EQUIVALENT.find((one) => file.endsWith(one.file) && after.trim() === one.after);
  return known?.why ?? null;
}
