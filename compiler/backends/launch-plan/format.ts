import type { FileRights } from '../../ir/filesystem.ts';
import type { Architecture } from '../target.ts';

/**
 * The launch plan, format version 1: all that `runtime/launcher/launcher.c` does, in the order in which it does it.
 *
 * Numbers are little endian. A plan is a header of 88 bytes, `entries` entries of 24 bytes, `instructions` filter
 * instructions of 8 bytes (classic BPF) and `text bytes` of NUL-terminated UTF-8 texts, and nothing else. Texts are
 * named by their offset among the texts; the one at 0 is empty.
 *
 *     offset  header                        offset  entry
 *      0  u32 magic, "NCLP"                  0  u32 kind, see ENTRY_KINDS
 *      4  u32 version                        4  u32 flags, see ENTRY_FLAGS
 *      8  u32 size of the whole plan         8  u32 text: a path, or the name of a limit
 *     12  u32 FNV-1a of bytes 16 to the end  12  u32 trusted: the head of the path in which links are followed,
 *     16  u32 architecture                          as a text; for a limit its RLIMIT_* number
 *     20  u32 steps, see STEPS               16  u64 number: size of a scratch folder (0: the kernel's default),
 *     24  u32 waived core steps                     rights of a rule, or maximum of a limit
 *     28  u32 namespaces, CLONE_NEW*
 *     32  u32 user id inside, ~0: the invoker's
 *     36  u32 group id inside, ~0: the invoker's
 *     40  u32 lowest Landlock ABI            64  u64 handled file rights
 *     44  u32 1: go on below that ABI        72  u64 handled network rights
 *     48  u32 text: working folder           80  u64 scopes
 *     52  u32 entries
 *     56  u32 instructions
 *     60  u32 text bytes
 *
 * The launcher refuses a plan with another version, an unknown bit or a core step that is neither done nor waived.
 * Mounts come first and in their order, then rules, then limits. There is one encoding of a plan: what `decodePlan`
 * accepts, `encodePlan` gives back byte for byte. New fields mean a new version.
 */
export const PLAN_MAGIC = 0x504c434e;
export const PLAN_VERSION = 1;
export const HEADER_BYTES = 88;
export const ENTRY_BYTES = 24;
export const INSTRUCTION_BYTES = 8;
/** The checksum covers everything from here on; what is before it is checked by value. */
export const CHECKED_FROM = 16;
/** Largest plan and filter that the launcher reads. */
export const LARGEST_PLAN = 8 * 1024 * 1024;
export const LONGEST_FILTER = 4096;
export const INVOKER_ID = 0xffff_ffff;

export const ARCHITECTURE_NUMBERS: Readonly<Record<Architecture, number>> = { x86_64: 1, aarch64: 2 };

/** What a plan must do, or waive by name. Dropping all capabilities and no_new_privs are no step: they always happen. */
export const CORE_STEPS = {
  namespaces: 1,
  view: 2,
  'bounding-set': 4,
  landlock: 8,
  seccomp: 16,
} as const;
export type CoreStep = keyof typeof CORE_STEPS;
export const STEPS = { ...CORE_STEPS, 'new-session': 32, 'switch-user': 64 } as const;

/** CLONE_NEW* of include/uapi/linux/sched.h. All but `user` and `cgroup` come together or not at all. */
export const NAMESPACES = {
  mount: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  user: 0x1000_0000,
  pid: 0x2000_0000,
  net: 0x4000_0000,
} as const;
export type Namespace = keyof typeof NAMESPACES;
export const CORE_NAMESPACES: readonly Namespace[] = ['mount', 'uts', 'ipc', 'pid', 'net'];

export const ENTRY_KINDS = { folder: 1, bind: 2, scratch: 3, hidden: 4, proc: 5, rule: 6, limit: 7 } as const;
/** `readOnly` and `noExecute` have the values of MOUNT_ATTR_RDONLY and MOUNT_ATTR_NOEXEC. */
export const ENTRY_FLAGS = { readOnly: 1, noExecute: 8, optional: 16, create: 32 } as const;

export interface LaunchPlan {
  readonly architecture: Architecture;
  /** In the order of NAMESPACES; empty where the step is waived. The network namespace has only `lo`, raised. */
  readonly namespaces: readonly Namespace[];
  readonly identity: PlanIdentity;
  /** Starts the command in a session of its own, without the controlling terminal. */
  readonly newSession: boolean;
  readonly dropsBoundingSet: boolean;
  /** The sandbox's own file tree on an empty read-only root, parents before children; null where it is waived. */
  readonly view: readonly PlanMount[] | null;
  readonly landlock: PlanLandlock | null;
  readonly limits: readonly PlanLimit[];
  readonly filter: Uint8Array | null;
  /** Absolute, as it is called inside. */
  readonly workdir: string;
  /** Exactly the core steps that the plan does not do, in the order of CORE_STEPS. */
  readonly waived: readonly CoreStep[];
}

export type PlanIdentity =
  | { readonly kind: 'invoker' }
  /** `mapped`: the invoker appears inside under these ids. `switched`: root becomes them, and leaves all groups. */
  /** `required`: the launcher refuses to go on as anyone else. */
  | { readonly kind: 'mapped' | 'switched' | 'required'; readonly uid: number; readonly gid: number };

export interface PlanMount {
  readonly kind: 'folder' | 'bind' | 'scratch' | 'hidden' | 'proc';
  readonly path: string;
  /** Length of the head of `path` in which links are followed; cut at the end of a segment. */
  readonly followTo: number;
  readonly readOnly: boolean;
  readonly noExecute: boolean;
  readonly optional: boolean;
  /** Whether the mount point is made by the launcher, because nothing of the host is shown there. */
  readonly create: boolean;
  /** Bytes; only for `scratch`, and null for the kernel's default of half the memory. */
  readonly sizeBytes: number | null;
}

export interface PlanLandlock {
  readonly requiredAbi: number;
  readonly bestEffort: boolean;
  readonly handledFs: FileRights;
  readonly handledNet: number;
  readonly scoped: number;
  readonly rules: readonly PlanRule[];
}

export interface PlanRule {
  readonly path: string;
  readonly followTo: number;
  readonly rights: FileRights;
  readonly optional: boolean;
}

export interface PlanLimit {
  readonly name: string;
  /** RLIMIT_* number. */
  readonly resource: number;
  readonly maximum: number;
}

/** FNV-1a, 32 bits: any change of a single byte changes it. */
export function checksumOf(bytes: Uint8Array): number {
  let sum = 0x811c_9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x0100_0193);
  return sum >>> 0;
}
