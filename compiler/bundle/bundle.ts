import type { Artifact, Emission } from '../backends/backend.ts';
import type { Coverage } from '../backends/coverage.ts';
import { combineCoverage, gate } from '../backends/gate.ts';
import type { Target } from '../backends/target.ts';
import { launchPartMissing } from '../diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/entry.ts';
import { policyDigest } from '../ir/canonical.ts';
import type { Policy } from '../ir/policy.ts';
import type { Bindings, Input } from '../resolve/resolved.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Digest, digestOf } from './digest.ts';
import { emitAll } from './emit-all.ts';
import { type Manifest, manifestOf } from './manifest.ts';

/** All artifacts of one policy for one target, and the manifest that names them. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  /** Digest of the manifest's bytes: the bundle's name. */
  readonly digest: Digest;
  readonly artifacts: readonly Artifact[];
  readonly coverage: Coverage;
}

/**
 * Emits every backend of the target's engine and checks that together they enforce the policy.
 *
 * @returns the bundle, or null when a facet is not enforced and the blueprint does not accept that gap by name
 */
export function buildBundle(
  policy: Policy,
  target: Target,
  bindings: Bindings,
  inputs: readonly Input[],
): {
  bundle: Bundle | null;
  coverage: Coverage;
  emissions: readonly Emission[];
  diagnostics: readonly Diagnostic[];
} {
  const { emissions } = emitAll(policy, target);
  const coverage = combineCoverage(emissions);
  const digest = policyDigest(policy);
  const diagnostics = [...enforcementFindings(policy, emissions), ...digest.diagnostics];
  if (digest.value === null || hasErrors(diagnostics)) {
    return { bundle: null, coverage, emissions, diagnostics };
  }
  const manifest = manifestOf({
    policy,
    policyDigest: digest.value,
    target,
    bindings,
    inputs,
    emissions,
    coverage,
  });
  const manifestBytes = new TextEncoder().encode(canonicalJson(manifest));
  const artifacts = emissions.flatMap((emission) => emission.artifacts);
  return {
    bundle: { manifest, manifestBytes, digest: digestOf(manifestBytes), artifacts, coverage },
    coverage,
    emissions,
    diagnostics,
  };
}

/**
 * What the target cannot do, each cause once. What a backend that failed would have enforced is not known, so gaps are
 * looked for only when none did; and a plan lacks a part only because the backend of that part failed.
 */
function enforcementFindings(policy: Policy, emissions: readonly Emission[]): readonly Diagnostic[] {
  const emitted = emissions.flatMap(({ diagnostics }) => diagnostics);
  if (!hasErrors(emitted)) return [...emitted, ...gate(policy, emissions).diagnostics];
  const causes = emitted.filter(({ code }) => code !== launchPartMissing.code);
  return hasErrors(causes) ? causes : emitted;
}
