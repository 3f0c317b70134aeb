import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from '../table.ts';
import type { Contender, Field } from './field.ts';

/** What the program that asks reports of one run. */
interface Run {
  readonly tunnels: number;
  readonly requests: number;
  readonly bytes: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/** Medians over all rounds. */
export interface Measured {
  readonly name: string;
  /** Requests, tunnels or bytes a second. */
  readonly rate: number;
  /** Processor time of the proxy itself, microseconds each. */
  readonly cost: number;
  readonly p99: number;
  readonly errors: number;
}

export interface Kind {
  /** `plain`: absolute-form. `tunnel`: within CONNECT. `bulk`: the same for one large file. `tls`: within TLS within CONNECT. */
  readonly way: 'plain' | 'tunnel' | 'bulk' | 'tls';
  readonly host: string;
  /** How many hosts take turns in a round; the next round has others. One when left out. */
  readonly hosts?: number;
  /** The number of the first one of all. */
  readonly firstHost?: number;
  readonly connections: number;
  readonly perTunnel: number;
  readonly counts: 'requests' | 'tunnels' | 'bytes';
}

const SECONDS = 3;
const ROUNDS = 7;
/** With the one that warms up. */
export const ALL_ROUNDS = ROUNDS + 1;
const TICKS_A_SECOND = 100;

/** All contenders in turn, several times, so that what else the machine does meets each of them. */
export async function measure(field: Field, kind: Kind): Promise<Measured[]> {
  const found = new Map<string, { rate: number; cost: number; p99: number; errors: number }[]>();
  for (let round = 0; round < ALL_ROUNDS; round += 1) {
    for (const contender of field.contenders) {
      const before = ticksOf(contender);
      const run = await ask(field, contender, kind, round);
      const spent = ((ticksOf(contender) - before) / TICKS_A_SECOND) * 1e6;
      // The first round warms up.
      if (round === 0) continue;
      const list = found.get(contender.name) ?? [];
      const count = run[kind.counts];
      list.push({
        rate: count / run.seconds,
        cost: spent / Math.max(1, count),
        p99: run.p99,
        errors: run.errors,
      });
      found.set(contender.name, list);
    }
  }
  return [...found].map(([name, runs]) => ({
    name,
    rate: median(runs.map(({ rate }) => rate)),
    cost: median(runs.map(({ cost }) => cost)),
    p99: median(runs.map(({ p99 }) => p99)),
    errors: Math.max(...runs.map(({ errors }) => errors)),
  }));
}

function ask(field: Field, contender: Contender, kind: Kind, round: number): Promise<Run> {
  const { hosts = 1, firstHost = 0 } = kind;
  const argv = [
    String(kind.way === 'tls' ? contender.interceptingPort : contender.plainPort),
    kind.host,
    String(kind.way === 'tls' ? field.secureServer : field.plainServer),
    kind.way,
    String(kind.connections),
    String(SECONDS),
    String(kind.perTunnel),
    String(hosts),
    String(firstHost + round * hosts),
  ];
  return new Promise((resolve, reject) => {
    const asking = spawn(field.load, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    asking.stdout.on('data', (bytes) => {
      text += bytes;
    });
    asking.on('error', reject);
    asking.on('close', (code) =>
      code === 0
        ? resolve(JSON.parse(text))
        : reject(new Error(`${contender.name}: the load ended with ${code}`)),
    );
  });
}

/** Processor time of the proxy and of what it started. */
function ticksOf({ process }: Contender): number {
  const text = readFileSync(`/proc/${process.pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [11, 12].reduce((sum, at) => sum + Number(fields[at]), 0) + childTicks(process.pid!);
}

function childTicks(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  return children.reduce((sum, child) => {
    const text = readFileSync(`/proc/${child}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
