import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { verdictOf } from '../../../../compiler/ir/audit-event/event.ts';
import { readEvent } from '../../../../compiler/ir/audit-event/read.ts';
import { logFilesIn } from '../../../../runtime/audit/file-names.ts';
import { verifyLog } from '../../../../runtime/audit/verify/verify-log.ts';
import { tableOf } from '../../../support/gateway.ts';
import { GatewayProcess } from '../../../support/gateway-process.ts';

/** NEMOCLAW_FUZZ=200 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 8, 2000);
const WORKERS = 12;
const REQUESTS = 4;

const TABLE = tableOf(`
  api:
    endpoints:
      - { host: 127.0.0.1, port: 1-65535, rules: [{ allow: { method: GET, path: "/ok/**" } }] }
  tunnel: { endpoints: [{ host: 127.0.0.2, port: 1-65535, protocol: tcp }] }
`);

/** Something that a client was told, by what it can be told from all others: a process, and for requests a path. */
interface Acknowledged {
  readonly pid: number;
  readonly path: string | null;
  readonly verdict: 'allow' | 'deny';
}

const keyOf = (pid: number, path: string | null) => `${pid} ${path}`;

const listening = async (server: Server | TcpServer, host: string): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};
const httpServer = createServer((request, response) => response.end(`got ${request.url}`));
const echoServer = createTcpServer((socket) => {
  socket.on('error', () => {});
  socket.pipe(socket);
});
const httpPort = await listening(httpServer, '127.0.0.1');
const echoPort = await listening(echoServer, '127.0.0.2');
afterAll(() => {
  httpServer.close();
  httpServer.closeAllConnections();
  echoServer.close();
});

let nextPort = 12_000 + (process.pid % 8_000);
let nextPid = 1;
/** Whose gateway is gone waits in the backlog of a socket that outlives it. */
const sockets = new Set<Socket>();

/** A connection with a record of its own; null where it does not come about. */
function connected(gateway: GatewayProcess, pid: number): Promise<Socket | null> {
  nextPort = nextPort >= 31_000 ? 12_000 : nextPort + 1;
  const localPort = nextPort;
  gateway.announce(localPort, null, pid);
  return new Promise((resolve) => {
    const socket = connect({
      port: gateway.tcpPort,
      host: '127.0.0.1',
      localAddress: '127.0.0.1',
      localPort,
    });
    socket.once('error', () => resolve(null));
    socket.once('connect', () => resolve(socket));
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // Destroyed before it was connected, it says nothing else.
      resolve(null);
    });
  });
}

/** One whole answer of HTTP, or null where the connection ends before it is whole. */
function answer(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (whole: string | null) => {
      socket.off('data', look).off('close', gone);
      resolve(whole);
    };
    const gone = () => finish(null);
    const look = (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: ([0-9]+)/i.exec(text)?.[1] ?? 0);
      if (text.length >= end + 4 + length) finish(text);
    };
    if (socket.destroyed) return finish(null);
    socket.on('data', look).once('close', gone);
  });
}

/** Requests by whole URLs on one connection, each with a path of its own. */
async function ask(gateway: GatewayProcess, told: Acknowledged[], pid: number): Promise<void> {
  const socket = await connected(gateway, pid);
  if (socket === null) return;
  socket.on('error', () => {});
  for (let number = 0; number < REQUESTS; number += 1) {
    const path = number % 2 === 0 ? `/ok/${number}` : `/no/${number}`;
    socket.write(`GET http://127.0.0.1:${httpPort}${path} HTTP/1.1\r\nHost: 127.0.0.1:${httpPort}\r\n\r\n`);
    const text = await answer(socket);
    if (text === null) break;
    const isAllowed = text.endsWith(`got ${path}`);
    if (!isAllowed && !text.startsWith('HTTP/1.1 403 ')) throw new Error(`an odd answer: ${text}`);
    told.push({ pid, path, verdict: isAllowed ? 'allow' : 'deny' });
  }
  socket.destroy();
}

/** A tunnel that is granted, or one that is not. */
async function dig(gateway: GatewayProcess, told: Acknowledged[], pid: number): Promise<void> {
  const socket = await connected(gateway, pid);
  if (socket === null) return;
  socket.on('error', () => {});
  const where = pid % 2 === 0 ? `127.0.0.2:${echoPort}` : '127.0.0.3:443';
  socket.write(`CONNECT ${where} HTTP/1.1\r\n\r\n`);
  const text = await answer(socket);
  if (text !== null) {
    if (!/^HTTP\/1\.1 (200|403) /.test(text)) throw new Error(`an odd answer: ${text}`);
    told.push({ pid, path: null, verdict: text.startsWith('HTTP/1.1 200') ? 'allow' : 'deny' });
  }
  socket.destroy();
}

/** What becomes of each kind of access, under new names. */
async function decisions(gateway: GatewayProcess): Promise<string[]> {
  const told: Acknowledged[] = [];
  await ask(gateway, told, nextPid++);
  while (nextPid % 2 === 0) nextPid++;
  await dig(gateway, told, nextPid++);
  await dig(gateway, told, nextPid++);
  return told.map(({ path, verdict }) => `${verdict} ${path}`);
}

function verified(gateway: GatewayProcess) {
  const sources = logFilesIn(gateway.state.audit).map(({ path, first }) => ({
    name: path,
    first,
    open: () => [readFileSync(path)],
  }));
  return verifyLog(sources, { key: null, last: null });
}

/** By what was told, how it was decided; a pid may stand for several tunnels but one path is one line. */
function logged(gateway: GatewayProcess): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { path } of logFilesIn(gateway.state.audit)) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const read = readEvent(line);
      if (!read.ok || read.event.what.kind !== 'decision') continue;
      const { access, process: caller, why } = read.event.what;
      if (access.facet !== 'egress') continue;
      const key = keyOf(caller!.pid, access.http?.path ?? null);
      found.set(key, (found.get(key) ?? new Set()).add(verdictOf(why)));
    }
  }
  return found;
}

test(
  `a gateway that is killed ${KILLS} times under load has written down all that it has said`,
  async () => {
    await using gateway = await GatewayProcess.with(TABLE);
    const told: Acknowledged[] = [];
    const ends = { open: 0, torn: 0, closed: 0 };
    let before: string[] | null = null;
    let most = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await gateway.start();
      expect(gateway.stderr).toBe('');
      const now = await decisions(gateway);
      expect(now).toHaveLength(REQUESTS + 2);
      before ??= now;
      expect(now).toEqual(before);
      let isOver = false;
      const from = told.length;
      const workers = Array.from({ length: WORKERS }, async (_, at) => {
        while (!isOver) await (at % 3 === 0 ? dig : ask)(gateway, told, nextPid++);
      });
      await wait(Math.random() * 400);
      await gateway.kill();
      isOver = true;
      for (const socket of sockets) socket.destroy();
      await Promise.all(workers);
      most = Math.max(most, told.length - from);
      // A cut is told apart from an edit, each time.
      const { damage, end } = verified(gateway);
      expect(damage).toBeNull();
      ends[end] += 1;
    }
    await gateway.start();
    expect(await decisions(gateway)).toEqual(before);
    await gateway.stop();
    const { damage, end, recoveries, lines } = verified(gateway);
    expect({ damage, end }).toEqual({ damage: null, end: 'closed' });
    const found = logged(gateway);
    const missing = told.filter(({ pid, path, verdict }) => !found.get(keyOf(pid, path))?.has(verdict));
    expect(missing).toEqual([]);
    console.info(JSON.stringify({ acknowledged: told.length, most, lines, recoveries, ends }));
    expect(told.length).toBeGreaterThan(KILLS * 10);
  },
  30_000 + KILLS * 4_000,
);
