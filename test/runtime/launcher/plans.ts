import { missingSteps } from '../../../compiler/backends/launch-plan/encode.ts';
import {
  type LaunchPlan,
  NAMESPACES,
  type Namespace,
  type PlanLandlock,
  type PlanMount,
  type PlanRule,
} from '../../../compiler/backends/launch-plan/format.ts';
import { READ_EXECUTE_RIGHTS, rightsOf, WRITE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import { hostArchitecture } from '../../../runtime/launcher/locate.ts';

export const ALL_RIGHTS = 0xffff;
export const READ_WRITE = READ_EXECUTE_RIGHTS | WRITE_RIGHTS;
const DEVICE = rightsOf('read_file', 'write_file', 'ioctl_dev');

export function mount(kind: PlanMount['kind'], path: string, more: Partial<PlanMount> = {}): PlanMount {
  return {
    kind,
    path,
    followTo: path.length,
    readOnly: kind === 'bind' || kind === 'hidden',
    noExecute: kind === 'hidden' || kind === 'proc',
    optional: false,
    create: kind !== 'hidden',
    sizeBytes: null,
    ...more,
  };
}

export function rule(path: string, rights: number, more: Partial<PlanRule> = {}): PlanRule {
  return { path, followTo: path === '/' ? 0 : path.length, rights, optional: false, ...more };
}

/** Where the programs that tests start are; not every distribution has all four. */
const PROGRAMS = ['/usr', '/bin', '/lib', '/lib64'];

/** The programs of the host, /proc, a scratch /tmp and the null device. */
export const BASE_VIEW: readonly PlanMount[] = [
  ...PROGRAMS.map((path) => mount('bind', path, { optional: true })),
  mount('proc', '/proc'),
  mount('scratch', '/tmp', { noExecute: true, sizeBytes: 1 << 20 }),
  mount('folder', '/dev'),
  mount('bind', '/dev/null'),
];

export const BASE_RULES: readonly PlanRule[] = [
  ...PROGRAMS.map((path) => rule(path, READ_EXECUTE_RIGHTS, { optional: true })),
  rule('/', rightsOf('read_dir')),
  rule('/proc', READ_EXECUTE_RIGHTS),
  rule('/tmp', READ_WRITE),
  rule('/dev/null', DEVICE),
];

export interface PlanParts {
  readonly mounts?: readonly PlanMount[];
  readonly rules?: readonly PlanRule[];
  readonly landlock?: Partial<PlanLandlock> | null;
  readonly over?: Partial<LaunchPlan>;
}

/** The base plan with more mounts and rules; steps that are taken out are waived. */
export function planWith({ mounts = [], rules = [], landlock = {}, over = {} }: PlanParts = {}): LaunchPlan {
  const plan: Omit<LaunchPlan, 'waived'> = {
    architecture: hostArchitecture()!,
    namespaces: Object.keys(NAMESPACES) as Namespace[],
    identity: { kind: 'invoker' },
    newSession: false,
    dropsBoundingSet: true,
    view: [...BASE_VIEW, ...mounts],
    landlock: landlock && {
      requiredAbi: 1,
      bestEffort: false,
      handledFs: ALL_RIGHTS,
      handledNet: 0,
      scoped: 0,
      rules: [...BASE_RULES, ...rules],
      ...landlock,
    },
    limits: [],
    filter: null,
    workdir: '/tmp',
    ...over,
  };
  return { ...plan, waived: missingSteps(plan) };
}

/** The namespaces that root makes. */
export const WITHOUT_USER_NAMESPACE: readonly Namespace[] = ['mount', 'cgroup', 'uts', 'ipc', 'pid', 'net'];

/** What a host without user namespaces is left with. */
export const WITHOUT_NAMESPACES: Partial<LaunchPlan> = {
  namespaces: [],
  view: null,
  dropsBoundingSet: false,
};

/** Numbers from arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h. */
const MKDIR_CALLS = { x86_64: [83, 258], aarch64: [34] } as const;

/** A filter that answers EPERM to making folders and allows everything else. */
export function filterThatRefuses(_call: 'mkdir'): Uint8Array {
  const numbers = MKDIR_CALLS[hostArchitecture()!];
  const instructions: [code: number, jt: number, jf: number, k: number][] = [
    [0x20, 0, 0, 0],
    ...numbers.map((number, i): [number, number, number, number] => [0x15, numbers.length - i, 0, number]),
    [0x06, 0, 0, 0x7fff_0000],
    [0x06, 0, 0, 0x0005_0001],
  ];
  const view = new DataView(new ArrayBuffer(instructions.length * 8));
  instructions.forEach(([code, jt, jf, k], i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  });
  return new Uint8Array(view.buffer);
}
