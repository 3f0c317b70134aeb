import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Identity } from '../../ir/process.ts';
import type { ContainerMount } from '../container.ts';
import { memoryFolder, ulimitName, variableText } from '../container-options.ts';
import { BUNDLE_FILES, type ContainerRun } from '../container-run.ts';

/**
 * The Compose file of a container (github.com/compose-spec/compose-spec). Every text is in double quotes, and `$` is
 * doubled in all that comes from outside, so nothing is taken for another type or for a variable.
 */
export function composeText(run: ContainerRun, policyName: string): string {
  return stringify(
    { name: projectName(policyName), services: { agent: serviceOf(run) } },
    { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 },
  );
}

/** Letters of the name that a project may have, and a hash that tells apart names which then look alike. */
function projectName(policyName: string): string {
  const readable = policyName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const hash = createHash('sha256').update(policyName).digest('hex').slice(0, 8);
  return ['nemoclaw', readable.slice(0, 40), hash].filter((part) => part !== '').join('-');
}

function serviceOf(run: ContainerRun): Record<string, unknown> {
  const inMemory = run.mounts.flatMap((mount) => inMemoryOf(mount, run.identity));
  return {
    image: literal(run.image),
    init: true,
    network_mode: 'none',
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true', `seccomp:./${BUNDLE_FILES.seccompProfile}`],
    ipc: 'private',
    healthcheck: { disable: true },
    user: userOf(run.identity),
    working_dir: literal(run.workdir),
    ...(run.processes !== null && { pids_limit: run.processes }),
    ...(run.limits.length > 0 && { ulimits: ulimitsOf(run) }),
    ...(run.environment.length > 0 && {
      environment: run.environment.map((one) => literal(variableText(one))),
    }),
    volumes: [
      ownVolume(BUNDLE_FILES.launcher),
      ownVolume(BUNDLE_FILES.plan),
      ...run.mounts.flatMap(volumeOf),
    ],
    ...(inMemory.length > 0 && { tmpfs: inMemory }),
    entrypoint: [BUNDLE_FILES.launcher.target, '--plan', BUNDLE_FILES.plan.target, '--'],
  };
}

/** Compose replaces `$name` from the environment of whoever starts it; `$$` is one dollar sign. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Compose stops with this text when the variables are not set. */
function userOf(identity: Identity): string {
  if (identity.kind === 'user') return `${identity.uid}:${identity.gid}`;
  const variable = (name: string, flag: string) => `\${${name}:?set it to the number that id ${flag} prints}`;
  return `${variable('NEMOCLAW_UID', '-u')}:${variable('NEMOCLAW_GID', '-g')}`;
}

function ulimitsOf({ limits }: ContainerRun): Record<string, unknown> {
  return Object.fromEntries(
    limits.map(({ name, maximum }) => [ulimitName(name), { soft: maximum, hard: maximum }]),
  );
}

function ownVolume({ source, target }: { source: string; target: string }): Record<string, unknown> {
  return { type: 'bind', source: `./${source}`, target, read_only: true, bind: { create_host_path: false } };
}

function volumeOf(mount: ContainerMount): Record<string, unknown>[] {
  const target = literal(mount.path);
  switch (mount.kind) {
    case 'bind': {
      const recursive = mount.writable ? {} : { recursive: 'readonly' };
      const bind = { create_host_path: false, propagation: 'rprivate', ...recursive };
      return [{ type: 'bind', source: target, target, read_only: !mount.writable, bind }];
    }
    case 'volume':
      return [{ type: 'volume', target, read_only: !mount.writable }];
    default:
      return [];
  }
}

function inMemoryOf(mount: ContainerMount, identity: Identity): string[] {
  if (mount.kind !== 'scratch' && mount.kind !== 'hidden') return [];
  return [literal(memoryFolder(mount, identity))];
}
