import type { Extent } from './extent.ts';
import type { Grant } from './origin.ts';

/** One provider of models that the agent may call through the model router. */
export interface InferenceRoute {
  readonly name: string;
  /** `openai`, `anthropic`, `nvidia`, ...: the dialect that the router speaks. */
  readonly provider: string;
  /** Base URL, https, or http to a loopback or private address. */
  readonly endpoint: string;
  readonly models: Extent<readonly string[]>;
  /** Name of the variable outside the sandbox that holds the credential; never the credential. */
  readonly credentialEnv: string | null;
  readonly grant: Grant;
}

export interface InferencePolicy {
  readonly routes: readonly InferenceRoute[];
  /** Country or region codes that a call may be answered from, in the spelling of `regionCode`. */
  readonly residency: Extent<readonly string[]>;
  /** Where the residency is said; the blueprint's name where nothing says it. */
  readonly residencyGrant: Grant;
}
