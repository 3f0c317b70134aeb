import type { BenchTable, BenchVerdict } from '../table.ts';
import { type Field, openField } from './field.ts';
import { startGateway } from './gateway-contender.ts';
import { ALL_ROUNDS, type Kind, type Measured, measure } from './measure.ts';

const KEPT: Kind = { way: 'plain', host: '127.0.0.1', connections: 32, perTunnel: 0, counts: 'requests' };
const KEPT_TLS: Kind = {
  way: 'tls',
  host: 'h1.bench.test',
  connections: 32,
  perTunnel: 0,
  counts: 'requests',
};
const FEW_HOSTS = 100;
/** More than any proxy opens tunnels in a round. */
const MANY_HOSTS = 3000;
const NEW_TUNNELS: Kind = {
  way: 'tls',
  host: 'h%d.bench.test',
  connections: 4,
  perTunnel: 1,
  counts: 'tunnels',
};

/** Absolute-form requests over kept connections, through each proxy in turn to the same server. */
export async function benchForwarded(): Promise<BenchTable> {
  const measured = await withField((field) => measure(field, KEPT));
  const [squid, srt, ours] = named(measured);
  return {
    title: 'forwarded HTTP, keep-alive, 32 connections, medians (decisions, and the durable log, on)',
    columns: COLUMNS,
    rows: measured.map(rowOf),
    verdicts: [
      atLeast("requests a second, beside sandbox-runtime's", ours.rate / srt.rate, 2),
      atLeast("requests a second, beside squid's", ours.rate / squid.rate, 0.65),
      {
        figure: "p99, beside squid's",
        target: 'at most 1.5 times',
        measured: `${(ours.p99 / squid.p99).toFixed(2)} times`,
        reached: ours.p99 <= squid.p99 * 1.5,
      },
      faultless(measured),
    ],
  };
}

/**
 * Requests within TLS that the proxy opens, over kept tunnels; new tunnels among a hundred hosts that each run meets for the first
 * time, as an agent's work has them; and tunnels that are each to a host not met before.
 */
export async function benchIntercepted(): Promise<BenchTable> {
  return withField(async (field) => {
    const kept = await measure(field, KEPT_TLS);
    const all = { ...field, contenders: [field.fastSquid, ...field.contenders] };
    const among = await measure(all, { ...NEW_TUNNELS, hosts: FEW_HOSTS });
    const firstHost = FEW_HOSTS * ALL_ROUNDS;
    const fresh = await measure(all, { ...NEW_TUNNELS, hosts: MANY_HOSTS, firstHost });
    const [squid, srt, ours] = named(kept);
    const [newSquid, newSrt, newOurs] = named(among);
    const [freshSquid, freshSrt, freshOurs] = named(fresh);
    const fastest = (measured: readonly Measured[]) =>
      measured.find(({ name }) => name === field.fastSquid.name)!;
    return {
      title: 'intercepted HTTPS, medians (decisions, and the durable log, on)',
      columns: ['what', ...COLUMNS],
      rows: [
        ...kept.map((one) => ['requests, 32 kept tunnels', ...rowOf(one)]),
        ...among.map((one) => [`new tunnels among ${FEW_HOSTS} new hosts`, ...rowOf(one)]),
        ...fresh.map((one) => ['new tunnels, each to another new host', ...rowOf(one)]),
      ],
      verdicts: [
        atLeast("requests a second, beside squid's", ours.rate / squid.rate, 0.9),
        atLeast("requests a second, beside sandbox-runtime's", ours.rate / srt.rate, 2),
        atLeast("new tunnels a second, beside squid's", newOurs.rate / newSquid.rate, 2.5),
        atLeast("new tunnels a second, beside the fastest squid's", newOurs.rate / fastest(among).rate, 2.5),
        atLeast("new tunnels a second, beside sandbox-runtime's", newOurs.rate / newSrt.rate, 3.5),
        atLeast("each to another new host, beside squid's", freshOurs.rate / freshSquid.rate, 2.5),
        atLeast(
          "each to another new host, beside the fastest squid's",
          freshOurs.rate / fastest(fresh).rate,
          2.5,
        ),
        atLeast("each to another new host, beside sandbox-runtime's", freshOurs.rate / freshSrt.rate, 3.5),
        faultless([...kept, ...among, ...fresh]),
      ],
    };
  });
}

const COLUMNS = ['proxy', 'a second', 'us of processor each', 'p99 ms'];

function rowOf({ name, rate, cost, p99 }: Measured): (string | number)[] {
  return [name, Math.round(rate), Math.round(cost), Number(p99.toFixed(1))];
}

const PORT = 21_310;
const POLICY = `  bench:
    endpoints:
      - { host: "*.bench.test", port: 1-65535, allowed_ips: [127.0.0.0/8], rules: [{ allow: { method: GET, path: /** } }] }
      - { host: 127.0.0.1, port: 1-65535, allowed_ips: [127.0.0.0/8], rules: [{ allow: { method: GET, path: /** } }] }
`;

/** The field with a whole gateway in it. */
async function withField<T>(use: (field: Field) => Promise<T>): Promise<T> {
  const field = await openField();
  try {
    const gateway = await startGateway(field.folder, 'gateway', PORT, POLICY);
    try {
      return await use({ ...field, contenders: [...field.contenders, gateway] });
    } finally {
      gateway.process.kill('SIGKILL');
    }
  } finally {
    field.close();
  }
}

function named(measured: readonly Measured[]): [squid: Measured, srt: Measured, ours: Measured] {
  const of = (name: string): Measured => measured.find((one) => one.name === name)!;
  return [of('squid'), of('sandbox-runtime'), of('gateway')];
}

function atLeast(figure: string, ratio: number, goal: number): BenchVerdict {
  return {
    figure,
    target: `at least ${goal} times`,
    measured: `${ratio.toFixed(2)} times`,
    reached: ratio >= goal,
  };
}

/** A proxy that answers with errors is fast. */
function faultless(measured: readonly Measured[]): BenchVerdict {
  const errors = measured.find(({ name }) => name === 'gateway')!.errors;
  return { figure: 'errors', target: 'none', measured: String(errors), reached: errors === 0 };
}
