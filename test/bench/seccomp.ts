import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFilter } from '../../compiler/backends/seccomp/compile-filter.ts';
import { generateProgram } from '../../compiler/backends/seccomp/generate.ts';
import { ALLOW, AUDIT_ARCHITECTURE } from '../../compiler/backends/seccomp/kernel.ts';
import { type BpfProgram, programBytes } from '../../compiler/backends/seccomp/program.ts';
import { AGENT_PROFILE } from '../../compiler/domain/syscalls/agent-profile.ts';
import { knownNumbers, type SyscallArchitecture } from '../../compiler/domain/syscalls/table.ts';
import { compareWithMeaning } from '../support/compare-with-meaning.ts';
import { compileC } from '../support/compile-c.ts';
import { containerCalls } from '../support/container-points.ts';
import {
  compileWithLibseccomp,
  DEBIAN_PROFILE,
  DOCKER_CAPABILITIES,
  withoutNames,
} from '../support/libseccomp.ts';
import { type ContainerProfile, readContainerProfile } from '../support/seccomp/container-profile.ts';
import { applicableRules, type Container, containerRequest } from '../support/seccomp/container-request.ts';
import { longestPath } from '../support/seccomp/measure.ts';
import { simulate } from '../support/seccomp/simulate.ts';
import { type BenchTable, type BenchVerdict, median } from './table.ts';

const ARCHITECTURES = ['x86_64', 'aarch64'] as const;
const MOST_INSTRUCTIONS = { x86_64: 70, aarch64: 75 } as const;
const LONGEST_PATH = 18;
const POINTS = 100_000;
const RANDOM_POINTS = 1_000_000;
const ROUNDS = 15;
const INSTALLATIONS = 20;

interface Candidate {
  readonly compiler: string;
  readonly architecture: SyscallArchitecture;
  readonly program: BpfProgram;
}

/**
 * Docker's default profile, as Debian packages it, compiled by us and by libseccomp with both of its settings; sizes,
 * paths, what installing costs here, and whether all three mean the same. Needs cc, libseccomp-dev and
 * golang-github-containers-common.
 */
export async function benchSeccomp(): Promise<BenchTable> {
  const compiler = compileC('libseccomp-compile.c', '-lseccomp');
  const loader = compileC('seccomp-load.c');
  try {
    const profile = debianProfile();
    const compared = ARCHITECTURES.map((architecture) => compare(profile, architecture, compiler.path));
    const candidates = [...compared.flatMap(({ all }) => all), ...ARCHITECTURES.map(agentProfile)];
    const installed = installTimes(loader.path, candidates);
    return {
      title: 'seccomp: the default profile of containers, and that of agents',
      columns: [
        'compiler',
        'architecture',
        'instructions',
        'longest path',
        'average allowed',
        'install (us)',
      ],
      rows: candidates.map(({ compiler: name, architecture, program }) => [
        name,
        architecture,
        program.length,
        longestPath(program),
        averageAllowed(program, architecture),
        installed.get(program) ?? '-',
      ]),
      verdicts: [...compared.flatMap(({ verdicts }) => verdicts), randomVerdict()],
    };
  } finally {
    compiler.remove();
    loader.remove();
  }
}

function debianProfile(): ContainerProfile {
  const read = readContainerProfile(readFileSync(DEBIAN_PROFILE, 'utf8'));
  if (!read.ok) throw new Error(read.why);
  return read.profile;
}

function compare(profile: ContainerProfile, architecture: SyscallArchitecture, tool: string) {
  const container: Container = { architecture, capabilities: DOCKER_CAPABILITIES, kernel: '6.1' };
  const rules = applicableRules(profile, container);
  const [byUse, tree] = ([1, 2] as const).map((optimize) =>
    compileWithLibseccomp(tool, architecture, rules, profile.defaultAction, optimize),
  );
  const program = generateProgram(containerRequest(profile, container));
  const known = { ...profile, rules: withoutNames(profile.rules, byUse!.unknown) };
  const comparable = generateProgram(containerRequest(known, container));
  let [points, differences] = [0, 0];
  for (const call of containerCalls(architecture, POINTS)) {
    const { action } = simulate(comparable, call);
    points++;
    if ([byUse!, tree!].some((theirs) => simulate(theirs.program, call).action !== action)) differences++;
  }
  const path = longestPath(program);
  const most = MOST_INSTRUCTIONS[architecture];
  const verdicts: BenchVerdict[] = [
    verdict(`instructions, ${architecture}`, `at most ${most}`, program.length, program.length <= most),
    verdict(`longest path, ${architecture}`, `at most ${LONGEST_PATH}`, path, path <= LONGEST_PATH),
    verdict(
      `differences to libseccomp, ${architecture}`,
      'none',
      `${differences} of ${points} calls`,
      differences === 0,
    ),
  ];
  const all: Candidate[] = [
    { compiler: 'ours', architecture, program },
    { compiler: 'libseccomp', architecture, program: byUse!.program },
    { compiler: 'libseccomp optimize=2', architecture, program: tree!.program },
  ];
  return { all, verdicts };
}

function verdict(figure: string, target: string, measured: string | number, reached: boolean): BenchVerdict {
  return { figure, target, measured: String(measured), reached };
}

function agentProfile(architecture: SyscallArchitecture): Candidate {
  const program = compileFilter({ defaultErrno: 1, rules: AGENT_PROFILE }, architecture);
  return { compiler: 'ours, agent profile', architecture, program };
}

function randomVerdict(): BenchVerdict {
  const { points, differences } = compareWithMeaning(RANDOM_POINTS);
  const measured = `${differences.length} of ${points} calls`;
  return verdict('differences to the meaning of random filters', 'none', measured, differences.length === 0);
}

/** Instructions executed for a call that is allowed, over all of them, with arguments of 0. */
function averageAllowed(program: BpfProgram, architecture: SyscallArchitecture): number {
  const executions = knownNumbers(architecture)
    .map((number) => simulate(program, { architecture: AUDIT_ARCHITECTURE[architecture], number, args: [] }))
    .filter(({ action }) => action === ALLOW);
  const sum = executions.reduce((total, { executed }) => total + executed, 0);
  return Math.round((10 * sum) / executions.length) / 10;
}

/** Medians in microseconds for this machine's architecture; the candidates take turns, so that load hits all alike. */
function installTimes(loader: string, candidates: readonly Candidate[]): ReadonlyMap<BpfProgram, number> {
  const here = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-'));
  const native = candidates
    .filter(({ architecture }) => architecture === here)
    .map(({ program }, at) => ({ program, path: join(folder, `${at}.bpf`), nanoseconds: [] as number[] }));
  try {
    for (const { program, path } of native) writeFileSync(path, programBytes(program));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { path, nanoseconds } of native) {
        const { stdout } = spawnSync(loader, [path, 'time', String(INSTALLATIONS)], { encoding: 'utf8' });
        nanoseconds.push(...stdout.trim().split('\n').map(Number));
      }
    }
    return new Map(
      native.map(({ program, nanoseconds }) => [program, Math.round(median(nanoseconds) / 1000)]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
