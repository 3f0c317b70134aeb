import type { SyscallFilter, SyscallRule } from '../domain/syscalls/filter.ts';
import type { Grant } from './origin.ts';

export interface SyscallEntry {
  readonly rule: SyscallRule;
  readonly grant: Grant;
}

/** An allow list. A call is allowed when an allowing rule holds and no refusing one does. */
export interface SyscallPolicy {
  /** Sorted by syscall name, then by the text of the rule. */
  readonly entries: readonly SyscallEntry[];
  /** What a refused call returns where no rule names another error. */
  readonly defaultErrno: number;
}

/** The rules without their origins, as the filter language of `domain/syscalls` takes them. */
export function filterOf(syscalls: SyscallPolicy): SyscallFilter {
  return { defaultErrno: syscalls.defaultErrno, rules: syscalls.entries.map(({ rule }) => rule) };
}
