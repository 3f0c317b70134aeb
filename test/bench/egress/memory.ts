import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { tableOf } from '../../support/gateway.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { type BenchTable, median } from '../table.ts';

const ROUNDS = 5;
const TUNNELS = 500;
const MOST_IDLE = 1.3;
const MOST_A_TUNNEL = 40;
const KIBIBYTE = 1024;
const FIRST_PORT = 21_700;
const BARE_PORT = 21_690;
/** Milliseconds after which a process has let go of what it needed to start. */
const SETTLE = 2_000;
const MESSAGE = Buffer.alloc(1_024, 'x');

interface Weighed {
  /** Kibibytes resident before the first connection, and with 500 tunnels that carried a kibibyte each way. */
  readonly idle: number;
  readonly open: number;
}

/** Memory of the whole gateway process, as it is started, beside the least that a proxy in Node can be. */
export async function benchMemory(): Promise<BenchTable> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bare: Weighed[] = [];
  const ours: Weighed[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await weighBare(port));
      ours.push(await weighGateway(port));
    }
  } finally {
    server.close();
  }
  return tableFrom(of(bare), of(ours));
}

async function weighBare(server: number): Promise<Weighed> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-proxy.mjs'), String(BARE_PORT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    return await weigh(child, BARE_PORT, server, () => {});
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function weighGateway(server: number): Promise<Weighed> {
  const table = tableOf(
    `  bench:\n    endpoints:\n      - { host: 127.0.0.1, port: ${server}, protocol: tcp }\n`,
  );
  await using gateway = await GatewayProcess.with(table);
  await gateway.start();
  return await weigh(gateway.child, gateway.tcpPort, server, (port) => gateway.announce(port));
}

async function weigh(
  { pid }: ChildProcess,
  proxy: number,
  server: number,
  announce: (sourcePort: number) => void,
): Promise<Weighed> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  const idle = residentKibibytes(pid!);
  const sockets: Socket[] = [];
  try {
    for (let at = 0; at < TUNNELS; at += 1) {
      announce(FIRST_PORT + at);
      sockets.push(await tunnel(proxy, server, FIRST_PORT + at));
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    return { idle, open: residentKibibytes(pid!) };
  } finally {
    for (const socket of sockets) socket.resetAndDestroy();
  }
}

/** A tunnel that has carried something both ways. */
async function tunnel(proxy: number, server: number, localPort: number): Promise<Socket> {
  const socket = connect({ port: proxy, host: '127.0.0.1', localPort });
  await once(socket, 'connect');
  socket.write(`CONNECT 127.0.0.1:${server} HTTP/1.1\r\nHost: 127.0.0.1:${server}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error(`no tunnel: ${head}`);
  let carried = 0;
  socket.on('data', (bytes) => {
    carried += bytes.length;
  });
  socket.write(MESSAGE);
  while (carried < MESSAGE.length) await once(socket, 'data');
  return socket;
}

function residentKibibytes(pid: number): number {
  return Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

function of(rounds: readonly Weighed[]): { idle: number; each: number } {
  return {
    idle: median(rounds.map(({ idle }) => idle)),
    each: median(rounds.map(({ idle, open }) => (open - idle) / TUNNELS)),
  };
}

function tableFrom(bare: { idle: number; each: number }, ours: { idle: number; each: number }): BenchTable {
  const row = (name: string, { idle, each }: { idle: number; each: number }) => [
    name,
    Number((idle / KIBIBYTE).toFixed(1)),
    Number(each.toFixed(1)),
  ];
  return {
    title: `resident memory, medians of ${ROUNDS}`,
    columns: ['proxy', 'MiB idle', `KiB a tunnel at ${TUNNELS}`],
    rows: [row('a bare Node proxy', bare), row('gateway, whole process', ours)],
    verdicts: [
      {
        figure: "idle, of a bare Node proxy's",
        target: `at most ${MOST_IDLE}`,
        measured: (ours.idle / bare.idle).toFixed(2),
        reached: ours.idle / bare.idle <= MOST_IDLE,
      },
      {
        figure: `a tunnel, at ${TUNNELS}`,
        target: `at most ${MOST_A_TUNNEL} KiB`,
        measured: `${ours.each.toFixed(1)} KiB`,
        reached: ours.each <= MOST_A_TUNNEL,
      },
    ],
  };
}
