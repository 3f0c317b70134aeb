import { BitSpace, EVERYTHING, NOTHING } from '../../domain/bits.ts';
import { ARGUMENT_CONSTANTS } from '../../domain/syscalls/constants.ts';
import type { SyscallRule } from '../../domain/syscalls/filter.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments } from '../../ir/canonical/syscalls.ts';

const AS_OWNER = ARGUMENT_CONSTANTS.S_ISUID!;
/** O_CREAT, and what O_TMPFILE has beside O_DIRECTORY on both architectures (asm-generic/fcntl.h). */
const CREATING = [ARGUMENT_CONSTANTS.O_CREAT!, 0o20000000n];

/** chmod(2), mknod(2), open(2): where the mode lies, null where no filter sees it, and where the flags that make a mode count. */
const CALLS: readonly {
  readonly name: string;
  readonly mode: number | null;
  readonly flags: number | null;
}[] = [
  { name: 'chmod', mode: 1, flags: null },
  { name: 'fchmod', mode: 1, flags: null },
  { name: 'fchmodat', mode: 2, flags: null },
  { name: 'fchmodat2', mode: 2, flags: null },
  { name: 'creat', mode: 1, flags: null },
  { name: 'mknod', mode: 1, flags: null },
  { name: 'mknodat', mode: 2, flags: null },
  { name: 'open', mode: 2, flags: 1 },
  { name: 'openat', mode: 3, flags: 2 },
  // Their modes are in memory.
  { name: 'openat2', mode: null, flags: null },
  { name: 'io_uring_setup', mode: null, flags: null },
];

/**
 * Calls that the rules allow with a mode of S_ISUID, by which the agent makes files that run as their owner, whoever starts
 * them. What is too intricate to know counts.
 */
export function ownerFileCalls(rules: ReadonlyMap<string, readonly SyscallRule[]>): string[] {
  return CALLS.filter(({ name, mode, flags }) => {
    const own = rules.get(name) ?? [];
    if (!own.some(({ effect }) => effect.kind === 'allow')) return false;
    const space = new BitSpace(ARGUMENTS, ARGUMENT_NODES);
    const made =
      flags === null
        ? EVERYTHING
        : CREATING.map((bit) => space.maskedEqual(flags, bit, bit)).reduce((all, one) => space.or(all, one));
    const asOwner = mode === null ? EVERYTHING : space.maskedEqual(mode, AS_OWNER, AS_OWNER);
    const reached = space.and(allowedArguments(space, own), space.and(made, asOwner));
    return space.exhausted || reached !== NOTHING;
  }).map(({ name }) => name);
}
