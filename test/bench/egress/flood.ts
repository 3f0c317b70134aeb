import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { openRequests } from '../../../runtime/approvals/requests/open-requests.ts';
import type { PendingRequests, Refused } from '../../../runtime/approvals/requests/pending-requests.ts';
import { type BenchTable, median } from '../table.ts';

const HOSTS = 100_000;
const MINUTE = 60_000;
const ROUNDS = 5;
/** A gateway serves so many before it lets others have their turn. */
const TURN = 100;
const BINARIES = 20;

const MOST_MICROSECONDS = 10;
const MOST_MEBIBYTES = 8;
/** Milliseconds beyond the floor: this machine may be busy with other things. */
const MOST_DELAY = 10;

interface Kind {
  readonly name: string;
  /** The n-th of all refusals, spread over a minute. */
  readonly access: (n: number) => Pick<EgressAccess, 'host' | 'binary' | 'http'>;
}

const requestTo = (path: string) => ({ method: 'GET', path, query: [], operations: ALL });
const FLOOR = 'nothing, the floor';
const KINDS: readonly Kind[] = [
  { name: FLOOR, access: (n) => ({ host: `h${n}.example`, binary: '/bin/a', http: null }) },
  { name: 'one host again and again', access: () => ({ host: 'a.example', binary: '/bin/a', http: null }) },
  {
    name: 'distinct hosts of one program',
    access: (n) => ({ host: `h${n}.example`, binary: '/bin/a', http: null }),
  },
  {
    name: `distinct hosts of ${BINARIES} programs`,
    access: (n) => ({ host: `h${n}.example`, binary: `/bin/p${n % BINARIES}`, http: null }),
  },
  {
    name: 'distinct hosts, each of another program',
    access: (n) => ({ host: `h${n}.example`, binary: `/tmp/p${n}`, http: null }),
  },
  {
    name: 'distinct long paths of one host',
    access: (n) => ({
      host: 'a.example',
      binary: '/bin/a',
      http: requestTo(`/${n}/${'segment/'.repeat(20)}`),
    }),
  },
];

interface Measured {
  /** Microseconds of processor time that the caller spends on one refusal. */
  readonly each: number;
  /** The same of the whole process, files included. */
  readonly all: number;
  /** Mebibytes of the heap that the store holds in the end. */
  readonly held: number;
  /** Milliseconds by which the event loop was late, of a hundred times the worst but one. */
  readonly delay: number;
  readonly kept: number;
  readonly overflow: number;
}

/** Times refusals by the hundred thousand, with requests kept in a folder as the gateway keeps them. */
export async function benchFlood(): Promise<BenchTable> {
  const rounds: Measured[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured: Measured[] = [];
    for (const kind of KINDS) measured.push(await flood(kind));
    rounds.push(measured);
  }
  return tableOf(rounds);
}

async function flood({ name, access }: Kind): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-flood-'));
  const failed = (error: Error) => {
    throw error;
  };
  const before = heapUsed();
  const opened = openRequests({ sandbox: 'bench', folder, writeAfter: 100, failed });
  const { requests } = opened;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const began = used();
  let inCalls = 0;
  for (let n = 0; n < HOSTS; ) {
    const refusals = Array.from({ length: TURN }, (_, at) => refusalOf(access(n + at), n + at));
    const before = used();
    if (name !== FLOOR) for (const [at, refusal] of refusals.entries()) refuse(requests, refusal, n + at);
    inCalls += used() - before;
    n += TURN;
    await new Promise(setImmediate);
  }
  await opened.close();
  const all = used() - began;
  delays.disable();
  const held = (heapUsed() - before) / 2 ** 20;
  rmSync(folder, { recursive: true });
  const { size, overflow } = requests;
  return {
    each: inCalls / HOSTS,
    all: all / HOSTS,
    held,
    delay: delays.percentile(99) / 1e6,
    kept: size,
    overflow: overflow?.count ?? 0,
  };
}

function refuse(requests: PendingRequests, refusal: Refused, sequence: number): void {
  const joined = requests.refused(refusal);
  requests.written(joined?.id ?? null, { sequence, digest: DIGEST });
}

/** Microseconds of processor time of this process. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

function refusalOf(part: Pick<EgressAccess, 'host' | 'binary' | 'http'>, n: number): Refused {
  const at = Math.floor((n * MINUTE) / HOSTS);
  return {
    access: { facet: 'egress', port: 443, sha256: null, address: null, at, ...part },
    why: 'not-granted',
    policy: DIGEST,
    pid: 4711,
    at,
    explain: () => ({
      because: `no entry of the blueprint names \`${part.host}\``,
      nearest: null,
      protocol: null,
    }),
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** After everything that nobody holds was taken away. */
function heapUsed(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function tableOf(rounds: readonly (readonly Measured[])[]): BenchTable {
  const medians = KINDS.map((_, kind) => {
    const of = (figure: keyof Measured) => median(rounds.map((measured) => measured[kind]![figure]));
    return {
      each: of('each'),
      all: of('all'),
      held: of('held'),
      delay: of('delay'),
      kept: of('kept'),
      overflow: of('overflow'),
    };
  });
  const floor = medians[KINDS.findIndex(({ name }) => name === FLOOR)]!;
  const most = (figure: keyof (typeof medians)[number]) => Math.max(...medians.map((one) => one[figure]));
  const lost = rounds.flatMap((measured) =>
    measured.filter(({ kept, overflow }, at) => KINDS[at]!.name !== FLOOR && !isWhole(kept, overflow)),
  );
  return {
    title: `${HOSTS.toLocaleString('en')} refusals within a minute (medians of ${ROUNDS})`,
    columns: [
      'refused',
      'us each',
      'us, files included',
      'MiB held',
      'ms late (p99)',
      'requests',
      'overflow',
    ],
    rows: KINDS.map(({ name }, at) => {
      const { each, all, held, delay, kept, overflow } = medians[at]!;
      return [
        name,
        Number(each.toFixed(2)),
        Number(all.toFixed(2)),
        Number(held.toFixed(1)),
        Number(delay.toFixed(1)),
        kept,
        overflow,
      ];
    }),
    verdicts: [
      {
        figure: 'processor time of a refusal for its caller, at worst',
        target: `at most ${MOST_MICROSECONDS} us`,
        measured: `${most('each').toFixed(2)} us`,
        reached: most('each') <= MOST_MICROSECONDS,
      },
      {
        figure: 'heap that is held after a flood, at worst',
        target: `at most ${MOST_MEBIBYTES} MiB`,
        measured: `${most('held').toFixed(1)} MiB`,
        reached: most('held') <= MOST_MEBIBYTES,
      },
      {
        figure: 'how late the event loop was beyond the floor, at worst',
        target: `at most ${MOST_DELAY} ms`,
        measured: `${(most('delay') - floor.delay).toFixed(1)} ms`,
        reached: most('delay') - floor.delay <= MOST_DELAY,
      },
      {
        figure: 'floods of which a refusal is neither in a request nor in the overflow',
        target: 'none',
        measured: String(lost.length),
        reached: lost.length === 0,
      },
    ],
  };
}

/** Of one host there is one request and no overflow; of distinct ones each is a request or overflow. */
function isWhole(kept: number, overflow: number): boolean {
  return (kept === 1 && overflow === 0) || kept + overflow === HOSTS;
}
