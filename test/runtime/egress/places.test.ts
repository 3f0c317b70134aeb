import type { Socket } from 'node:net';
import { describe, expect, it, test } from 'vitest';
import { type Dialled, dialler } from '../../../runtime/egress/dial/dial.ts';
import { dialWithin, Places } from '../../../runtime/egress/places.ts';
import { Listener } from '../../../runtime/egress/wire/listener.ts';
import { close, frame } from '../../support/egress/frames.ts';
import { InsideWorld } from '../../support/egress/inside.ts';
import { talk } from '../../support/egress/wire.ts';
import { GatewayWorld, readText } from '../../support/gateway.ts';

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const end = frame(Buffer.from([3, 232]), { opcode: 8 });

/** Opens a WebSocket and closes it again when it is told to. */
const closing = (socket: Socket): void => {
  socket.write(SWITCHED);
  socket.on('data', (bytes) => {
    if (bytes.includes(end, 0, 'latin1')) socket.end(close(1000), 'latin1');
  });
};

describe('a connection that became a WebSocket without TLS', () => {
  it.each([
    ['nobody looks into', 'protocol: tcp'],
    ['messages are decided about', 'protocol: websocket, rules: [{ allow: { path: /a, message: "get *" } }]'],
  ])('is counted no longer when it is over, where %s', async (_, endpoint) => {
    await using inside = await InsideWorld.with(endpoint, closing);
    const { text } = await talk(
      inside.world.port,
      [inside.request('GET', UPGRADE), frame('get a'), end],
      /\x88/,
    );
    expect(text).toContain('101 Switching Protocols');
    await expect.poll(() => inside.world.kinds().at(-1)).toBe('end');
    await expect.poll(() => inside.world.gateway.status).toMatchObject({ connections: 0, live: 0 });
  });
});

test('who is turned away and resets its connection ends nothing else', async () => {
  await using world = await GatewayWorld.with({ policy: null, places: new Places(0) });
  const client = await world.client();
  expect(await readText(client, 'gateway-busy')).toContain('503');
  const unheard = new Promise((resolve) => process.once('uncaughtExceptionMonitor', resolve));
  client.resetAndDestroy();
  const after = new Promise((resolve) => setTimeout(resolve, 100, 'nothing'));
  expect(await Promise.race([unheard, after])).toBe('nothing');
});

describe('a place', () => {
  const stuck = () => new Promise<Dialled>(() => {});

  it('is taken while a server is dialled, so that slow servers take no descriptor of the log', async () => {
    const places = new Places(2);
    const dial = dialWithin(places, stuck);
    void dial('127.0.0.1', 1);
    void dial('127.0.0.1', 1);
    expect(places.isFree).toBe(false);
    expect(await dial('127.0.0.1', 1)).toEqual({ ok: false, problem: 'busy' });
  });

  it('is free again when the server is not reached, and when the connection to it is over', async () => {
    const places = new Places(1);
    const failed: Dialled = { ok: false, problem: 'refused' };
    expect(await dialWithin(places, async () => failed)('127.0.0.1', 1)).toEqual(failed);
    expect(places.isFree).toBe(true);
    const listener = Listener.at('127.0.0.1', 0);
    listener.accepted = () => {};
    const dialled = await dialWithin(places, dialler())('127.0.0.1', listener.port);
    expect({ ok: dialled.ok, isFree: places.isFree }).toEqual({ ok: true, isFree: false });
    if (dialled.ok) dialled.connection.close();
    expect(places.isFree).toBe(true);
    listener.close();
  });
});
