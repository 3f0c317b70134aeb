import type { Identity } from '../ir/process.ts';
import type { ContainerMount } from './container.ts';

/** Docker's names for limits are those of ulimit: `RLIMIT_NOFILE` is `nofile`. */
export function ulimitName(name: string): string {
  return name.slice('RLIMIT_'.length).toLowerCase();
}

/**
 * A folder in memory as `PATH:OPTIONS`, as `--tmpfs` and Compose take it. A scratch folder belongs to the agent where its
 * id is known, because runc prefers the mode of a folder that the image has at that path to the one asked for
 * (github.com/opencontainers/runc/issues/3911).
 */
export function memoryFolder(
  mount: Extract<ContainerMount, { kind: 'scratch' | 'hidden' }>,
  identity: Identity,
): string {
  if (mount.kind === 'hidden') return `${mount.path}:ro,noexec,nosuid,nodev,size=4096,mode=0000`;
  const options = [
    'rw',
    mount.executable ? 'exec' : 'noexec',
    'nosuid',
    'nodev',
    ...(mount.sizeBytes === null ? [] : [`size=${mount.sizeBytes}`]),
    ...(identity.kind === 'user' ? [`uid=${identity.uid}`, `gid=${identity.gid}`] : []),
    'mode=1777',
  ];
  return `${mount.path}:${options.join(',')}`;
}

/** `NAME=VALUE`, or `NAME` alone to pass the variable on where it is set. */
export function variableText({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string | null;
}): string {
  return value === null ? name : `${name}=${value}`;
}
