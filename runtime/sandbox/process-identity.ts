import { readFileSync } from 'node:fs';

/** Of the fields after the name of the program in `/proc/PID/stat` (proc(5)), that of `starttime`. */
const START_TIME_FIELD = 19;

/** One process and no other that gets its number later, also after a boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after the boot. */
  readonly start: string;
  readonly boot: string;
}

/** Null where there is no such process, or only what is left of it until its parent looks. */
export function identityOf(pid: number): ProcessIdentity | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const boot = bootId();
  if (stat === null || boot === null) return null;
  // The name of a program may hold anything, also a parenthesis; what follows the last one is numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const start = fields[START_TIME_FIELD];
  if (fields[0] === 'Z' || fields[0] === 'X' || start === undefined) return null;
  return { pid, start, boot };
}

/** Whether it is alive, and the same. */
export function isAlive({ pid, start, boot }: ProcessIdentity): boolean {
  const now = identityOf(pid);
  return now !== null && now.start === start && now.boot === boot;
}

/** Another text after each boot of the machine; null where that cannot be told. */
export function bootId(): string | null {
  return readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
