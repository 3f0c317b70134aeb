import { type AbsolutePath, isBeneath } from '../../domain/path.ts';
import type { Identity } from '../../ir/process.ts';
import type { ContainerMount } from '../container.ts';
import { memoryFolder, ulimitName, variableText } from '../container-options.ts';
import { BUNDLE_FILES, type ContainerRun } from '../container-run.ts';

/** What `docker` is called with, and what whoever calls it must fill in or check first. */
export interface DockerRun {
  /** Arguments of `docker`, up to where the agent's command follows. Relative paths start at the bundle's folder. */
  readonly arguments: readonly string[];
  /** Index of the argument in which `UID:GID` stands for the ids of whoever starts it; null where they are fixed. */
  readonly invokerAt: number | null;
  /** Mounts of the host's files whose path must be looked at before each start. */
  readonly checks: readonly MountCheck[];
}

export interface MountCheck {
  /** Index of the mount's argument. */
  readonly at: number;
  readonly path: string;
  /** Links may be followed in this beginning of the path only: further down the agent may have planted one. */
  readonly linksFollowedIn: string;
  /** Leave the argument out when the path is missing. */
  readonly optional: boolean;
}

const USER_OF_INVOKER = '--user=UID:GID';

/**
 * The arguments for `docker run`. Each option and its value are one argument, so no value can be read as an option;
 * values with several fields are quoted as Docker reads them; the image comes after `--`. The health check of the image
 * is off because Docker would run it outside the launcher's confinement.
 */
export function dockerRun(run: ContainerRun): DockerRun {
  const own = [ownMount(BUNDLE_FILES.launcher), ownMount(BUNDLE_FILES.plan)];
  const options = [
    'run',
    '--rm',
    '--init',
    '--network=none',
    '--read-only',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    `--security-opt=seccomp=${BUNDLE_FILES.seccompProfile}`,
    '--ipc=private',
    '--no-healthcheck',
    userOption(run.identity),
    `--workdir=${run.workdir}`,
    ...(run.processes === null ? [] : [`--pids-limit=${run.processes}`]),
    ...run.limits.map(({ name, maximum }) => `--ulimit=${ulimitName(name)}=${maximum}:${maximum}`),
    ...run.environment.map((variable) => `--env=${variableText(variable)}`),
    ...own,
  ];
  const mounts = run.mounts.map((mount) => mountOption(mount, run.identity));
  const last = [
    `--entrypoint=${BUNDLE_FILES.launcher.target}`,
    '--',
    run.image,
    '--plan',
    BUNDLE_FILES.plan.target,
    '--',
  ];
  const invokerAt = options.indexOf(USER_OF_INVOKER);
  return {
    arguments: [...options, ...mounts, ...last],
    invokerAt: invokerAt === -1 ? null : invokerAt,
    checks: run.mounts.flatMap((mount, index) => checkOf(mount, options.length + index, run.workdir)),
  };
}

function userOption(identity: Identity): string {
  return identity.kind === 'invoker' ? USER_OF_INVOKER : `--user=${identity.uid}:${identity.gid}`;
}

function ownMount({ source, target }: { source: string; target: string }): string {
  return mountArgument(['type=bind', `source=./${source}`, `target=${target}`, 'readonly']);
}

function mountOption(mount: ContainerMount, identity: Identity): string {
  const { path } = mount;
  switch (mount.kind) {
    case 'bind':
      return mountArgument([
        'type=bind',
        `source=${path}`,
        `target=${path}`,
        'bind-propagation=rprivate',
        ...(mount.writable ? [] : ['readonly', 'bind-recursive=readonly']),
      ]);
    case 'volume':
      return mountArgument(['type=volume', `target=${path}`, ...(mount.writable ? [] : ['readonly'])]);
    case 'scratch':
    case 'hidden':
      return `--tmpfs=${memoryFolder(mount, identity)}`;
  }
}

/** The value of `--mount` is one record of comma-separated values (RFC 4180). */
function mountArgument(fields: readonly string[]): string {
  const quoted = fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return `--mount=${quoted.join(',')}`;
}

/** Only what lies in the host's working folder can be looked at; the image's own files are not the agent's. */
function checkOf(mount: ContainerMount, at: number, workdir: string): MountCheck[] {
  if (mount.kind !== 'bind' && mount.kind !== 'hidden') return [];
  if (!isBeneath(mount.path as AbsolutePath, workdir as AbsolutePath)) return [];
  const followTo = mount.kind === 'bind' ? mount.followTo : mount.path.length;
  if (followTo === mount.path.length && !mount.optional) return [];
  return [{ at, path: mount.path, linksFollowedIn: mount.path.slice(0, followTo), optional: mount.optional }];
}
