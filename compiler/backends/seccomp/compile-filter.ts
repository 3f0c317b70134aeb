import { ENOSYS } from '../../domain/syscalls/errno.ts';
import { ruleText, type SyscallFilter, type SyscallRule } from '../../domain/syscalls/filter.ts';
import { knownNumbers, type SyscallArchitecture, syscallName } from '../../domain/syscalls/table.ts';
import type { Clause } from './argument-graph.ts';
import { generateProgram } from './generate.ts';
import { ALLOW, AUDIT_ARCHITECTURE, errnoAction, KILL_PROCESS, X32_BIT } from './kernel.ts';
import type { BpfProgram } from './program.ts';

/**
 * Compiles a filter for one architecture. The program gives every call the verdict of `evaluateFilter`, returns
 * ENOSYS for numbers without a name, and kills the process for calls of another architecture and of x32.
 * It may be longer than the kernel takes; `checkProgram` says so.
 */
export function compileFilter(filter: SyscallFilter, architecture: SyscallArchitecture): BpfProgram {
  const clauses = clausesByName(filter.rules);
  const calls = new Map<number, readonly Clause<number>[]>();
  for (const number of knownNumbers(architecture)) {
    calls.set(number, clauses.get(syscallName(number, architecture)!) ?? []);
  }
  const unknown = { from: 0, action: errnoAction(ENOSYS) };
  return generateProgram({
    auditArchitecture: AUDIT_ARCHITECTURE[architecture],
    wrongArchitecture: KILL_PROCESS,
    calls,
    unmatched: errnoAction(filter.defaultErrno),
    unlisted: architecture === 'x86_64' ? [unknown, { from: X32_BIT, action: KILL_PROCESS }] : [unknown],
  });
}

/**
 * Refusing rules first, by error number, then allowing ones: the first that holds is the one that decides. Those of one
 * rank stand in the order of their texts, so that the program does not depend on the order in which they were written.
 */
function clausesByName(rules: readonly SyscallRule[]): ReadonlyMap<string, readonly Clause<number>[]> {
  const rank = ({ effect }: SyscallRule) =>
    effect.kind === 'refuse' ? effect.errno : Number.POSITIVE_INFINITY;
  const ranked = rules.map((rule) => ({ rule, rank: rank(rule), text: ruleText(rule) }));
  ranked.sort((a, b) =>
    a.rank === b.rank ? Number(a.text > b.text) - Number(a.text < b.text) : a.rank < b.rank ? -1 : 1,
  );
  const clauses = new Map<string, Clause<number>[]>();
  for (const { rule } of ranked) {
    const outcome = rule.effect.kind === 'allow' ? ALLOW : errnoAction(rule.effect.errno);
    const own = clauses.get(rule.name);
    if (own === undefined) clauses.set(rule.name, [{ tests: rule.tests, outcome }]);
    else own.push({ tests: rule.tests, outcome });
  }
  return clauses;
}
