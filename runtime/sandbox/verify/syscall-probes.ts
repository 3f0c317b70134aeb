import { BitSpace } from '../../../compiler/domain/bits.ts';
import { ERRNO } from '../../../compiler/domain/syscalls/errno.ts';
import { decideSyscall } from '../../../compiler/domain/syscalls/filter.ts';
import { SYSCALLS, type SyscallArchitecture } from '../../../compiler/domain/syscalls/table.ts';
import { ARGUMENTS, allowedArguments } from '../../../compiler/ir/canonical/syscalls.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { filterOf } from '../../../compiler/ir/syscalls.ts';
import type { Probe } from './probe.ts';

/** Calls that end or block the probe itself, or need a stack of their own, so that trying them says nothing. */
const NOT_TRIED = new Set([
  'exit',
  'exit_group',
  'vfork',
  'rt_sigreturn',
  'pause',
  'rt_sigsuspend',
  'restart_syscall',
]);

/** Calls that do nothing to anyone when they are let through with wrong or empty arguments. */
const HARMLESS = new Set([
  'clone',
  'fcntl',
  'getpid',
  'getuid',
  'ioctl',
  'memfd_create',
  'personality',
  'prctl',
  'sendmmsg',
  'sendmsg',
  'sendto',
  'socket',
  'socketpair',
  'uname',
]);

/** For each call with conditions the nearest arguments on both sides; and each call that is refused whatever they are. */
export function syscallProbes(policy: Policy, architecture: SyscallArchitecture): Probe[] {
  const filter = filterOf(policy.syscalls);
  const probes: Probe[] = [];
  for (const [name, call] of SYSCALLS) {
    const number = call[architecture];
    if (number === null || NOT_TRIED.has(name)) continue;
    const rules = filter.rules.filter((rule) => rule.name === name);
    const space = new BitSpace(ARGUMENTS);
    const allowed = allowedArguments(space, rules);
    const samples = [space.smallest(space.not(allowed))];
    if (HARMLESS.has(name)) samples.push(space.smallest(allowed));
    for (const args of samples) {
      if (args === null) continue;
      const decided = decideSyscall(filter, { name, args });
      const errno = decided.verdict === 'refuse' ? decided.errno : ERRNO.EPERM!;
      const entry = policy.syscalls.entries.find(({ rule }) => rule === decided.rule);
      probes.push({
        facet: 'syscalls',
        boundary: name,
        words: `call ${name}(${printed(args)})`,
        attempt: ['call', String(number), ...args.map((value) => `0x${value.toString(16)}`)],
        expected: decided.verdict === 'allow' ? 'works' : 'refused',
        because: entry?.grant.id ?? 'nothing grants it',
        refusals: [errno],
        leavesBehind: null,
      });
    }
  }
  return probes;
}

/** The arguments up to the last one that is not 0. */
function printed(args: readonly bigint[]): string {
  const last = args.findLastIndex((value) => value !== 0n);
  return args
    .slice(0, last + 1)
    .map((value) => `0x${value.toString(16)}`)
    .join(', ');
}
