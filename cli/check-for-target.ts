import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { parseSource } from '../compiler/frontend/parse-source.ts';
import { checkMeaning } from './check-meaning.ts';
import { compileInput } from './compile-blueprint.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { Place } from './place.ts';
import type { Input } from './read-input.ts';

/** All that can be said of one file for one target. */
export interface CheckedForTarget {
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the target enforces it; null where that cannot be asked, of an invalid file, a preset or a tier. */
  readonly enforced: boolean | null;
}

/**
 * Compiles a blueprint for the target and writes nothing. A preset or tier is checked up to its meaning: what enforces it
 * depends on the blueprint that extends it.
 */
export function checkForTarget(
  path: string,
  input: Extract<Input, { ok: true }>,
  place: Place,
  io: Io,
): CheckedForTarget {
  if (parseSource(input.name, input.bytes).kind !== 'blueprint') {
    return { diagnostics: checkMeaning(path, input, place.bindings, io), enforced: null };
  }
  const compiled = compileInput(input, place, io);
  const { diagnostics } = compiled;
  if (compiled.ok) return { diagnostics, enforced: true };
  return { diagnostics, enforced: compiled.exitCode === EXIT.notEnforced ? false : null };
}
