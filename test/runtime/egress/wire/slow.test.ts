import type { Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { opened } from '../../../support/egress/wire-bytes.ts';
import { WireWorld } from '../../../support/egress/wire-world.ts';
import { corpusTarget } from './corpus/place.ts';
import { SLOW } from './corpus/slow.ts';

// Sockets go on in their own time; what waits for seconds waits for the test.
vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
const world = await WireWorld.open();
const target = await corpusTarget(world);
const proxy = target.proxy();
afterEach(() => {
  world.outside.instead = null;
});
afterAll(async () => {
  vi.useRealTimers();
  await world[Symbol.asyncDispose]();
});

/** Until what is on its way between sockets of this process has come. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  await settled();
}

function watched(socket: Socket): { text: string; isOver: boolean } {
  const seen = { text: '', isOver: false };
  const over = () => {
    seen.isOver = true;
  };
  socket.on('data', (bytes: Buffer) => {
    seen.text += bytes.toString('latin1');
  });
  socket.once('end', over).once('close', over);
  return seen;
}

describe('who sends slowly is waited for, but not for ever', () => {
  test.each(SLOW)('$name', async ({ send, apart, seconds, arrives }) => {
    const before = world.outside.accepted;
    let body = '';
    world.outside.instead = (socket, bytes) => {
      body += bytes.toString('latin1');
      socket.on('data', (more) => (body += more.toString('latin1')));
    };
    const { connections } = world.gateway.status;
    const socket = await opened(proxy);
    const seen = watched(socket);
    for (const [at, words] of send.entries()) {
      if (at > 0 && apart > 0) await pass(apart);
      socket.write(words, 'latin1');
      await settled();
    }
    await pass(seconds - 2);
    expect(seen.isOver).toBe(false);
    expect(world.gateway.status.connections).toBe(connections + 1);
    await pass(5);
    expect(seen.isOver).toBe(true);
    expect(world.gateway.status.connections).toBe(connections);
    // Half of something is never taken for the whole.
    expect(world.outside.accepted - before).toBe(arrives ? 1 : 0);
    expect(body).not.toContain('0\r\n\r\n');
    if (!arrives) expect(body).toBe('');
  });
});

test('a server that begins TLS and does not go on is given up, and the program is told', async () => {
  world.outside.instead = () => {};
  const socket = await opened(proxy);
  const seen = watched(socket);
  socket.write('GET https://a.example/ok/1 HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await settled();
  await pass(13);
  expect(seen.text).toBe('');
  await pass(4);
  expect(seen.text).toMatch(/^HTTP\/1\.1 502 /);
  expect(seen.text).toContain('nemoclaw-refused: gateway-no-connection');
  socket.destroy();
});
