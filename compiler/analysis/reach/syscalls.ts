import type { SyscallRule } from '../../domain/syscalls/filter.ts';
import { SYSCALL_GROUPS } from '../../domain/syscalls/groups.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import { type CallUse, type CallWithConditions, conditionsOf, judgeCall } from './call-conditions.ts';
import { type OpenedNamespace, openedNamespaces } from './namespaces.ts';
import { ownerFileCalls } from './owner-files.ts';
import { GROUP_PHRASES } from './syscall-words.ts';

export type { CallUse } from './call-conditions.ts';

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
  /** Every call that is allowed with some arguments only, and with which. */
  readonly limited: readonly CallWithConditions[];
  /** Calls that may give the agent privileges in namespaces or change what is mounted; the profile allows none. */
  readonly namespaces: readonly OpenedNamespace[];
  /** Calls by which the agent can make files that run as their owner; the profile allows none. */
  readonly ownerFiles: readonly string[];
  /** What the filter was made from, in the order in which the policy has it. */
  readonly sources: readonly CallSource[];
}

/** One grant and the rules that it stands for. */
export interface CallSource {
  readonly grant: Grant;
  /** Names of the calls that it allows and that it refuses, each once. */
  readonly allows: readonly string[];
  readonly refuses: readonly string[];
  /** Which of them only with certain arguments, in the words of the grant's own rules. */
  readonly allowsWhere: readonly CallWithConditions[];
  readonly refusesWhere: readonly CallWithConditions[];
}

export function reachOfSyscalls({ entries }: SyscallPolicy): SyscallReach {
  const rules = new Map<string, SyscallRule[]>();
  for (const { rule } of entries) rules.set(rule.name, [...(rules.get(rule.name) ?? []), rule]);
  const counts = { free: 0, limited: 0, refused: 0 };
  const limited: CallWithConditions[] = [];
  const groups = [...SYSCALL_GROUPS].map(([name, calls]): CallGroup => {
    const judged = calls.map((call) => {
      const { use, terms } = judgeCall(call, rules.get(call) ?? []);
      counts[use]++;
      if (use === 'limited') limited.push({ name: call, terms });
      return { name: call, use };
    });
    return { name, phrase: GROUP_PHRASES[name]!, calls: judged };
  });
  return {
    groups,
    counts,
    limited,
    namespaces: openedNamespaces(rules),
    ownerFiles: ownerFileCalls(rules),
    sources: sourcesOf(entries),
  };
}

function sourcesOf(entries: readonly SyscallEntry[]): CallSource[] {
  const byGrant = new Map<Grant, SyscallRule[]>();
  for (const { rule, grant } of entries) {
    const known = byGrant.get(grant);
    if (known) known.push(rule);
    else byGrant.set(grant, [rule]);
  }
  return [...byGrant].map(([grant, rules]) => {
    const [allowing, refusing] = (['allow', 'refuse'] as const).map((kind) =>
      rules.filter(({ effect }) => effect.kind === kind),
    );
    return {
      grant,
      allows: namesOf(allowing!),
      refuses: namesOf(refusing!),
      allowsWhere: conditionsOf(allowing!),
      refusesWhere: conditionsOf(refusing!),
    };
  });
}

function namesOf(rules: readonly SyscallRule[]): string[] {
  return [...new Set(rules.map(({ name }) => name))];
}
