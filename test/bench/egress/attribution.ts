import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildBundle } from '../../../compiler/bundle/bundle.ts';
import { doorkeeperPath } from '../../../runtime/launcher/locate.ts';
import type { Door } from '../../../runtime/sandbox/door.ts';
import { startSandbox } from '../../../runtime/sandbox/start.ts';
import { hostArch, hostTarget, launcher } from '../../support/kernel.ts';
import { blueprint, policyOf, testBindings } from '../../support/policy.ts';
import { type BenchTable, median } from '../table.ts';

const ROUNDS = 7;
const CONNECTIONS = 400;
const PROCESSES = [50, 500] as const;
const MOST_MICROSECONDS = 100;
/** Of two medians of the same thing on a machine with other work. */
const NO_GROWTH = 1.25;
const GATEWAY = join(import.meta.dirname, '../../runtime/doorkeeper/telling-gateway.mjs');

/**
 * What it costs a program that the doorkeeper finds out who calls and leads its connection to the gateway: connect() in a
 * sandbox with a door, less connect() to a listener of its own in a sandbox without, with few and with many processes.
 */
export async function benchAttribution(): Promise<BenchTable> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-bench-attribution-')));
  try {
    const program = join(folder, 'connects');
    execFileSync('cc', ['-O2', '-static', '-o', program, join(import.meta.dirname, 'connects.c')]);
    const took = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const processes of PROCESSES) {
        for (const door of [null, DOOR]) {
          const key = `${processes} ${door === null ? 'none' : 'door'}`;
          took.set(key, [...(took.get(key) ?? []), await connectTime(program, processes, door)]);
        }
      }
    }
    return tableOf((processes, kind) => median(took.get(`${processes} ${kind}`)!));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const DOOR: Door = {
  doorkeeper: doorkeeperPath(join(import.meta.dirname, '../../..'), hostArch).path,
  gateway: [process.execPath, GATEWAY],
  env: {},
  credentials: [],
  gone: () => {},
};

/** Microseconds of the middle connect(). */
async function connectTime(program: string, processes: number, door: Door | null): Promise<number> {
  const workdir = join(program, '..', 'work');
  mkdirSync(workdir, { recursive: true });
  const sections = `
extends: [{ preset: base }]
filesystem_policy: { include_workdir: true, read_only: ["${program}"] }
`;
  const policy = policyOf(blueprint(sections), { workdir });
  const { bundle } = buildBundle(policy, hostTarget(), { ...testBindings, workdir }, []);
  const { child, outcome } = startSandbox({
    launcher: launcher.path,
    plan: bundle!.artifacts.find(({ path }) => path === 'launch/plan.bin')!.bytes,
    argv: [
      program,
      String(processes),
      String(CONNECTIONS),
      ...(door === null ? ['127.0.0.1', '3128'] : ['192.0.2.1', '80']),
    ],
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
    door,
  });
  const [said] = await Promise.all([text(child.stdout!), outcome]);
  const nanoseconds = Number(said);
  if (!(nanoseconds > 0)) throw new Error(`the connections were not measured: ${said}`);
  return nanoseconds / 1000;
}

function tableOf(middle: (processes: number, kind: 'none' | 'door') => number): BenchTable {
  const added = PROCESSES.map((processes) => middle(processes, 'door') - middle(processes, 'none'));
  const [few, many] = added as [number, number];
  return {
    title: 'connect() in a sandbox, medians in microseconds',
    columns: ['processes', 'no door', 'with the door', 'added'],
    rows: PROCESSES.map((processes, at) => [
      processes,
      round(middle(processes, 'none')),
      round(middle(processes, 'door')),
      round(added[at]!),
    ]),
    verdicts: [
      {
        figure: 'added to a connection with 500 processes',
        target: `at most ${MOST_MICROSECONDS} us`,
        measured: `${round(many)} us`,
        reached: many <= MOST_MICROSECONDS,
      },
      {
        figure: 'growth from 50 to 500 processes',
        target: `none: at most ${NO_GROWTH} times`,
        measured: `${(many / few).toFixed(2)} times`,
        reached: many / few <= NO_GROWTH,
      },
    ],
  };
}

function round(microseconds: number): number {
  return Math.round(microseconds * 10) / 10;
}
