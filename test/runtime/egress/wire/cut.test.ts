import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { opened, readAll } from '../../../support/egress/wire-bytes.ts';
import { WireWorld } from '../../../support/egress/wire-world.ts';
import { CLIENT_CUTS, SERVER_CUTS } from './corpus/cut.ts';
import { corpusTarget } from './corpus/place.ts';
import { wordsOf } from './corpus/send.ts';

const world = await WireWorld.open();
const target = await corpusTarget(world);
const proxy = target.proxy();
afterEach(() => {
  world.outside.instead = null;
  world.events.length = 0;
});
afterAll(() => world[Symbol.asyncDispose]());

const pause = (milliseconds = 15) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What came before a connection was cut, in words. */
function heard(text: string): string {
  return text.startsWith('\x05') ? 'greeted' : wordsOf(text);
}

describe.each(['end', 'reset'] as const)('a client that comes to its %s', (how) => {
  test.each(CLIENT_CUTS)('$name', async ({ send, arrives, outcome }) => {
    let got = '';
    let isServerOver = true;
    world.outside.instead = (socket, bytes) => {
      got += bytes.toString('latin1');
      isServerOver = false;
      socket.on('data', (more) => (got += more.toString('latin1')));
      for (const event of ['end', 'close']) socket.on(event, () => (isServerOver = true));
      socket.resume();
    };
    const before = world.outside.accepted;
    const socket = await opened(proxy);
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    for (const words of send) {
      socket.write(words, 'latin1');
      await pause();
    }
    await pause();
    if (how === 'end') socket.end();
    else socket.resetAndDestroy();
    // Nothing of it stays behind, on either side.
    await expect
      .poll(() => [world.gateway.status, isServerOver])
      .toMatchObject([{ connections: 0, live: 0 }, true]);
    if (how === 'end') {
      await expect.poll(() => socket.destroyed || socket.readableEnded).toBe(true);
      expect(heard(text)).toBe(outcome);
    }
    if (arrives === null) expect(got).toBe('');
    else expect(got).toContain(arrives);
    expect(got).not.toContain('0\r\n\r\n');
    const isOpaque = send[0]?.includes('t.example') ?? false;
    expect(world.outside.accepted - before).toBe(arrives === null && !isOpaque ? 0 : 1);
    // What was let through is over in the log as well.
    const granted = world.events.filter(({ kind }) => kind === 'decision').length;
    expect(world.events.filter(({ kind }) => kind === 'end')).toHaveLength(granted);
  });
});

describe('a server that', () => {
  test.each(SERVER_CUTS)('$name', async ({ does, outcome }) => {
    world.outside.instead = (socket) => {
      socket.resume();
      does(socket);
    };
    const request =
      'POST http://a.example/ok/1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi';
    const text = await readAll(await opened(proxy), request);
    const isWhole = /\r\n\r\n0\r\n\r\n$|content-length: ([0-9]+)[\s\S]*\r\n\r\n[\s\S]{10}/i.test(text);
    const told = wordsOf(text.replace('HTTP/1.1 100 Continue\r\n\r\n', ''));
    expect(told.startsWith('answered') && !isWhole ? `${told}, not whole` : told).toBe(outcome);
    await expect.poll(() => world.gateway.status).toMatchObject({ connections: 0, live: 0 });
    expect(world.events.map(({ kind }) => kind)).toEqual(['decision', 'end']);
  });
});

test('a gateway whose clients and servers were all cut goes on as before', async () => {
  const request = 'GET http://a.example/ok/1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n';
  expect(wordsOf(await readAll(await opened(proxy), request))).toBe('answered 200');
});
