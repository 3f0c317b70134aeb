import { listRights } from '../../ir/filesystem.ts';
import {
  type CoreStep,
  INSTRUCTION_BYTES,
  type LaunchPlan,
  PLAN_VERSION,
  type PlanIdentity,
  type PlanLandlock,
  type PlanLimit,
  type PlanMount,
  type PlanRule,
} from './format.ts';

const WAIVED_MEANS: Readonly<Record<CoreStep, string>> = {
  namespaces: "no namespaces: the agent shares the host's processes, network and mounts",
  view: "no file tree of its own: the agent sees the host's paths",
  'bounding-set': 'the bounding set of capabilities is left as it is',
  landlock: 'no Landlock: files are not restricted by path',
  seccomp: 'no filter: every system call is allowed',
};

/** A plan as a person can read it: every step in the order in which the launcher does it, one thing a line. */
export function describePlan(plan: LaunchPlan): string {
  const lines = [
    `launch plan, version ${PLAN_VERSION}, for ${plan.architecture}`,
    ...plan.waived.map((step) => `WAIVED: ${WAIVED_MEANS[step]}`),
    '',
    ...processLines(plan),
    ...section('file tree, on an empty read-only root', (plan.view ?? []).map(mountLine)),
    ...landlockLines(plan.landlock),
    ...section('limits, soft and hard', plan.limits.map(limitLine)),
    ...filterLines(plan.filter),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function processLines(plan: LaunchPlan): string[] {
  return [
    'process',
    ...(plan.namespaces.length > 0 ? [`  new namespaces: ${plan.namespaces.join(', ')}`] : []),
    ...(plan.namespaces.includes('net') ? ['  network: only the loopback device'] : []),
    `  identity: ${identityWords(plan.identity)}`,
    `  terminal: ${plan.newSession ? 'none, the command starts in a session of its own' : "the user's"}`,
    '  environment: exactly what the launcher is given',
    `  working folder: ${quoted(plan.workdir)}`,
    `  capabilities: none${plan.dropsBoundingSet ? ', and none in the bounding set' : ''}`,
    '  no new privileges: yes',
  ];
}

function identityWords(identity: PlanIdentity): string {
  switch (identity.kind) {
    case 'invoker':
      return 'whoever starts it';
    case 'mapped':
      return `user ${identity.uid}, group ${identity.gid} inside, whoever starts it outside`;
    case 'switched':
      return `becomes user ${identity.uid}, group ${identity.gid}, in no other group`;
    case 'required':
      return `refuses to start unless it is user ${identity.uid}, group ${identity.gid}`;
  }
}

const MOUNT_WORDS: Readonly<Record<PlanMount['kind'], string>> = {
  folder: 'folder',
  bind: 'host',
  scratch: 'scratch',
  hidden: 'hidden',
  proc: 'processes',
};

function mountLine(mount: PlanMount): string {
  const words = [MOUNT_WORDS[mount.kind].padEnd(9), quoted(mount.path)];
  if (mount.kind === 'folder') return [...words, 'empty, on the way to others'].join(' ');
  if (mount.kind !== 'hidden') {
    words.push(mount.readOnly ? 'read-only' : 'writable', mount.noExecute ? 'no-exec' : 'exec');
  }
  if (mount.sizeBytes !== null) words.push(`at most ${mount.sizeBytes} bytes`);
  return [...words, ...placeWords(mount)].join(' ');
}

function landlockLines(landlock: PlanLandlock | null): string[] {
  if (landlock === null) return [];
  const below = landlock.bestEffort ? 'goes on with what is there (BEST EFFORT)' : 'stops';
  return [
    ...section('Landlock', [
      `needs ABI ${landlock.requiredAbi}; below it the launcher ${below}`,
      `refuses unless granted: ${listRights(landlock.handledFs).join(' ')}`,
      ...named('refuses always', landlock.handledNet, ['TCP bind', 'TCP connect']),
      ...named('scoped', landlock.scoped, ['abstract unix sockets', 'signals']),
    ]),
    ...landlock.rules.map((rule) => `  ${ruleLine(rule)}`),
  ];
}

function named(what: string, bits: number, names: readonly string[]): string[] {
  const set = names.filter((_, bit) => bits & (1 << bit));
  return set.length === 0 ? [] : [`${what}: ${set.join(', ')}`];
}

function ruleLine(rule: PlanRule): string {
  const rights = listRights(rule.rights).join(' ') || 'nothing';
  return [`grants ${quoted(rule.path)}: ${rights}`, ...placeWords(rule)].join('; ');
}

function placeWords(place: Pick<PlanRule, 'path' | 'followTo' | 'optional'>): string[] {
  const head = place.path.slice(0, place.followTo) || '/';
  return [
    ...(place.optional ? ['optional'] : []),
    ...(place.followTo === place.path.length ? [] : [`no links below ${quoted(head)}`]),
  ];
}

function limitLine({ name, resource, maximum }: PlanLimit): string {
  return `${name} (${resource}): ${maximum}`;
}

function filterLines(filter: Uint8Array | null): string[] {
  if (filter === null) return [];
  return section('system calls', [
    `filter of ${filter.length / INSTRUCTION_BYTES} instructions, installed last`,
  ]);
}

/** Paths are the user's: what is invisible or ends a line is escaped, so that no path can pose as something else. */
function quoted(path: string): string {
  if (/^[\w/.@+,:=%-]+$/.test(path)) return path;
  const codePoint = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return JSON.stringify(path).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, codePoint);
}
