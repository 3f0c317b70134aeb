import { NEWER_SYSCALLS } from './newer-calls.ts';
import { DERIVED_SYSCALLS } from './table.generated.ts';

/** Processor families with a table. */
export type SyscallArchitecture = 'x86_64' | 'aarch64';

/** How many low bits of an argument register the kernel reads; it ignores the rest. */
export type ArgumentBits = 16 | 32 | 64;

/** One system call: its number on each architecture (null where it does not exist) and its arguments. */
export interface Syscall {
  readonly x86_64: number | null;
  readonly aarch64: number | null;
  readonly arguments: readonly ArgumentBits[];
}

/**
 * Every system call that we know by name: those of the Debian headers of Linux 6.1, and the newer ones up to
 * Linux 6.19. A call that is not here has no name; a filter refuses it with ENOSYS, as an older kernel would.
 */
export const SYSCALLS: ReadonlyMap<string, Syscall> = new Map(
  [...Object.entries(DERIVED_SYSCALLS), ...Object.entries(NEWER_SYSCALLS)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  ),
);

const byNumber: Partial<Record<SyscallArchitecture, ReadonlyMap<number, string>>> = {};

/** Made when it is first asked for: checking a blueprint never needs it. */
function numberIndex(architecture: SyscallArchitecture): ReadonlyMap<number, string> {
  const made = byNumber[architecture];
  if (made !== undefined) return made;
  const index = new Map<number, string>();
  for (const [name, call] of SYSCALLS) {
    const number = call[architecture];
    if (number !== null) index.set(number, name);
  }
  byNumber[architecture] = index;
  return index;
}

/** The call's number, or null where it does not exist on that architecture or at all. */
export function syscallNumber(name: string, architecture: SyscallArchitecture): number | null {
  return SYSCALLS.get(name)?.[architecture] ?? null;
}

/** The name behind a number, or null for a gap in the table and for numbers above it. */
export function syscallName(number: number, architecture: SyscallArchitecture): string | null {
  return numberIndex(architecture).get(number) ?? null;
}

/** Numbers of all known calls of an architecture, ascending. */
export function knownNumbers(architecture: SyscallArchitecture): readonly number[] {
  return [...numberIndex(architecture).keys()].sort((a, b) => a - b);
}
