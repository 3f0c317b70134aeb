import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Policy } from '../ir/policy.ts';
import type { Coverage } from './coverage.ts';
import type { Parts } from './parts.ts';
import type { Architecture, Target } from './target.ts';

/** One output file of a bundle. */
export interface Artifact {
  /** Below the bundle's folder, `/`-separated, e.g. `landlock/ruleset.json`. */
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** All that one backend emits for one policy and target. */
export interface Emission {
  readonly backend: string;
  readonly artifacts: readonly Artifact[];
  readonly coverage: Coverage;
  readonly diagnostics: readonly Diagnostic[];
  /** What composing backends after it may use; empty for most. */
  readonly parts: Partial<Parts>;
}

export interface Inputs {
  readonly policy: Policy;
  readonly target: Target;
  /** What the backends before this one in the registry handed on. */
  readonly parts: Parts;
}

/** Turns a policy into artifacts for one mechanism. Pure and deterministic: no clock, no host, no random. */
export interface Backend {
  readonly name: string;
  /** What it is for, one line, for `compile --help` and the reference. */
  readonly summary: string;
  /** Engines that it can be part of. */
  readonly engines: readonly Target['engine'][];
  emit(inputs: Inputs): Emission;
  /** What one of its binary artifacts says, in words for a person; only where it emits such. Never throws. */
  readonly describe?: (bytes: Uint8Array, architecture: Architecture) => string;
}
