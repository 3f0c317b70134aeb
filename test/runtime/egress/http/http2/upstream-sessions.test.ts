import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { UpstreamSessions } from '../../../../../runtime/egress/http/http2/upstream-sessions.ts';
import type { RequestGate } from '../../../../../runtime/egress/http/request-gate.ts';
import { UpstreamPool } from '../../../../../runtime/egress/http/upstream/pool.ts';
import { testGate } from '../../../../support/egress/gates.ts';

const ROUTE = { port: 443, host: 'a.example', secure: true, route: 'a.example 1' };
const CUT = Object.assign(new Error('cut'), { code: 'ECANCELED' });

/** A server that says nothing. */
const silence = () => new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() });

function resolvers<T>() {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** Two gates of one route, of which the first one's connection comes about or not when the test says so. */
function twoOfOneRoute() {
  const sessions = new UpstreamSessions(new UpstreamPool());
  const dial = resolvers<Awaited<ReturnType<RequestGate['dial']>>>();
  let dialled = 0;
  const first: RequestGate = { ...testGate(ROUTE), dial: () => dial.promise };
  const second = {
    ...testGate(ROUTE),
    isCut: false,
    dial: async () => {
      dialled += 1;
      return { stream: silence(), protocol: 'h2' };
    },
  };
  const ways = [sessions.wayTo(first), sessions.wayTo(second)] as const;
  return { dial, second, ways, dials: () => dialled };
}

test('a session that another one opened serves the same route', async () => {
  const { dial, ways, dials } = twoOfOneRoute();
  dial.resolve({ stream: silence(), protocol: 'h2' });
  const [one, other] = await Promise.all(ways);
  expect(other).toBe(one);
  expect(dials()).toBe(0);
});

test('who was cut while another one dialled gets no way to the server', async () => {
  const { dial, second, ways } = twoOfOneRoute();
  second.isCut = true;
  dial.resolve({ stream: silence(), protocol: 'h2' });
  await expect(ways[1]).rejects.toMatchObject({ code: 'ECANCELED' });
  expect(await ways[0]).toMatchObject({ kind: 'http2' });
});

test('who was not cut dials alone where the other one was', async () => {
  const { dial, ways, dials } = twoOfOneRoute();
  dial.reject(CUT);
  await expect(ways[0]).rejects.toBe(CUT);
  expect(await ways[1]).toMatchObject({ kind: 'http2' });
  expect(dials()).toBe(1);
});

test('a server that cannot be reached is dialled once for all that wait', async () => {
  const { dial, ways, dials } = twoOfOneRoute();
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  dial.reject(refused);
  const outcomes = await Promise.allSettled(ways);
  expect(outcomes.map((one) => one.status === 'rejected' && one.reason)).toEqual([refused, refused]);
  expect(dials()).toBe(0);
});

test('a session is forgotten when it ends, also where the route of its gate is another one by then', async () => {
  const sessions = new UpstreamSessions(new UpstreamPool());
  const stream = silence();
  const gate = { ...testGate(ROUTE), dial: async () => ({ stream, protocol: 'h2' }) };
  const way = await sessions.wayTo(gate);
  gate.route = 'a.example 2';
  if (way.kind !== 'http2') throw new Error('no session');
  const closed = once(way.session, 'close');
  way.session.destroy();
  await closed;
  const known: string[] = [];
  sessions.drop((route) => known.push(route) < 0);
  expect(known).toEqual([]);
});

/** A gate of a server that takes any number of streams and says nothing. */
function quietGate() {
  const gate = { ...testGate(ROUTE), dials: 0 };
  const dial = async () => {
    gate.dials += 1;
    return { stream: silence(), protocol: 'h2' };
  };
  return Object.assign(gate, { dial });
}

async function session(sessions: UpstreamSessions, gate: RequestGate) {
  const way = await sessions.wayTo(gate);
  if (way.kind !== 'http2') throw new Error('no session');
  return way;
}

test('of those that come at once, each gets room in a session, and a full one ends with its last stream', async () => {
  const sessions = new UpstreamSessions(new UpstreamPool());
  const gate = quietGate();
  const ways = await Promise.all(Array.from({ length: 250 }, () => session(sessions, gate)));
  const first = ways.filter((way) => way.session === ways[0]!.session);
  expect(first).toHaveLength(100);
  expect(gate.dials).toBe(3);
  for (const { room } of first.slice(1)) room.leave();
  expect(first[0]!.session.closed).toBe(false);
  first[0]!.room.leave();
  expect(first[0]!.session.closed).toBe(true);
});

test('room that was left is taken again in the same session', async () => {
  const sessions = new UpstreamSessions(new UpstreamPool());
  const gate = quietGate();
  for (let round = 0; round < 250; round++) (await session(sessions, gate)).room.leave();
  expect(gate.dials).toBe(1);
});

test('sessions that are dropped end with their last stream, and take none any more', async () => {
  const sessions = new UpstreamSessions(new UpstreamPool());
  const gate = quietGate();
  const before = await session(sessions, gate);
  sessions.drop();
  await Promise.resolve();
  const after = await session(sessions, gate);
  expect(after.session).not.toBe(before.session);
  expect(before.session.closed).toBe(false);
  before.room.leave();
  expect(before.session.closed).toBe(true);
});
