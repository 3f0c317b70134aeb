import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { execa } from 'execa';
import { afterAll, describe, expect, it, test } from 'vitest';
import { mostSockets } from '../../../../runtime/egress/places.ts';
import { readText, tableOf } from '../../../support/gateway.ts';
import { GatewayProcess } from '../../../support/gateway-process.ts';

const TABLE = tableOf(`
  api:
    endpoints:
      - { host: 127.0.0.1, port: 1-65535, rules: [{ allow: { method: GET, path: "/ok/**" } }] }
  tunnel: { endpoints: [{ host: 127.0.0.2, port: 1-65535, protocol: tcp }] }
`);

const sockets: Socket[] = [];
const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', () =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
  );
});
const port = await new Promise<number>((resolve) => {
  server.listen(0, '0.0.0.0', () => resolve((server.address() as { port: number }).port));
});
afterAll(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
});

let nextPort = 10_000;

/** A connection with a record of its own. */
function opened(gateway: GatewayProcess): Promise<Socket> {
  nextPort += 1;
  const localPort = nextPort;
  gateway.announce(localPort);
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: gateway.tcpPort,
      host: '127.0.0.1',
      localAddress: '127.0.0.1',
      localPort,
    });
    sockets.push(socket);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Somebody else has the port.
      if (error.code === 'EADDRINUSE') opened(gateway).then(resolve, reject);
      // Who is turned away at once is reset before it can tell that it was connected.
      else if (error.code === 'ECONNRESET') resolve(socket);
      else reject(error);
    });
    socket.once('connect', () => {
      socket.removeAllListeners('error').on('error', () => {});
      resolve(socket);
    });
  });
}

async function manyOpened(
  gateway: GatewayProcess,
  count: number,
  say: (at: number) => string,
): Promise<Socket[]> {
  const all: Socket[] = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(200, count - all.length) }, () => opened(gateway));
    for (const socket of await Promise.all(some)) {
      const words = say(all.length);
      if (words !== '') socket.write(words);
      all.push(socket);
    }
  }
  return all;
}

const ask = (path: string) =>
  `GET http://127.0.0.1:${port}${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;

/** The answer to one more program, and the milliseconds that it took. */
async function answered(gateway: GatewayProcess, words: string): Promise<{ text: string; took: number }> {
  const start = performance.now();
  const socket = await opened(gateway);
  socket.write(words);
  const text = await readText(socket).catch(() => '');
  return { text, took: performance.now() - start };
}

const memoryOf = (pid: number) =>
  Number(/^VmRSS:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;

test('10,000 connections that stand idle, or in the middle of what they say, leave room for others', async () => {
  await using gateway = await GatewayProcess.with(TABLE);
  await gateway.start();
  const pid = gateway.child.pid!;
  expect((await answered(gateway, ask('/ok/1'))).text).toContain('200 OK');
  const before = memoryOf(pid);
  const halves = [
    '',
    'CONN',
    'GET http://127.0.0.1/ok',
    'CONNECT 127.0.0.1:80 HTTP/1.1\r\n\r\n',
    '\x05\x01\x00',
  ];
  const all = await manyOpened(gateway, 10_000, (at) => halves[at % halves.length]!);
  const isOpen = () => all.filter((socket) => !socket.destroyed).length;
  const { text, took } = await answered(gateway, ask('/ok/2'));
  const grown = memoryOf(pid) - before;
  console.info(`the 10,001st was answered in ${Math.round(took)} ms, ${Math.round(grown)} MiB more`);
  expect(text).toContain('200 OK');
  expect((await answered(gateway, ask('/no/2'))).text).toMatch(/^HTTP\/1\.1 403 /);
  expect(isOpen()).toBe(10_000);
  expect(took).toBeLessThan(2_000);
  expect(grown).toBeLessThan(400);
  for (const socket of all) socket.destroy();
  await expect
    .poll(async () => (await answered(gateway, ask('/ok/3'))).text, { timeout: 10_000 })
    .toContain('200 OK');
  expect(gateway.stderr).toBe('');
}, 60_000);

describe('where descriptors are few', () => {
  const FILES = 600;
  const MOST = mostSockets(FILES);

  async function limited(): Promise<GatewayProcess> {
    const gateway = await GatewayProcess.with(TABLE);
    await gateway.start({}, ['prlimit', `--nofile=${FILES}:${FILES}`]);
    return gateway;
  }

  it('tells the one too many why, and nobody else is disturbed', async () => {
    await using gateway = await limited();
    const all = await manyOpened(gateway, MOST, () => '');
    const { text } = await answered(gateway, ask('/ok/1'));
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text).toContain('nemoclaw-refused: gateway-busy');
    expect(all.filter((socket) => socket.destroyed)).toEqual([]);
    all[0]!.destroy();
    all[1]!.destroy();
    await expect.poll(async () => (await answered(gateway, ask('/ok/2'))).text).toContain('200 OK');
    expect(gateway.child.exitCode).toBeNull();
    expect(gateway.stderr).toBe('');
  });

  it('refuses to dial when there is a place for the client alone', async () => {
    await using gateway = await limited();
    const all = await manyOpened(gateway, MOST - 1, () => '');
    expect((await answered(gateway, ask('/ok/1'))).text).toContain('nemoclaw-refused: gateway-busy');
    const socket = await opened(gateway);
    socket.write(`CONNECT 127.0.0.2:${port} HTTP/1.1\r\n\r\n`);
    expect(await readText(socket)).toContain('nemoclaw-refused: gateway-busy');
    for (const one of all) one.destroy();
  });

  it('outlives a flood of thousands, and says in the log how many it turned away', async () => {
    await using gateway = await limited();
    const flood = await manyOpened(gateway, 2_000, () => ask('/ok/1'));
    for (const socket of flood) socket.destroy();
    await expect
      .poll(async () => (await answered(gateway, ask('/ok/2'))).text, { timeout: 10_000 })
      .toContain('200 OK');
    await gateway.stop();
    expect(gateway.stderr).toBe('');
    const lines = await linesOfTurnedAway(gateway);
    expect(lines).toBeGreaterThan(0);
    expect(lines).toBeLessThan(20);
  });

  it('says so also where it ends within the second', async () => {
    await using gateway = await limited();
    const all = await manyOpened(gateway, MOST, () => '');
    expect((await answered(gateway, ask('/ok/1'))).text).toContain('nemoclaw-refused: gateway-busy');
    await gateway.stop();
    expect(await linesOfTurnedAway(gateway)).toBe(1);
    for (const one of all) one.destroy();
  });

  async function linesOfTurnedAway(gateway: GatewayProcess): Promise<number> {
    const argv = ['-rhc', '--include=*.jsonl', 'more were turned away', gateway.state.audit];
    const { stdout } = await execa('grep', argv, { reject: false });
    return stdout.split('\n').reduce((sum, count) => sum + Number(count), 0);
  }
});

it.each([
  [null, 32_768],
  [1_000_000, 32_768],
  [20_000, 19_744],
  [1_024, 768],
  [600, 450],
  [100, 75],
])('of %s descriptors %i are for connections', (files, most) => {
  expect(mostSockets(files)).toBe(most);
});
