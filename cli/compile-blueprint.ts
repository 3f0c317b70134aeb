import { type Bundle, buildBundle } from '../compiler/bundle/bundle.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import { loadPolicy } from '../compiler/load-policy.ts';
import type { Input as CompilerInput } from '../compiler/resolve/resolved.ts';
import type { PlaceArguments } from './arguments/place.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { HOST, type Place, placeFor } from './place.ts';
import { type Input, readInput } from './read-input.ts';

/** A blueprint compiled for a place, or the exit code that says how far it came. */
export type CompiledBlueprint = { readonly diagnostics: readonly Diagnostic[] } & (
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly bundle: Bundle;
      readonly place: Place;
      /** Every file that it was compiled from. */
      readonly inputs: readonly CompilerInput[];
    }
  | { readonly ok: false; readonly exitCode: typeof EXIT.invalid | typeof EXIT.notEnforced }
);

/** The way from the names on a command line to a bundle in memory. Writes nothing. */
export async function compileBlueprint(
  path: string,
  placeArguments: PlaceArguments,
  io: Io,
): Promise<CompiledBlueprint> {
  const { place, diagnostics: placeFindings } = await placeFor(placeArguments, io);
  if (place === null) {
    // Without the launcher it is this machine that cannot enforce anything; else it is a wrong target file.
    const exitCode = placeArguments.target === HOST ? EXIT.notEnforced : EXIT.invalid;
    return { ok: false, exitCode, diagnostics: placeFindings };
  }
  const input = readInput(path, io);
  if (!input.ok) return { ok: false, exitCode: EXIT.invalid, diagnostics: [...placeFindings, input.problem] };
  const compiled = compileInput(input, place, io);
  return { ...compiled, diagnostics: [...placeFindings, ...compiled.diagnostics] };
}

/** The same from a file that was read, for a place that is known. */
export function compileInput(
  { name, bytes }: Extract<Input, { ok: true }>,
  place: Place,
  io: Io,
): CompiledBlueprint {
  const loaded = loadPolicy(name, bytes, io.reader, place.bindings);
  if (loaded.policy === null) return { ok: false, exitCode: EXIT.invalid, diagnostics: loaded.diagnostics };
  const { bundle, diagnostics } = buildBundle(loaded.policy, place.target, place.bindings, loaded.inputs);
  const all = [...loaded.diagnostics, ...diagnostics];
  if (bundle !== null) {
    const { policy, inputs } = loaded;
    return { ok: true, policy, bundle, place, inputs, diagnostics: all };
  }
  const lack = place.host?.lack ?? null;
  return { ok: false, exitCode: EXIT.notEnforced, diagnostics: lack === null ? all : [...all, lack] };
}
