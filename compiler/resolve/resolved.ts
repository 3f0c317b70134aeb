import type {
  Acceptance,
  CredentialItem,
  EnvironmentItem,
  InferenceRouteItem,
  Limit,
  Metadata,
  NetworkPolicy,
  PathItem,
  PolicyTest,
  SyscallItem,
} from '../frontend/blueprint/blueprint.ts';
import type { Located, Span } from '../source/span.ts';

/** A part of a blueprint and how the file that holds it came in, outermost first. */
export interface Sourced<T> {
  readonly item: T;
  readonly trail: readonly string[];
}

/** One that won over others of its name. */
export interface Merged<T> extends Sourced<T> {
  /** What it stands in place of: items of the same name in files that its own file extends, which would hold without it. */
  readonly replaced: readonly T[];
}

/** A blueprint with everything that it extends merged in and every variable replaced. Still the user's words. */
export interface Resolved {
  readonly span: Span;
  readonly metadata: Metadata;
  readonly includeWorkdir: Sourced<Located<boolean>> | null;
  readonly paths: readonly Merged<PathItem>[];
  readonly landlock: Sourced<Located<'hard_requirement' | 'best_effort'>> | null;
  readonly runAsUser: Sourced<Located<string>> | null;
  readonly runAsGroup: Sourced<Located<string>> | null;
  readonly environment: readonly Sourced<EnvironmentItem>[];
  readonly syscallProfile: Sourced<Located<string>> | null;
  readonly syscalls: readonly Sourced<SyscallItem>[];
  readonly limits: readonly Sourced<Limit>[];
  readonly network: readonly Sourced<NetworkPolicy>[];
  readonly credentials: readonly Sourced<CredentialItem>[];
  readonly routes: readonly Sourced<InferenceRouteItem>[];
  readonly residency: Sourced<Located<readonly Located<string>[]>> | null;
  readonly accept: readonly Sourced<Acceptance>[];
  readonly tests: readonly PolicyTest[];
  /** Every file that had a part in it, in the order in which they were read. */
  readonly inputs: readonly Input[];
}

/** One file that a policy was made from; the manifest names it with the digest of its bytes. */
export interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the agent runs and what `--set` gave: all that a policy depends on beside its files. */
export interface Bindings {
  /** Absolute path of the folder that the agent works in. */
  readonly workdir: string;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Users that exist where the agent runs, by name; from the host's or the image's /etc/passwd. */
  readonly users: Readonly<Record<string, { readonly uid: number; readonly gid: number }>>;
  readonly groups: Readonly<Record<string, number>>;
}
