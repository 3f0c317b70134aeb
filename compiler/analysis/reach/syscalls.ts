import { BitSpace, EVERYTHING, NOTHING } from '../../domain/bits.ts';
import type { SyscallRule } from '../../domain/syscalls/filter.ts';
import { SYSCALL_GROUPS } from '../../domain/syscalls/groups.ts';
import { allowedArguments } from '../../ir/canonical/syscalls.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import { GROUP_PHRASES } from './syscall-words.ts';

/** How far one call goes: with any arguments, with some of them, or never. */
export type CallUse = 'free' | 'limited' | 'refused';

/** One kind of system calls. */
export interface CallGroup {
  /** As a blueprint names it, e.g. `@mount`. */
  readonly name: string;
  /** What its calls are for, to be read after "it can" or "it cannot". */
  readonly phrase: string;
  readonly calls: readonly { readonly name: string; readonly use: CallUse }[];
}

export interface SyscallReach {
  /** Every known call is in exactly one group. */
  readonly groups: readonly CallGroup[];
  readonly counts: Readonly<Record<CallUse, number>>;
  /** What the filter was made from, in the order in which the policy has it. */
  readonly sources: readonly CallSource[];
}

/** One grant and the rules that it stands for. */
export interface CallSource {
  readonly grant: Grant;
  /** Names of the calls that it allows and that it refuses, each once. */
  readonly allows: readonly string[];
  readonly refuses: readonly string[];
}

/** Six registers, as the kernel has them. */
const ARGUMENTS = 6;

export function reachOfSyscalls({ entries }: SyscallPolicy): SyscallReach {
  const rules = new Map<string, SyscallRule[]>();
  for (const { rule } of entries) rules.set(rule.name, [...(rules.get(rule.name) ?? []), rule]);
  const counts = { free: 0, limited: 0, refused: 0 };
  const groups = [...SYSCALL_GROUPS].map(([name, calls]): CallGroup => {
    const judged = calls.map((call) => ({ name: call, use: useOf(rules.get(call) ?? []) }));
    for (const { use } of judged) counts[use]++;
    return { name, phrase: GROUP_PHRASES[name]!, calls: judged };
  });
  return { groups, counts, sources: sourcesOf(entries) };
}

/** Exact: the set of argument registers with which the call is allowed is everything, nothing, or between. */
function useOf(rules: readonly SyscallRule[]): CallUse {
  if (!rules.some(({ effect }) => effect.kind === 'allow')) return 'refused';
  const allowed = allowedArguments(new BitSpace(ARGUMENTS), rules);
  if (allowed === NOTHING) return 'refused';
  return allowed === EVERYTHING ? 'free' : 'limited';
}

function sourcesOf(entries: readonly SyscallEntry[]): CallSource[] {
  const byGrant = new Map<Grant, { allows: Set<string>; refuses: Set<string> }>();
  for (const { rule, grant } of entries) {
    const known = byGrant.get(grant) ?? { allows: new Set(), refuses: new Set() };
    byGrant.set(grant, known);
    (rule.effect.kind === 'allow' ? known.allows : known.refuses).add(rule.name);
  }
  return [...byGrant].map(([grant, { allows, refuses }]) => ({
    grant,
    allows: [...allows],
    refuses: [...refuses],
  }));
}
