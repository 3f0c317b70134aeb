import type { Grant } from './origin.ts';

/** Resource limits by name and unit; each is a hard limit that the agent cannot raise. */
export const RESOURCE_UNITS = {
  /** Processes and threads of the sandbox's user namespace (RLIMIT_NPROC). */
  processes: 'count',
  /** File descriptors a process (RLIMIT_NOFILE). */
  open_files: 'count',
  /** Largest file that can be written (RLIMIT_FSIZE). */
  file_size: 'bytes',
  /** Private writable memory a process (RLIMIT_DATA). */
  process_memory: 'bytes',
  /** Processor time a process (RLIMIT_CPU). */
  cpu_time: 'seconds',
  /** Size of each scratch folder (tmpfs size=). */
  scratch_size: 'bytes',
} as const;
export type ResourceName = keyof typeof RESOURCE_UNITS;

export interface ResourceLimit {
  readonly name: ResourceName;
  /** In the unit of RESOURCE_UNITS; a safe positive integer. */
  readonly maximum: number;
  readonly grant: Grant;
}

/** Sorted by name, one a name. */
export interface ResourcePolicy {
  readonly limits: readonly ResourceLimit[];
  /** Stands for every resource without a limit, which the host alone limits. */
  readonly unlimited: Grant;
}
