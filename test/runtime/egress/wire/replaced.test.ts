import { Agent, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { naiveAttempt, naiveDecide } from '../../../properties/difference/naive-egress.ts';
import { tunnel } from '../../../support/egress/wire-bytes.ts';
import { REQUEST_CLIENTS } from '../../../support/egress/wire-clients.ts';
import { type PolicyDigest, WireWorld } from '../../../support/egress/wire-world.ts';
import { egressOf, type PlainEntry, type PlainRule } from '../../../support/plain-egress.ts';

const CHANGES = 50;
const BINARY = '/usr/bin/agent';
const ADDRESS = '93.184.0.9';
const world = await WireWorld.open();
afterAll(() => world[Symbol.asyncDispose]());
world.addresses = new Map(
  ['always.x', 'sometimes.x', 'web.x', 'other.x'].map((host) => [host, [ADDRESS]] as const),
);
const proxy = world.portFor({ binary: BINARY, sha256: null, to: null });

const EVERYTHING: Omit<PlainEntry, 'host'> = {
  ...{ ports: [[1, 65_535]], binaries: null, addresses: null, visibility: 'opaque', allow: 'all', deny: [] },
  ...{ enforcement: 'enforce', expiresAt: null },
};
const rule = (path: string, method = 'GET'): PlainRule => ({
  ...{ methods: [method], path, query: [], operations: 'all' },
});

/** What differs from one to the next: a tunnel, a long answer, and which requests. */
function policy(number: number): readonly PlainEntry[] {
  return [
    { ...EVERYTHING, host: 'always.x' },
    ...(number % 2 === 0 ? [{ ...EVERYTHING, host: 'sometimes.x' }] : []),
    {
      ...{ ...EVERYTHING, host: 'web.x', visibility: 'http' as const },
      allow: [rule('/endless/**'), rule(`/p/${number % 5}/**`), rule(`/p/${(number + 2) % 5}/**`, 'POST')],
      deny: [rule(`/p/*/${number % 3}`, '*')],
    },
    ...(number % 3 === 0 ? [] : [{ ...EVERYTHING, host: 'other.x', visibility: 'http' as const }]),
  ];
}
const digestOf = (number: number): PolicyDigest => `sha256:${String(number).padStart(64, '0')}`;
const load = (number: number) => world.load(egressOf(policy(number)), digestOf(number));

/** A stream that goes on until it is cut. */
class Going {
  pieces = 0;
  isOver = false;
  constructor(stream: Socket | IncomingMessage) {
    stream.on('data', () => {
      this.pieces += 1;
    });
    for (const event of ['close', 'error', 'end']) stream.on(event, () => (this.isOver = true));
    if (stream.destroyed) this.isOver = true;
  }
}

/** A tunnel in which a byte goes there and back every few milliseconds; null where it is refused. */
async function echoing(host: string): Promise<Going | null> {
  const found = await tunnel({ host, port: 443 }, proxy);
  if ('status' in found) return null;
  const going = new Going(found);
  found.write('ECHO ');
  const more = setInterval(() => found.write('x'), 25);
  found.once('close', () => clearInterval(more));
  return going;
}

function endless(host: string): Promise<Going | null> {
  return new Promise((resolve) => {
    const path = `http://${host}/endless/1`;
    const request = get({ host: '127.0.0.1', port: proxy, path, headers: { host }, agent: false });
    request.once('response', (response) => resolve(response.statusCode === 200 ? new Going(response) : null));
    request.on('error', () => resolve(null));
  });
}

const made = { tunnels: 0, requests: 0 };

/** Opens the same again whenever it ends. */
async function keepUp(
  open: () => Promise<Going | null>,
  all: Set<Going>,
  isDone: () => boolean,
): Promise<void> {
  while (!isDone()) {
    const going = await open();
    if (going !== null) {
      made.tunnels += 1;
      all.add(going);
      while (!going.isOver && !isDone()) await wait(2);
      all.delete(going);
    } else await wait(2);
  }
}

async function askOn(client: number, isDone: () => boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (let number = 0; !isDone(); number += 1) {
    const method = number % 3 === 0 ? 'POST' : 'GET';
    const send = {
      ...{ id: `r${client}-${number}`, host: 'web.x', port: 80, isSecure: false, method, mark: '-' },
      ...{ target: `/p/${number % 5}/${(number * 7) % 4}`, body: method === 'POST' ? 'x' : null },
    };
    const way = { proxy, transparent: () => proxy, trusted: [], agent };
    const told = await REQUEST_CLIENTS.agent(send, way);
    made.requests += 1;
    // Refused by one policy, or let through by one, and nothing else.
    const isAnswered = told.status === 200 ? told.arrived === send.id : told.status === 403;
    // The policy may have changed while it went on: then it is cut.
    if (!isAnswered && told.status !== null)
      throw new Error(`an odd answer: ${JSON.stringify({ send, told })}`);
    if ((told.status === 403) !== !world.outside.arrived.has(send.id) && told.status === 403)
      throw new Error('it is refused and arrives');
  }
  agent.destroy();
}

test('a policy that is replaced 50 times under load cuts what it must, nothing else, and decides whole', async () => {
  await load(0);
  let isDone = false;
  const done = () => isDone;
  const always = await Promise.all(
    Array.from({ length: 12 }, (_, at) => (at < 8 ? echoing('always.x') : endless('web.x'))),
  );
  const sometimes = new Set<Going>();
  const others = new Set<Going>();
  const clients = [
    ...Array.from({ length: 8 }, () => keepUp(() => echoing('sometimes.x'), sometimes, done)),
    ...Array.from({ length: 4 }, () => keepUp(() => endless('other.x'), others, done)),
    ...Array.from({ length: 8 }, (_, at) => askOn(at, done)),
  ];
  const cut = { sometimes: 0, others: 0 };
  await expect.poll(() => [sometimes.size, others.size]).toEqual([8, 0]);
  for (let number = 1; number <= CHANGES; number += 1) {
    const pieces = always.map((going) => going!.pieces);
    const before = { sometimes: [...sometimes], others: [...others] };
    await load(number);
    await wait(20);
    // What is permitted goes on, each stream of it.
    for (const [at, going] of always.entries()) {
      expect(going!.isOver).toBe(false);
      await expect.poll(() => going!.pieces).toBeGreaterThan(pieces[at]!);
    }
    const isCut = (goings: readonly Going[]) => goings.every(({ isOver }) => isOver);
    if (number % 2 === 1) {
      expect(isCut(before.sometimes)).toBe(true);
      cut.sometimes += before.sometimes.length;
    }
    if (number % 3 === 0) {
      expect(isCut(before.others)).toBe(true);
      cut.others += before.others.length;
    }
    // What is still permitted was not cut on the way, either.
    if (number % 3 === 2) expect(before.others.some(({ isOver }) => isOver)).toBe(false);
    // All that may be is there again before the next one.
    if (number % 2 === 0) await expect.poll(() => sometimes.size, { timeout: 5_000 }).toBe(8);
    if (number % 3 !== 0) await expect.poll(() => others.size, { timeout: 5_000 }).toBe(4);
  }
  isDone = true;
  await Promise.all(clients);
  console.info(JSON.stringify({ ...made, cut, events: world.events.length }));
  expect(cut).toEqual({ sometimes: 25 * 8, others: 16 * 4 });
  expect(made.requests).toBeGreaterThan(200);

  // Each decision is of one policy, the one that was in force, and agrees with it.
  let force: string | null = null;
  const verdicts = { allow: 0, deny: 0 };
  for (const event of world.events) {
    if (event.kind === 'policy') force = event.policy;
    if (event.kind !== 'decision' || event.access.facet !== 'egress') continue;
    const number = Number(event.policy.slice('sha256:'.length));
    const naive = naiveDecide(policy(number), naiveAttempt(event.access));
    expect({ event, naive }).toEqual({ event, naive: event.why === 'granted' ? 'allow' : 'deny' });
    // One that was made before the change may be written down after it, never the other way round.
    expect(number).toBeLessThanOrEqual(Number(force!.slice('sha256:'.length)));
    verdicts[naive] += 1;
  }
  expect(Math.min(verdicts.allow, verdicts.deny)).toBeGreaterThan(50);
}, 120_000);
