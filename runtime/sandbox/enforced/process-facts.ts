import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** What the kernel says of one process (proc_pid_status(5), proc_pid_uid_map(5), namespaces(7)). */
export interface ProcessFacts {
  readonly pid: number;
  readonly noNewPrivileges: boolean;
  /** 0 none, 1 strict, 2 filters. */
  readonly seccompMode: number;
  readonly seccompFilters: number;
  /** Every capability in any of its five sets, in hexadecimal. */
  readonly capabilities: string;
  /** Real, effective, saved, file system. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly uidMap: string;
  readonly gidMap: string;
  /** By name, such as `net`; each differs from that of any other namespace of its kind. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Network interfaces that it sees. */
  readonly interfaces: readonly string[];
  readonly routes: number;
}

export const NAMESPACES = ['user', 'mnt', 'pid', 'ipc', 'uts', 'net', 'cgroup'] as const;
const CAPABILITY_SETS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];

/** Null where there is no such process any more. Throws the file system's other errors. */
export function processFacts(pid: number): ProcessFacts | null {
  try {
    const status = fieldsOf(read(pid, 'status'));
    const numbers = (name: string) => (status.get(name) ?? '').split(/\s+/).filter(Boolean).map(Number);
    const capabilities = CAPABILITY_SETS.reduce(
      (all, name) => all | BigInt(`0x${status.get(name) ?? 'f'}`),
      0n,
    );
    return {
      pid,
      noNewPrivileges: status.get('NoNewPrivs') === '1',
      seccompMode: Number(status.get('Seccomp') ?? 0),
      seccompFilters: Number(status.get('Seccomp_filters') ?? 0),
      capabilities: capabilities.toString(16),
      uids: numbers('Uid'),
      gids: numbers('Gid'),
      uidMap: mapWords(read(pid, 'uid_map')),
      gidMap: mapWords(read(pid, 'gid_map')),
      namespaces: namespacesOf(String(pid)),
      interfaces: linesAfter(read(pid, 'net/dev'), 2).map((line) => line.split(':')[0]!.trim()),
      routes: linesAfter(read(pid, 'net/route'), 1).length,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
    return null;
  }
}

/** The namespaces of a process; `self` is this one. Throws the file system's own errors. */
export function namespacesOf(pid: string): Readonly<Record<string, string>> {
  return Object.fromEntries(NAMESPACES.map((name) => [name, readlinkSync(`/proc/${pid}/ns/${name}`)]));
}

/** Every process in the process namespace of one but the first, which is the launcher's own and waits for the others. */
export function processesBeside(pid: number): number[] {
  const own = namespaceOf(pid);
  if (own === null || own === namespaceOf('self')) return [pid];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => namespaceOf(other) === own && !isFirst(other));
}

function namespaceOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

function isFirst(pid: number): boolean {
  return numberInside(pid) === 1;
}

/** The number that a process has in its own process namespace; null where there is no such process any more. */
export function numberInside(pid: number): number | null {
  try {
    return Number(fieldsOf(read(pid, 'status')).get('NSpid')?.split(/\s+/).at(-1));
  } catch {
    return null;
  }
}

/** Whether of a process nothing is left but what its parent is told; one whose first thread alone has ended goes on. */
export function hasEnded(pid: number): boolean {
  try {
    const status = fieldsOf(read(pid, 'status'));
    return /^[ZX]/.test(status.get('State') ?? '') && Number(status.get('Threads') ?? 0) <= 1;
  } catch {
    return true;
  }
}

/**
 * Whether a process lets nobody look into it: its files in /proc then belong to the first user of its user namespace
 * (proc_pid(5)). Where it is that user's anyway, this cannot be told, and it is false.
 */
export function letsNobodyLook(pid: number): boolean {
  try {
    const [, effective] = fieldsOf(read(pid, 'status')).get('Uid')?.split(/\s+/).map(Number) ?? [];
    return statSync(`/proc/${pid}/status`).uid !== effective;
  } catch {
    return false;
  }
}

function read(pid: number, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, 'utf8');
}

function fieldsOf(status: string): Map<string, string> {
  return new Map(
    status.split('\n').map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
}

function mapWords(map: string): string {
  return map
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).join(' '))
    .join(', ');
}

function linesAfter(text: string, head: number): string[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(head)
    .filter((line) => line.trim() !== '');
}
