import type { BenchTable, BenchVerdict } from '../table.ts';
import { type Contender, openField } from './field.ts';
import { startGateway } from './gateway-contender.ts';
import { type Kind, type Measured, measure } from './measure.ts';

const FIRST_PORT = 21_320;
const NEW: Kind = {
  way: 'tunnel',
  host: '127.0.0.1',
  connections: 32,
  perTunnel: 1,
  counts: 'tunnels',
};
const BULK: Kind = { way: 'bulk', host: '127.0.0.1', connections: 1, perTunnel: 0, counts: 'bytes' };
const HOSTS = [10, 10_000];
const MEGABYTE = 1e6;

/**
 * New tunnels by CONNECT, one request in each, and one large file in a single one, through each proxy in turn; the gateway decides
 * and writes its durable log.
 */
export async function benchTunnels(): Promise<BenchTable> {
  const field = await openField();
  const ours: Contender[] = [];
  try {
    for (const [at, hosts] of HOSTS.entries()) {
      ours.push(
        await startGateway(field.folder, `gateway, ${hosts} hosts`, FIRST_PORT + at, policyFor(hosts)),
      );
    }
    const contenders = [...field.contenders, ...ours];
    const measured = await measure({ ...field, contenders }, NEW);
    const bulk = await measure({ ...field, contenders: contenders.slice(0, -1) }, BULK);
    const [squid, srt, few, many] = measured as [Measured, Measured, Measured, Measured];
    const [squidBulk, , ourBulk] = bulk as [Measured, Measured, Measured];
    return {
      title: 'CONNECT tunnels, medians (decisions, and the durable log, on)',
      columns: ['what', 'proxy', 'a second', 'us of processor each'],
      rows: [
        ...measured.map(({ name, rate, cost }) => [
          'new, 32 at a time',
          name,
          Math.round(rate),
          Math.round(cost),
        ]),
        ...bulk.map(({ name, rate, cost }) => [
          'megabytes in one',
          name,
          Math.round(rate / MEGABYTE),
          Math.round(cost * MEGABYTE),
        ]),
      ],
      verdicts: [
        atLeast("beside squid's with its log on", few.rate / squid.rate, 1),
        atLeast("beside sandbox-runtime's", few.rate / srt.rate, 1.2),
        atLeast('with 10,000 granted hosts, beside 10', many.rate / few.rate, 0.95),
        atLeast("bulk in one tunnel, beside squid's", ourBulk.rate / squidBulk.rate, 0.95),
        {
          figure: 'errors',
          target: 'none',
          measured: String(few.errors + many.errors + ourBulk.errors),
          reached: few.errors + many.errors + ourBulk.errors === 0,
        },
      ],
    };
  } finally {
    for (const { process } of ours) process.kill('SIGKILL');
    field.close();
  }
}

function policyFor(hosts: number): string {
  const others = Array.from(
    { length: hosts - 1 },
    (_, at) => `\n      - { host: h${at}.bench.example, port: 443, tls: skip }`,
  );
  return `  bench:\n    endpoints:\n      - { host: 127.0.0.1, port: 1-65535, protocol: tcp }${others.join('')}\n`;
}

function atLeast(figure: string, ratio: number, goal: number): BenchVerdict {
  return {
    figure,
    target: `at least ${goal} times`,
    measured: `${ratio.toFixed(2)} times`,
    reached: ratio >= goal,
  };
}
