import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePlan, missingSteps } from '../../compiler/backends/launch-plan/encode.ts';
import { type LaunchPlan, NAMESPACES, type Namespace } from '../../compiler/backends/launch-plan/format.ts';
import { planMounts } from '../../compiler/backends/launch-plan/plan-mounts.ts';
import type { ViewMount } from '../../compiler/backends/parts.ts';
import { compileFilter } from '../../compiler/backends/seccomp/compile-filter.ts';
import { programBytes } from '../../compiler/backends/seccomp/program.ts';
import type { Architecture } from '../../compiler/backends/target.ts';
import { AGENT_PROFILE } from '../../compiler/domain/syscalls/agent-profile.ts';
import { READ_EXECUTE_RIGHTS, WRITE_RIGHTS } from '../../compiler/ir/filesystem.ts';
import { hostArchitecture, launcherPath } from '../../runtime/launcher/locate.ts';
import { type BenchTable, type BenchVerdict, median } from './table.ts';

const ROUNDS = 250;
const MOST_OF_BUBBLEWRAP = 0.4;
const MOST_BYTES = 16 * 1024;
const MOST_LINES = 450;
const SOURCE = 'runtime/launcher/launcher.c';
const PROJECT = join(import.meta.dirname, '../..');
const PLAN_DESCRIPTOR = 3;
const FILTER_DESCRIPTOR = 9;

interface Variant {
  readonly name: string;
  readonly argv: readonly string[];
  /** Files that the command finds open, by descriptor. */
  readonly files: Readonly<Record<number, string>>;
}

/**
 * From the spawn to the first instruction of a tiny static program: directly, under the launcher and under bubblewrap,
 * which take turns. Both make all namespaces, the same mounts, no capabilities and install the same filter; the launcher
 * also applies Landlock. Needs cc and bubblewrap.
 */
export async function benchLauncher(): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-'));
  chmodSync(folder, 0o755);
  try {
    const architecture = hostArchitecture();
    if (architecture === null) throw new Error('the launcher is not made for this machine');
    const launcher = build(folder, architecture);
    const variants = variantsIn(folder, launcher, architecture);
    const times = measure(folder, variants);
    const [direct = 0, , ours = 0, bubblewrap = 0] = times;
    const rows = variants.map(({ name }, i) => [
      name,
      Math.round(times[i]! / 1000),
      Number((times[i]! / direct).toFixed(1)),
      Number((times[i]! / bubblewrap).toFixed(2)),
    ]);
    return {
      title: 'launcher: from the spawn to the first instruction of the command, medians',
      columns: ['variant', 'us', 'of a direct start', 'of bubblewrap'],
      rows,
      verdicts: [speedVerdict(ours / bubblewrap), ...sizeVerdicts(launcher)],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(folder: string, architecture: Architecture): string {
  const argv = ['scripts/build-launcher.js', '--program', 'launcher', '--out', join(folder, 'dist/launcher')];
  run('node', argv, PROJECT);
  const programs = join(import.meta.dirname, 'launcher-programs');
  run('cc', ['-O2', '-Wall', '-Werror', '-o', join(folder, 'spawn-timer'), join(programs, 'spawn-timer.c')]);
  const still = [
    '-Os',
    '-static',
    '-nostdlib',
    '-ffreestanding',
    '-fno-pie',
    '-no-pie',
    '-fno-stack-protector',
    '-s',
  ];
  mkdirSync(join(folder, 'bin'));
  run('cc', [...still, '-o', join(folder, 'bin/start-clock'), join(programs, 'start-clock.c')]);
  return launcherPath(folder, architecture).path;
}

function run(command: string, argv: readonly string[], cwd = '/', input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, argv, {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command}: ${stderr || error}`);
  return stdout;
}

/** An everyday sandbox: programs, a workspace with something read-only and something hidden in it, a few devices. */
function everydayMounts(folder: string): ViewMount[] {
  const workspace = join(folder, 'workspace');
  const bind = (path: string, writable: boolean): ViewMount => ({
    kind: 'bind',
    path,
    writable,
    executable: true,
    optional: false,
    followTo: path.length,
  });
  const scratch: ViewMount = { kind: 'scratch', path: '/dev/shm', sizeBytes: 1 << 26, executable: false };
  return [
    bind('/bin', false),
    ...['full', 'null', 'random', 'urandom', 'zero'].map((name) => bind(`/dev/${name}`, true)),
    scratch,
    bind('/etc', false),
    bind('/lib', false),
    bind('/lib64', false),
    { kind: 'proc', path: '/proc' },
    bind(join(folder, 'bin'), false),
    bind(workspace, true),
    { kind: 'hidden', path: join(workspace, 'keys'), optional: false },
    bind(join(workspace, 'settings'), false),
    bind('/usr', false),
  ];
}

/** What bubblewrap is told to do the same. */
function bubblewrapArguments(mounts: readonly ViewMount[], workdir: string): string[] {
  const process = [
    '--unshare-user',
    '--unshare-all',
    '--cap-drop',
    'ALL',
    '--die-with-parent',
    '--chdir',
    workdir,
  ];
  const filter = ['--seccomp', String(FILTER_DESCRIPTOR)];
  return [...process, ...mounts.flatMap(bubblewrapMount), '--remount-ro', '/', ...filter];
}

function bubblewrapMount(mount: ViewMount): string[] {
  const { kind, path } = mount;
  switch (kind) {
    case 'bind':
      if (path.startsWith('/dev/')) return ['--dev-bind', path, path];
      return [mount.writable ? '--bind' : '--ro-bind', path, path];
    case 'scratch':
      return ['--size', String(mount.sizeBytes), '--tmpfs', path];
    case 'hidden':
      return ['--perms', '0000', '--tmpfs', path, '--remount-ro', path];
    case 'proc':
      return ['--proc', path];
  }
}

function variantsIn(folder: string, launcher: string, architecture: Architecture): Variant[] {
  const workspace = join(folder, 'workspace');
  for (const below of ['', 'keys', 'settings']) mkdirSync(join(workspace, below), { recursive: true });
  const clock = join(folder, 'bin/start-clock');
  const mounts = everydayMounts(folder);
  const filter = programBytes(compileFilter({ defaultErrno: 1, rules: AGENT_PROFILE }, architecture));
  const filterFile = join(folder, 'filter.bpf');
  writeFileSync(filterFile, filter);
  const rules = mounts.flatMap((mount) =>
    mount.kind === 'hidden'
      ? []
      : [{ path: mount.path, followTo: mount.path.length, optional: false, rights: rightsOn(mount) }],
  );
  const confined = {
    architecture,
    identity: { kind: 'invoker' },
    newSession: false,
    landlock: { requiredAbi: 1, bestEffort: true, handledFs: 0xffff, handledNet: 3, scoped: 3, rules },
    limits: [{ name: 'RLIMIT_NOFILE', resource: 7, maximum: 1024 }],
    filter,
    workdir: workspace,
  } as const;
  const written = (name: string, about: Pick<LaunchPlan, 'namespaces' | 'view' | 'dropsBoundingSet'>) => {
    const plan = { ...confined, ...about };
    writeFileSync(join(folder, name), encodePlan({ ...plan, waived: missingSteps(plan) }));
    return { [PLAN_DESCRIPTOR]: join(folder, name) };
  };
  const weaker = written('weaker.bin', { namespaces: [], view: null, dropsBoundingSet: false });
  const all = Object.keys(NAMESPACES) as Namespace[];
  const whole = written('whole.bin', {
    namespaces: all,
    view: planMounts({ mounts }),
    dropsBoundingSet: true,
  });
  const bubblewrap = ['/usr/bin/bwrap', ...bubblewrapArguments(mounts, workspace), clock];
  return [
    { name: 'direct', argv: [clock], files: {} },
    { name: 'launcher, Landlock and seccomp only', argv: [launcher, '--', clock], files: weaker },
    { name: 'launcher, everything', argv: [launcher, '--', clock], files: whole },
    {
      name: 'bubblewrap, the same without Landlock',
      argv: bubblewrap,
      files: { [FILTER_DESCRIPTOR]: filterFile },
    },
  ];
}

function rightsOn(mount: ViewMount): number {
  const isWritable = mount.kind === 'scratch' || (mount.kind === 'bind' && mount.writable);
  return isWritable ? READ_EXECUTE_RIGHTS | WRITE_RIGHTS : READ_EXECUTE_RIGHTS;
}

/** Median nanoseconds of each variant. */
function measure(folder: string, variants: readonly Variant[]): number[] {
  const input = variants
    .map(({ argv, files }) => {
      const opened = Object.entries(files).map(([descriptor, path]) => `<${descriptor} ${path}`);
      return `${[...opened, ...argv].join('\n')}\n\n`;
    })
    .join('');
  const printed = run(join(folder, 'spawn-timer'), [String(ROUNDS)], '/', input);
  const measured = printed
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  return variants.map((_, variant) =>
    median(measured.filter(([of]) => of === variant).map(([, time]) => time!)),
  );
}

function speedVerdict(part: number): BenchVerdict {
  return {
    figure: 'start under all namespaces, part of the time of bubblewrap',
    target: `at most ${MOST_OF_BUBBLEWRAP.toFixed(2)}`,
    measured: part.toFixed(2),
    reached: part <= MOST_OF_BUBBLEWRAP,
  };
}

function sizeVerdicts(launcher: string): BenchVerdict[] {
  const bytes = statSync(launcher).size;
  const lines = readFileSync(join(PROJECT, SOURCE), 'utf8').trimEnd().split('\n').length;
  return [
    {
      figure: "bytes of the launcher's binary",
      target: `at most ${MOST_BYTES}`,
      measured: String(bytes),
      reached: bytes <= MOST_BYTES,
    },
    {
      figure: `lines of ${SOURCE}`,
      target: `at most ${MOST_LINES}`,
      measured: String(lines),
      reached: lines <= MOST_LINES,
    },
  ];
}
