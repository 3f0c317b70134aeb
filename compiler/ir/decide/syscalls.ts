import { decideSyscall } from '../../domain/syscalls/filter.ts';
import type { SyscallAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy, NOT_GRANTED } from '../decision.ts';
import { filterOf, type SyscallPolicy } from '../syscalls.ts';

/** A call is allowed when an allowing rule holds and no refusing one does. */
export function decideSyscallUse(syscalls: SyscallPolicy, access: SyscallAccess): Decision {
  const decided = decideSyscall(filterOf(syscalls), access);
  const entry = syscalls.entries.find(({ rule }) => rule === decided.rule);
  if (!entry) return NOT_GRANTED;
  return decided.verdict === 'allow' ? allowedBy(entry.grant) : deniedBy(entry.grant, 'denied');
}
