import type { SyscallArchitecture } from '../../domain/syscalls/table.ts';

/**
 * Operation codes of classic BPF (include/uapi/linux/bpf_common.h, filter.h). Only loads, jumps, AND and RET are
 * emitted: with nothing else in a program, the kernel finds out once which calls it always allows and then skips
 * the program for them (seccomp_is_const_allow in kernel/seccomp.c).
 */
export const LOAD_WORD = 0x20;
export const AND_CONSTANT = 0x54;
export const JUMP = 0x05;
export const JUMP_IF_EQUAL = 0x15;
export const JUMP_IF_GREATER = 0x25;
export const JUMP_IF_AT_LEAST = 0x35;
export const JUMP_IF_ANY_BIT = 0x45;
export const RETURN_CONSTANT = 0x06;

/** Longest program that the kernel takes (BPF_MAXINSNS). */
export const MAX_INSTRUCTIONS = 4096;
/** Conditional jumps carry their distance in one byte. */
export const MAX_BRANCH = 255;

/** Offsets in struct seccomp_data (include/uapi/linux/seccomp.h) and its size in bytes. */
export const OFFSET_NUMBER = 0;
export const OFFSET_ARCHITECTURE = 4;
export const OFFSET_ARGUMENTS = 16;
export const DATA_BYTES = 64;

/** Where the low or high word of an argument lies on a little-endian machine. */
export function argumentOffset(index: number, half: 'low' | 'high'): number {
  return OFFSET_ARGUMENTS + 8 * index + (half === 'high' ? 4 : 0);
}

/** What a program can return: SECCOMP_RET_* of include/uapi/linux/seccomp.h, Linux 6.1. */
export const ALLOW = 0x7fff_0000;
export const LOG = 0x7ffc_0000;
export const TRACE = 0x7ff0_0000;
export const USER_NOTIF = 0x7fc0_0000;
export const TRAP = 0x0003_0000;
export const KILL_THREAD = 0x0000_0000;
export const KILL_PROCESS = 0x8000_0000;
export function errnoAction(errno: number): number {
  return 0x0005_0000 | errno;
}

/** AUDIT_ARCH_* of include/uapi/linux/audit.h. */
export const AUDIT_ARCHITECTURE: Readonly<Record<SyscallArchitecture, number>> = {
  x86_64: 0xc000_003e,
  aarch64: 0xc000_00b7,
};

/**
 * Calls of the x32 ABI carry this bit in their number but the architecture of x86_64, so that a filter which
 * looks at the architecture only would let them pass as other calls.
 */
export const X32_BIT = 0x4000_0000;
