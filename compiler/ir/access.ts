import type { FileRight } from './filesystem.ts';
import type { Operations } from './operation.ts';
import type { ResourceName } from './resources.ts';

/** One concrete attempt. Everything in it is a plain value, so that a witness can be written down and replayed. */
export type Access =
  | FileAccess
  | SyscallAccess
  | IdentityAccess
  | EgressAccess
  | InferenceAccess
  | ResourceAccess;

export interface FileAccess {
  readonly facet: 'filesystem';
  readonly path: string;
  readonly right: FileRight;
}

export interface SyscallAccess {
  readonly facet: 'syscalls';
  readonly name: string;
  /** Six argument registers as unsigned 64-bit values; missing ones are 0. */
  readonly args: readonly bigint[];
}

/** Reading an environment variable from outside, acting as a user id inside, or reaching a process outside. */
export type IdentityAccess =
  | { readonly facet: 'process'; readonly environment: string }
  | { readonly facet: 'process'; readonly uid: number }
  | { readonly facet: 'process'; readonly reaches: 'process-outside' };

export interface EgressAccess {
  readonly facet: 'egress';
  /** A name as the client asked for it, or an address literal. */
  readonly host: string;
  readonly port: number;
  /** Absolute path of the calling executable. */
  readonly binary: string;
  /** Lower-case hex of the executable's SHA-256, or null where it was not computed. */
  readonly sha256: string | null;
  /** The address that the connection would go to, or null before the name is resolved. */
  readonly address: string | null;
  /** The request, or null for a stream that nobody can look into. */
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly operations: Operations;
  } | null;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

export interface InferenceAccess {
  readonly facet: 'inference';
  readonly route: string;
  readonly model: string;
}

export interface ResourceAccess {
  readonly facet: 'resources';
  readonly resource: ResourceName;
  readonly amount: number;
}
