import { BitSpace, NOTHING } from '../../domain/bits.ts';
import { ARGUMENT_CONSTANTS } from '../../domain/syscalls/constants.ts';
import type { SyscallRule } from '../../domain/syscalls/filter.ts';
import { SYSCALL_GROUPS } from '../../domain/syscalls/groups.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments } from '../../ir/canonical/syscalls.ts';

/**
 * A call that is allowed with arguments that lead to privileges. `makes`: it makes a user namespace, in which its maker has
 * every capability. `enters`: it joins one. `mounts`: it changes what is mounted, or the root, for whoever has
 * the capability in the namespace.
 */
export interface OpenedNamespace {
  readonly name: string;
  readonly how: 'makes' | 'enters' | 'mounts';
}

const NEW_USER = ARGUMENT_CONSTANTS.CLONE_NEWUSER!;

/** clone(2), clone3(2), unshare(2), setns(2), user_namespaces(7): where the flags lie, and whether 0 stands for every kind. */
const CALLS: readonly (OpenedNamespace & { readonly flags: number | null; readonly zeroIsAny: boolean })[] = [
  { name: 'clone', how: 'makes', flags: 0, zeroIsAny: false },
  // Its flags are in memory, where no filter sees them.
  { name: 'clone3', how: 'makes', flags: null, zeroIsAny: false },
  { name: 'unshare', how: 'makes', flags: 0, zeroIsAny: false },
  { name: 'setns', how: 'enters', flags: 1, zeroIsAny: true },
  ...SYSCALL_GROUPS.get('@mount')!
    // These two only read what is mounted.
    .filter((name) => name !== 'listmount' && name !== 'statmount')
    .map((name) => ({ name, how: 'mounts', flags: null, zeroIsAny: false }) as const),
];

/** Which of these calls the rules allow with arguments that count. What is too intricate to know counts. */
export function openedNamespaces(rules: ReadonlyMap<string, readonly SyscallRule[]>): OpenedNamespace[] {
  return CALLS.filter(({ name, flags, zeroIsAny }) => {
    const own = rules.get(name) ?? [];
    if (!own.some(({ effect }) => effect.kind === 'allow')) return false;
    const space = new BitSpace(ARGUMENTS, ARGUMENT_NODES);
    const allowed = allowedArguments(space, own);
    const reached =
      flags === null
        ? allowed
        : space.and(
            allowed,
            space.or(
              space.maskedEqual(flags, NEW_USER, NEW_USER),
              zeroIsAny ? space.maskedEqual(flags, 0xffff_ffffn, 0n) : NOTHING,
            ),
          );
    return space.exhausted || reached !== NOTHING;
  }).map(({ name, how }) => ({ name, how }));
}
