import { coverageAccepted, landlockWaiverUnused } from '../compiler/diagnostics/catalog/backends.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { endedGrants } from '../compiler/ir/ended-grants.ts';
import type { PlaceArguments } from './arguments/place.ts';
import { type CompiledBlueprint, compileBlueprint } from './compile-blueprint.ts';
import { EXIT } from './exit-codes.ts';
import { hostPlace } from './host-place.ts';
import type { Io } from './io.ts';
import { HOST } from './place.ts';

/** A blueprint compiled in memory, and what is needed to start something under it here. */
export type CompiledForHost =
  | (Extract<CompiledBlueprint, { ok: true }> & { readonly launcher: string; readonly plan: Uint8Array })
  | Extract<CompiledBlueprint, { ok: false }>;

/** Notes about what the blueprint takes upon itself. */
const WAIVERS = [coverageAccepted.code, landlockWaiverUnused.code];
const PLAN = 'launch/plan.bin';

/**
 * Compiles for this machine, or for what another target says of it, and finds the launcher. The agent starts in the
 * folder that the user is in, unless another is named.
 */
export async function compileForHost(
  path: string,
  placeArguments: PlaceArguments,
  io: Io,
): Promise<CompiledForHost> {
  const here = {
    target: placeArguments.target ?? HOST,
    workdir: placeArguments.workdir ?? io.cwd,
    home: placeArguments.home ?? io.environment.HOME ?? '/',
    variables: placeArguments.variables,
  };
  const compiled = await compileBlueprint(path, here, io);
  if (!compiled.ok) return compiled;
  const ended = endedGrants(compiled.policy, io.now());
  if (ended.length > 0) {
    return { ok: false, exitCode: EXIT.invalid, diagnostics: [...compiled.diagnostics, ...ended] };
  }
  const host = compiled.place.host ?? hostPlace(io);
  if ('code' in host) {
    return { ok: false, exitCode: EXIT.notEnforced, diagnostics: [...compiled.diagnostics, host] };
  }
  const plan = compiled.bundle.artifacts.find((artifact) => artifact.path === PLAN);
  if (plan === undefined) throw new Error('a bundle was made without a launch plan');
  return { ...compiled, launcher: host.launcher, plan: plan.bytes };
}

/** What is said before each start: everything but notes about the text, and every gap that was accepted. */
export function saidEachTime(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(({ severity, code }) => severity !== 'note' || WAIVERS.includes(code));
}
