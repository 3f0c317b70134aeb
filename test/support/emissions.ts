import type { Backend, Emission } from '../../compiler/backends/backend.ts';
import { NO_PARTS, type Parts } from '../../compiler/backends/parts.ts';
import type { Target } from '../../compiler/backends/target.ts';
import type { Policy } from '../../compiler/ir/policy.ts';

/** Runs backends one after the other, each with the parts of those before it. */
export function emitWith(backends: readonly Backend[], policy: Policy, target: Target): Emission[] {
  let parts: Parts = NO_PARTS;
  return backends.map((backend) => {
    const emission = backend.emit({ policy, target, parts });
    parts = { ...parts, ...emission.parts };
    return emission;
  });
}

/** The text of one artifact; throws when it is not there. */
export function artifactText(emission: Emission, path: string): string {
  const found = emission.artifacts.find((artifact) => artifact.path === path);
  if (!found)
    throw new Error(`no artifact ${path} in ${emission.artifacts.map((one) => one.path).join(', ')}`);
  return new TextDecoder().decode(found.bytes);
}
