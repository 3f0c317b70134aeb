import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemRefusal } from '../../../../runtime/egress/http/refused.ts';
import { FRAMES, frame, opening } from '../../../support/egress/http2-bytes.ts';
import { opened, readAll, socksTunnel, tunnel } from '../../../support/egress/wire-bytes.ts';
import { REQUEST_CLIENTS } from '../../../support/egress/wire-clients.ts';
import { WireWorld } from '../../../support/egress/wire-world.ts';
import type { CorpusCase } from '../http/corpus/case.ts';
import { CHUNKS, FRAMING } from '../http/corpus/framing.ts';
import { HEADS, LONG_HEADS } from '../http/corpus/heads.ts';
import { HOSTS, TARGETS } from '../http/corpus/targets.ts';
import { CATEGORIES, type Category, type HostWay } from './corpus/case.ts';
import { CLIENT_CUTS, SERVER_CUTS } from './corpus/cut.ts';
import { HOST_CASES } from './corpus/hosts.ts';
import { HTTP2, LEFT_OUT, usual } from './corpus/http2.ts';
import { OVERSIZED } from './corpus/oversized.ts';
import { corpusTarget } from './corpus/place.ts';
import { BY_WAY, byHttp2, byServerName, HOST, http2To, wordsOf } from './corpus/send.ts';
import { ABSOLUTE, SERVER_NAMES, TUNNELS } from './corpus/server-names.ts';
import { SLOW } from './corpus/slow.ts';

const world = await WireWorld.open();
const target = await corpusTarget(world);
const proxy = target.proxy();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.events.length = 0;
  world.outside.arrived.clear();
  world.outside.accepted = 0;
});

/** Nothing of it is anywhere but in the log, which has one line of why. */
function nothingArrived(isWrittenDown = true): void {
  expect(world.outside.accepted).toBe(0);
  nothingWhole();
  if (isWrittenDown) expect(refusalsInLog()).toBe(1);
}

function nothingWhole(): void {
  expect([...world.outside.arrived.keys()]).toEqual([]);
  expect(world.outside.strange).toEqual([]);
}

function refusalsInLog(): number {
  return world.events.filter((event) =>
    event.kind === 'decision' ? event.why !== 'granted' : event.kind === 'malformed',
  ).length;
}

/** What is said of streams that node:http2 resets by itself. */
const LOST = {
  kind: 'malformed',
  problem: problemRefusal('no-request', 'request').message,
  asked: `${HOST}:443`,
};

/** What the protocol's library ends without a word is found a little later. */
async function lostIsTold(): Promise<void> {
  await vi.waitFor(() => expect(world.events).toMatchObject([LOST]), { timeout: 5_000 });
}

function lostInLog(): number {
  return world.events.filter((event) => event.kind === 'malformed' && event.problem === LOST.problem).length;
}

const WINDOW_UPDATE = 8;

const said = async (port: number, bytes: string) =>
  wordsOf(await readAll(await opened(port), Buffer.from(bytes, 'latin1')));

/** The messages of the reader's own corpus, which the port of a server is written into. */
const PORT = 8080;
const bytesOf = ({ send }: CorpusCase) => send.replaceAll('{port}', String(PORT));
const ofReader: readonly (readonly [Category, readonly CorpusCase[]])[] = [
  ['smuggling', FRAMING],
  ['heads', HEADS],
  ['oversized', LONG_HEADS.filter(({ name }) => !name.includes('trailers'))],
  ['hosts', HOSTS],
  ['paths', TARGETS],
];

describe.each(ofReader)('%s, to an address that a program dials itself', (_category, cases) => {
  test.each(cases)('$name', async (one) => {
    const port = target.direct('127.0.0.1', PORT);
    expect(await said(port, bytesOf(one))).toBe(`${one.status} gateway-${one.why}`);
    nothingArrived();
  });
});

describe('smuggling in a body that begins well', () => {
  test.each(CHUNKS)('$name', async (one) => {
    const port = target.direct('127.0.0.1', PORT);
    expect(await said(port, bytesOf(one))).toBe(`${one.status} gateway-${one.why}`);
    nothingWhole();
    expect(refusalsInLog()).toBe(1);
  });
});

const ways = HOST_CASES.flatMap((one) =>
  (Object.keys(BY_WAY) as HostWay[]).flatMap((way) => {
    const outcome = one.outcomes[way];
    return outcome === undefined ? [] : [{ ...one, way, outcome }];
  }),
);

describe.each(CATEGORIES.filter((category) => ways.some((one) => one.category === category)))(
  'a host in another spelling: %s',
  (category) => {
    test.each(ways.filter((one) => one.category === category))(
      '$name, by $way',
      async ({ way, host, outcome }) => {
        expect(await BY_WAY[way](target, host)).toBe(outcome);
        if (outcome.startsWith('reset')) await lostIsTold();
        nothingArrived();
      },
    );
  },
);

describe('CONNECT, Host and whole URLs', () => {
  test.each([...TUNNELS, ...ABSOLUTE])('$name', async ({ send, outcome }) => {
    expect(await said(proxy, send)).toBe(outcome);
    nothingArrived();
  });
});

describe('a server name of TLS', () => {
  test.each(SERVER_NAMES)('$name', async ({ to, servername, outcome }) => {
    const seen =
      'connect' in to
        ? await byServerName(proxy, to.connect, servername)
        : await byServerName(target.direct(to.direct, 443), null, servername);
    expect(seen).toBe(outcome);
    nothingWhole();
    const isOpaque = 'connect' in to && to.connect.startsWith('t.');
    // Where nobody looks the connection is made before the client begins, and not a byte goes on.
    expect(world.outside.accepted).toBe(isOpaque ? 1 : 0);
  });
});

describe('HTTP/2', () => {
  test.each(HTTP2)('$name', async ({ send, outcome, begins, isNoStream }) => {
    expect(await byHttp2(target, send)).toBe(outcome);
    if (begins) return nothingWhole();
    if (!/^[0-9]/.test(outcome) && !isNoStream) {
      await lostIsTold();
    }
    nothingArrived(!isNoStream);
  });

  test('streams that are none are told of between others, once', async () => {
    const connection = await http2To(target);
    connection.on('error', () => {});
    const bad = (stream: number) => usual(['te', 'gzip'], stream);
    connection.write(Buffer.concat([opening(), bad(1), bad(3), usual(['x-a', 'b'], 5), bad(7)]));
    await vi.waitFor(() => expect(lostInLog()).toBe(2), { timeout: 5_000 });
    connection.write(usual(['x-a', 'b'], 9));
    await vi.waitFor(() => expect(world.outside.arrived.get('nameless')).toHaveLength(2));
    connection.destroy();
    await vi.waitFor(() => expect(world.events.filter(({ kind }) => kind === 'end')).toHaveLength(2));
    expect(lostInLog()).toBe(2);
  });

  test('a request right before the end, or one that is taken back at once, is told of as a request alone', async () => {
    const cancel = frame(FRAMES.reset, 0, 3, Buffer.of(0, 0, 0, 8));
    for (let round = 0; round < 20; round += 1) {
      const connection = await http2To(target);
      connection.on('error', () => {}).resume();
      connection.end(Buffer.concat([opening(), usual(['x-a', 'b']), usual(['x-a', 'c'], 3), cancel]));
      await new Promise((resolve) => connection.once('close', resolve));
    }
    await vi.waitFor(() => expect(world.events.filter(({ kind }) => kind === 'decision')).toHaveLength(40));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lostInLog()).toBe(0);
  });

  const number = (value: number) => Buffer.of(value >>> 24, value >>> 16, value >>> 8, value);
  const goaway = (code: number) => frame(FRAMES.goaway, 0, 0, Buffer.concat([number(0), number(code)]));
  test.each([
    ['without an error', goaway(0)],
    ['with an error', goaway(1)],
    ['with a damaged word of the end', frame(FRAMES.goaway, 0, 0, Buffer.alloc(3))],
    ['with a window that is too large', frame(WINDOW_UPDATE, 0, 0, number(0x7fffffff))],
    ['with a stream that no client may open', usual(['x-a', 'b'], 2)],
    ['with settings that are damaged', frame(FRAMES.settings, 0, 0, Buffer.alloc(5))],
    [
      'with a flood of settings',
      Buffer.concat(Array.from({ length: 20_000 }, () => frame(FRAMES.settings, 0, 0))),
    ],
  ])('a stream that is none is told of, once, where its session ends at once: %s', async (_name, end) => {
    const connection = await http2To(target);
    connection.on('error', () => {}).resume();
    connection.write(Buffer.concat([opening(), usual(['x-a', 'b']), usual(['te', 'gzip'], 3), end]));
    await vi.waitFor(() => expect(lostInLog()).toBe(1), { timeout: 3_000 });
    connection.destroy();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lostInLog()).toBe(1);
  });

  test('nothing is told of a session without streams', async () => {
    const connection = await http2To(target);
    connection.on('error', () => {}).write(opening());
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    connection.end();
    await new Promise((resolve) => connection.once('close', resolve).resume());
    expect(world.events).toEqual([]);
  });

  test.each(LEFT_OUT)('a field that cannot be is left out: %j', async (name, value) => {
    expect(await byHttp2(target, usual([name, value]))).toBe('answered: arrived nameless');
    expect(world.outside.arrived.get('nameless')).toMatchObject([{ host: HOST }]);
  });

  test('a request with an empty body waits for nothing, on a connection that is yet to be made', async () => {
    world.addresses = new Map([...world.addresses, [HOST, ['93.184.0.12']]]);
    const send = {
      ...{ id: 'empty', host: HOST, port: 443, isSecure: true, method: 'POST', target: '/ok/1', mark: '-' },
      body: null,
    };
    const way = { proxy, trusted: target.trusted } as Parameters<typeof REQUEST_CLIENTS.http2>[1];
    expect(await REQUEST_CLIENTS.http2(send, way)).toMatchObject({ status: 200, arrived: 'empty' });
  });
});

describe('what is too long or too many', () => {
  test.each(OVERSIZED)('$name', async ({ send, outcome, begins }) => {
    expect(await said(proxy, send)).toBe(outcome);
    if (begins !== true) expect(world.outside.accepted).toBe(0);
    nothingWhole();
  });
});

test('a tunnel and a request that are granted pass, so that all of this is refused for what it says', async () => {
  expect(await BY_WAY.absolute(target, HOST)).toBe('answered 200');
  expect(await BY_WAY.field(target, HOST)).toBe('answered 200');
  expect(await BY_WAY.http2(target, HOST)).toBe('answered: arrived nameless');
  expect(await byServerName(proxy, 'a.example:443', HOST)).toBe('open');
  for (const dig of [tunnel, socksTunnel]) {
    const found = await dig({ host: HOST, port: 443 }, proxy);
    if ('status' in found) expect.fail(`it is refused: ${found.why}`);
    found.destroy();
  }
});

test('the corpus holds what it says, by category', () => {
  const counts: Record<Category, number> = {
    smuggling: FRAMING.length + CHUNKS.length,
    heads: HEADS.length,
    hosts: HOSTS.length,
    paths: TARGETS.length,
    'absolute-form': ABSOLUTE.length,
    'server-name': SERVER_NAMES.length + TUNNELS.length,
    http2: HTTP2.length,
    unicode: ways.filter(({ category }) => category === 'unicode').length,
    dots: ways.filter(({ category }) => category === 'dots').length,
    ipv4: ways.filter(({ category }) => category === 'ipv4').length,
    ipv6: ways.filter(({ category }) => category === 'ipv6').length,
    slow: SLOW.length,
    cut: 2 * CLIENT_CUTS.length + SERVER_CUTS.length,
    oversized: OVERSIZED.length + LONG_HEADS.length,
  };
  expect(counts).toEqual({
    ...{ smuggling: 57, heads: 50, hosts: 32, paths: 49, 'absolute-form': 24, 'server-name': 45, http2: 54 },
    ...{ unicode: 65, dots: 30, ipv4: 60, ipv6: 59, slow: 20, cut: 68, oversized: 23 },
  });
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(all).toBe(636);
});
