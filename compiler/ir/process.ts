import type { Grant } from './origin.ts';

/** Who the agent is inside: whoever starts it, or a named identity mapped onto them. */
export type Identity =
  | { readonly kind: 'invoker' }
  | { readonly kind: 'user'; readonly user: string; readonly uid: number; readonly gid: number };

export interface ProcessPolicy {
  readonly identity: Identity;
  /** Names of environment variables that pass from outside, sorted; `*` at the end of a name matches its rest. */
  readonly environment: readonly EnvironmentEntry[];
  readonly grant: Grant;
}

export interface EnvironmentEntry {
  readonly name: string;
  /** The fixed value, or null to pass on the one from outside where it is set. Never a secret. */
  readonly value: string | null;
  readonly grant: Grant;
}
