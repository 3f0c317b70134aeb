import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { tableOf } from '../../support/gateway.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { hostNeeds, program } from '../../support/host.ts';
import { runIn } from '../../support/proposals/place.ts';

const EMPTY = tableOf(`
  other:
    endpoints: [{ host: other.example, port: 443, protocol: tcp }]
`);

beforeEach((context) => hostNeeds(context, program('curl', 'curl')));

let nextPort = 40_000 + (process.pid % 20_000);

async function place() {
  const gateway = await GatewayProcess.with(EMPTY);
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]();
  });
  await gateway.start();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ask = async () => {
    const sourcePort = nextPort++;
    gateway.announce(sourcePort);
    const proxy = ['--proxytunnel', '--proxy', `http://127.0.0.1:${gateway.tcpPort}`];
    const argv = [
      '-sS',
      '-m',
      '5',
      '--local-port',
      String(sourcePort),
      ...proxy,
      `http://127.0.0.1:${port}/`,
    ];
    return (await execa('curl', argv, { reject: false, env: { no_proxy: '' } })).stdout;
  };
  const egress = (...argv: readonly string[]) =>
    runIn('/', gateway.state.root, argv, {}, (io) => ({ ...io, now: Date.now }));
  return { gateway, ask, egress };
}

async function requestIn(
  egress: (...argv: readonly string[]) => Promise<{ stdout: string }>,
): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { requests } = JSON.parse((await egress('list', '-o', 'json')).stdout);
    if (requests.length > 0 && requests[0].request.audit !== undefined) return requests[0].request.id;
    await sleep(50);
  }
  throw new Error('no request came');
}

function eventsOf({ state }: GatewayProcess): Record<string, unknown>[] {
  return readdirSync(state.audit)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(state.audit, file), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

test('a request is let through at once, after a kill as well, and not a moment longer', async () => {
  const { gateway, ask, egress } = await place();
  expect(await ask()).toBe('');
  const id = await requestIn(egress);
  const allowed = await egress('allow', id, '--for', '10s', '--reason', 'outage, OPS-7');
  expect(allowed.exitCode).toBe(0);
  expect(allowed.stdout).toMatch(new RegExp(`^${id} is let through until .*, now in force\n`));
  const until = Date.parse(/until (\S+),/.exec(allowed.stdout)![1]!);
  expect(allowed.stdout).toContain(`nemoclaw egress propose ${id}`);
  expect(allowed.stderr).toContain('without a review, by `');
  expect(allowed.stderr).toContain('[NC2562]');
  // There is no repository here.
  expect(allowed.stderr).toMatch(
    /warning: `req-\S+` is let through, and nobody was asked to review it \[NC2662\]/,
  );
  expect(await ask()).toBe('hi');
  const listed = await egress('list');
  expect(listed.stdout).toBe('no request waits; 1 answered, see --all\n');
  expect(listed.stderr).toContain('[NC2562]');
  await gateway.kill();
  await gateway.start();
  expect(await ask()).toBe('hi');
  await sleep(Math.max(0, until + 300 - Date.now()));
  expect(await ask()).toBe('');
  expect((await egress('list')).stderr).toBe('');
  expect((await egress('list')).stdout).toContain(`${id}  pending`);
  const events = eventsOf(gateway);
  const told = events.filter((event) => 'allowed' in event).map((event) => event.allowed);
  expect(told).toMatchObject([
    { request: id, reason: 'outage, OPS-7' },
    { request: id, reason: 'outage, OPS-7' },
  ]);
  const policies = events
    .filter((event) => 'policy' in event)
    .map((event) => (event.policy as { policy: string }).policy);
  // Reviewed, with it, with it again after the kill, reviewed again by itself.
  expect(policies).toHaveLength(4);
  expect(policies[1]).toBe(policies[2]);
  expect(policies[3]).toBe(policies[0]);
  expect(policies[1]).not.toBe(policies[0]);
  const by = events.filter(
    (event) => (event.decision as { verdict?: string } | undefined)?.verdict === 'allow',
  );
  expect(by.map((event) => (event.decision as { grant: { request: string } }).grant.request)).toEqual([
    id,
    id,
  ]);
}, 40_000);

test('what is denied is let through no longer, at once and after a kill', async () => {
  const { gateway, ask, egress } = await place();
  await ask();
  const id = await requestIn(egress);
  await egress('allow', id, '--for', '10m', '--reason', 'outage');
  expect(await ask()).toBe('hi');
  expect((await egress('deny', id, '--reason', 'a mistake')).stdout).toContain('is let through no longer\n');
  expect(await ask()).toBe('');
  await gateway.kill();
  await gateway.start();
  expect(await ask()).toBe('');
}, 40_000);

test('an edited file grants nothing, and both the gateway and the list say so', async () => {
  const { gateway, ask, egress } = await place();
  await ask();
  const id = await requestIn(egress);
  await egress('allow', id, '--for', '1m');
  expect(await ask()).toBe('hi');
  const file = join(gateway.state.egressAllowed, `${id}.json`);
  const written = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...written, until: written.until + 1_000_000 }));
  await gateway.kill();
  await gateway.start();
  expect(await ask()).toBe('');
  expect(eventsOf(gateway).filter((event) => 'kept' in event)).toMatchObject([
    { kept: { problem: expect.stringContaining('grants nothing: its entries do not end with it') } },
  ]);
  const listed = await egress('list');
  expect(listed.stderr).toContain(`\`${file}\` grants nothing: its entries do not end with it [NC2563]`);
}, 40_000);
