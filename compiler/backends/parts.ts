import type { FileRights } from '../ir/filesystem.ts';
import type { Architecture } from './target.ts';

/**
 * What mechanism backends hand to those that put mechanisms together (launch plan, Docker). Backends never import
 * each other; a composing backend finds these in `Inputs.parts`.
 */
export interface Parts {
  readonly landlock: LandlockRuleset | null;
  readonly seccomp: SeccompProgram | null;
  readonly mountView: MountView | null;
  readonly limits: readonly RuntimeLimit[] | null;
  /** The limits as the launch plan sets them: what the launcher itself uses up is added. */
  readonly plannedLimits: readonly RuntimeLimit[] | null;
}

export const NO_PARTS: Parts = {
  landlock: null,
  seccomp: null,
  mountView: null,
  limits: null,
  plannedLimits: null,
};

export interface LandlockRuleset {
  /** Lowest ABI with which nothing of the policy is lost; below it the launcher refuses, unless waived. */
  readonly requiredAbi: number;
  /** The ABI that the masks were made for. */
  readonly abi: number;
  readonly handledFs: FileRights;
  /** Bits of LANDLOCK_ACCESS_NET_*: 1 bind_tcp, 2 connect_tcp. */
  readonly handledNet: number;
  /** Bits of LANDLOCK_SCOPE_*: 1 abstract unix sockets, 2 signals. */
  readonly scoped: number;
  readonly paths: readonly {
    readonly path: string;
    readonly rights: FileRights;
    readonly optional: boolean;
  }[];
  readonly bestEffort: boolean;
}

export interface SeccompProgram {
  readonly architecture: Architecture;
  /** Classic BPF, 8 bytes an instruction, little endian. */
  readonly bytes: Uint8Array;
}

/** How the sandbox's own file tree is put together, parents before children, on an empty read-only root. */
export interface MountView {
  readonly mounts: readonly ViewMount[];
}

export type ViewMount =
  /** A host path at the same place. `followTo` is the length of the prefix in which symbolic links may be followed. */
  | {
      readonly kind: 'bind';
      readonly path: string;
      readonly writable: boolean;
      readonly executable: boolean;
      readonly optional: boolean;
      readonly followTo: number;
    }
  | {
      readonly kind: 'scratch';
      readonly path: string;
      readonly sizeBytes: number | null;
      readonly executable: boolean;
    }
  /** An empty thing without permissions over a path below a bind. */
  | { readonly kind: 'hidden'; readonly path: string; readonly optional: boolean }
  | { readonly kind: 'proc'; readonly path: string };

export interface RuntimeLimit {
  /** RLIMIT_* number of the kernel (include/uapi/asm-generic/resource.h). */
  readonly resource: number;
  readonly name: string;
  readonly maximum: number;
}
