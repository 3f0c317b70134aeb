import type { Artifact, Emission } from '../backends/backend.ts';
import type { Coverage } from '../backends/coverage.ts';
import type { Target } from '../backends/target.ts';
import type { Policy } from '../ir/policy.ts';
import type { Bindings, Input } from '../resolve/resolved.ts';
import { VERSION } from '../version.ts';
import { type Digest, digestOf } from './digest.ts';

export const MANIFEST_SCHEMA = 'https://nemoclaw.dev/schemas/v1/manifest.schema.json';
export const MANIFEST_NAME = 'manifest.json';
/** A path below a bundle: no hidden name, no `..`, nothing that a shell or a terminal acts on. */
export const ARTIFACT_PATH = /^(?!\.)[A-Za-z0-9._-]+(\/(?!\.)[A-Za-z0-9._-]+)*$/;

/** What a bundle is and what it was made from. Written as canonical JSON; its digest names the bundle. */
export interface Manifest {
  readonly $schema: typeof MANIFEST_SCHEMA;
  readonly name: string;
  readonly tool: { readonly name: 'nemoclaw'; readonly version: string };
  /** Equal for two blueprints exactly when they mean the same. */
  readonly policy: Digest;
  readonly target: Target;
  readonly bindings: {
    readonly workdir: string;
    readonly home: string;
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly inputs: readonly { readonly name: string; readonly digest: Digest }[];
  readonly artifacts: readonly ManifestArtifact[];
  readonly coverage: Coverage;
  readonly waivers: readonly { readonly gap: string; readonly reason: string }[];
}

export interface ManifestArtifact {
  readonly path: string;
  readonly backend: string;
  readonly mediaType: string;
  readonly size: number;
  readonly digest: Digest;
}

export interface ManifestInputs {
  readonly policy: Policy;
  readonly policyDigest: Digest;
  readonly target: Target;
  readonly bindings: Bindings;
  readonly inputs: readonly Input[];
  readonly emissions: readonly Emission[];
  readonly coverage: Coverage;
}

export function manifestOf(from: ManifestInputs): Manifest {
  const { workdir, home, variables } = from.bindings;
  return {
    $schema: MANIFEST_SCHEMA,
    name: from.policy.name,
    tool: { name: 'nemoclaw', version: VERSION },
    policy: from.policyDigest,
    target: from.target,
    bindings: { workdir, home, variables },
    inputs: from.inputs.map(({ name, bytes }) => ({ name, digest: digestOf(bytes) })),
    artifacts: from.emissions.flatMap(({ backend, artifacts }) =>
      artifacts.map((artifact) => describeArtifact(backend, artifact)),
    ),
    coverage: from.coverage,
    waivers: from.policy.waivers.map(({ gap, reason }) => ({ gap, reason })),
  };
}

function describeArtifact(backend: string, { path, mediaType, bytes }: Artifact): ManifestArtifact {
  return { path, backend, mediaType, size: bytes.byteLength, digest: digestOf(bytes) };
}
