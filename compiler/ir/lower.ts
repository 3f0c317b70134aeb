import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/entry.ts';
import type { Bindings, Resolved } from '../resolve/resolved.ts';
import { lowerCredentials } from './lower/credentials.ts';
import { lowerEgress } from './lower/egress.ts';
import { lowerFilesystem } from './lower/filesystem.ts';
import { lowerInference } from './lower/inference.ts';
import { Lowering } from './lower/lowering.ts';
import { lowerProcess } from './lower/process.ts';
import { lowerResources } from './lower/resources.ts';
import { lowerSyscalls } from './lower/syscalls.ts';
import { lowerWaivers } from './lower/waivers.ts';
import { Origin } from './origin.ts';
import { type Policy, sealPolicy } from './policy.ts';

/**
 * Turns the user's words into the policy: the only way to one. Every value is parsed into its domain here, and what
 * cannot be understood is an error at its place.
 *
 * @returns the policy, or null exactly when the diagnostics hold an error
 */
export function lower(
  resolved: Resolved,
  bindings: Bindings,
): { policy: Policy | null; diagnostics: readonly Diagnostic[] } {
  const lowering = new Lowering(bindings);
  const egress = lowerEgress(resolved, lowering);
  const process = lowerProcess(resolved, lowering);
  const filesystem = lowerFilesystem(resolved, lowering);
  const content = {
    name: resolved.metadata.name.value,
    origin: new Origin(resolved.metadata.name.span, []),
    filesystem,
    syscalls: lowerSyscalls(resolved, lowering),
    process,
    egress,
    credentials: lowerCredentials(resolved, { egress, process, filesystem }, lowering),
    inference: lowerInference(resolved, lowering),
    resources: lowerResources(resolved, lowering),
    waivers: lowerWaivers(resolved, lowering),
  };
  const { diagnostics } = lowering;
  return { policy: hasErrors(diagnostics) ? null : sealPolicy(content), diagnostics };
}
