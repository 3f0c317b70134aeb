import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { close, frame } from '../../support/egress/frames.ts';
import { InsideWorld, policyWith } from '../../support/egress/inside.ts';
import { answersOf, talk } from '../../support/egress/wire.ts';
import { tableOf } from '../../support/gateway.ts';

const PRICES = 'protocol: websocket, rules: [{ allow: { path: /a, message: "get *" } }]';
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Extensions: permessage-deflate\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const pause = (milliseconds = 60) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Sends pieces on an opened WebSocket, and gives what the server was sent after its answer. */
async function sent(inside: InsideWorld, ...pieces: string[]): Promise<{ server: string; client: string }> {
  const opening = inside.request('GET', UPGRADE);
  const { text } = await talk(inside.world.port, [opening, ...pieces], /\x88/);
  // What the gateway says to the server comes beside what it says to the client.
  await pause();
  return { server: answered(inside.received), client: answered(text) };
}

const answered = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
/** Ends with what closes the socket, so that a test need not wait. */
const end = frame(Buffer.from([3, 232]), { opcode: 8 });
const echoing = (socket: Socket): void => {
  socket.write(SWITCHED);
  socket.on('data', (bytes) => {
    if ((bytes[0]! & 15) === 8 || bytes.includes(end, 0, 'latin1')) socket.end(close(1000), 'latin1');
  });
};
const world = (endpoint = PRICES, answer: string | ((socket: Socket) => void) = echoing) =>
  InsideWorld.with(endpoint, answer);

describe('a WebSocket', () => {
  test('is opened without extensions where its messages are decided about', async () => {
    await using inside = await world();
    const { server } = await sent(inside, frame('get a'), frame('get b'), end);
    expect(inside.received).not.toMatch(/extensions/i);
    expect(server).toBe(frame('get a') + frame('get b') + end);
    await expect.poll(() => inside.world.kinds()).toEqual(['policy', 'granted', 'granted', 'granted', 'end']);
    expect(inside.decided).toEqual([
      ['granted', { kind: 'upgrade' }],
      ['granted', { kind: 'message', text: 'get a' }],
      ['granted', { kind: 'message', text: 'get b' }],
    ]);
  });

  test('is closed with 1008 by a message that is not allowed, which reaches nobody', async () => {
    await using inside = await world();
    const { server, client } = await sent(inside, frame('get a') + frame('put b') + frame('get c'));
    expect(client).toBe(close(1008, 'nemoclaw: not-included'));
    expect(server.startsWith(frame('get a'))).toBe(true);
    expect(server.slice(frame('get a').length)).toMatch(/^\x88\x82.{6}$/s);
    expect(inside.decided.slice(1)).toEqual([
      ['granted', { kind: 'message', text: 'get a' }],
      ['not-included', { kind: 'message', text: 'put b' }],
    ]);
    await expect.poll(() => inside.world.kinds().at(-1)).toBe('end');
  });

  test('waits for the whole of a message, with pings in between', async () => {
    await using inside = await world();
    const pieces = [frame('ge', { isFinal: false }), frame('', { opcode: 9 }), frame('t a', { opcode: 0 })];
    const { server } = await sent(inside, ...pieces, end);
    expect(server).toBe(pieces[1]! + pieces[0]! + pieces[2]! + end);
    expect(inside.decided[1]).toEqual(['granted', { kind: 'message', text: 'get a' }]);
  });

  test('is not opened by a fragment that would be allowed and what follows it', async () => {
    await using inside = await world();
    const pieces = [frame('put ', { isFinal: false }), frame('get a', { opcode: 0 })];
    const { client, server } = await sent(inside, ...pieces);
    expect(client).toBe(close(1008, 'nemoclaw: not-included'));
    expect(server).not.toContain(pieces[0]);
  });

  test.each([
    ['a message that is no text', frame('get a', { opcode: 2 }), 'nemoclaw: not-included', 1008],
    [
      'a frame without a mask',
      frame('get a', { mask: null }),
      'nemoclaw: a frame on the WebSocket is not of RFC 6455',
      1002,
    ],
    [
      'a packed frame',
      `\xc1${frame('get a').slice(1)}`,
      'nemoclaw: a frame on the WebSocket is not of RFC 6455',
      1002,
    ],
    [
      'an unknown frame',
      frame('get a', { opcode: 3 }),
      'nemoclaw: a frame on the WebSocket is not of RFC 6455',
      1002,
    ],
    [
      'the rest of no message',
      frame('get a', { opcode: 0 }),
      'nemoclaw: a frame on the WebSocket is not of RFC 6455',
      1002,
    ],
    [
      'a text that is not UTF-8',
      frame(Buffer.from([0xff])),
      'nemoclaw: a text on the WebSocket is not UTF-8',
      1007,
    ],
    [
      'a message that is too large',
      `\x81\xff\0\0\0\0\0\x10\0\x01${'\0'.repeat(4)}`,
      'nemoclaw: a message on the WebSocket is larger than 1 MiB',
      1009,
    ],
  ])('is closed by %s', async (_, bytes, reason, code) => {
    await using inside = await world();
    const { client, server } = await sent(inside, bytes);
    expect(client).toBe(close(code, reason));
    expect(server).toMatch(/^\x88\x82.{6}$/s);
    expect(inside.world.kinds()).toContain(code === 1008 ? 'not-included' : 'malformed');
  });

  test('is closed by a message of more frames than anybody sends', async () => {
    await using inside = await world();
    const empty = frame('', { opcode: 0, isFinal: false }).repeat(4096);
    const { client } = await sent(inside, frame('get a', { isFinal: false }) + empty);
    expect(client).toBe(close(1009, 'nemoclaw: a message on the WebSocket is larger than 1 MiB'));
  });

  test('takes binary messages where a rule does', async () => {
    await using inside = await world(
      'protocol: websocket, rules: [{ allow: { path: /a, binary_messages: true } }]',
    );
    const { server } = await sent(inside, frame('x', { opcode: 2 }), end);
    expect(server).toBe(frame('x', { opcode: 2 }) + end);
  });

  test('carries what the server sends in the middle of a decision', async () => {
    await using inside = await world(PRICES, (socket) => {
      socket.write(SWITCHED + frame('hello', { mask: null }), 'latin1');
      socket.on('data', () => socket.end(close(1000), 'latin1'));
    });
    const { client } = await sent(inside, frame('get a'));
    expect(client).toBe(frame('hello', { mask: null }) + close(1000));
  });

  test('gets no close frame into the middle of a frame of the server', async () => {
    await using inside = await world(PRICES, (socket) => {
      socket.write(SWITCHED + frame('hello', { mask: null }).slice(0, 4), 'latin1');
    });
    const { client } = await sent(inside, frame('put a'));
    expect(client).toBe(frame('hello', { mask: null }).slice(0, 4));
  });

  test('of a server that packs frames although nobody offered it is not opened', async () => {
    const packed = SWITCHED.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n');
    await using inside = await world(PRICES, packed);
    const answer = await talk(inside.world.port, [inside.request('GET', UPGRADE)], /\r\n\r\n[\s\S]/);
    expect(answersOf(answer)).toEqual({ statuses: [502], why: 'gateway-switched-unasked' });
  });

  test('is opened by no endpoint whose rules are about plain requests', async () => {
    await using inside = await world('access: full');
    const answer = await talk(inside.world.port, [inside.request('GET', UPGRADE)], /\r\n\r\n[\s\S]/);
    expect(answersOf(answer)).toEqual({ statuses: [403], why: 'not-included' });
    expect(inside.origin.received).toEqual([]);
  });

  test('of another version is refused before anybody is asked', async () => {
    await using inside = await world();
    const opening = inside.request('GET', UPGRADE.replace('Version: 13', 'Version: 8'));
    const answer = await talk(inside.world.port, [opening], /\r\n\r\n[\s\S]/);
    expect(answersOf(answer)).toEqual({ statuses: [400], why: 'gateway-bad-upgrade' });
    expect(inside.world.kinds()).toEqual(['policy', 'malformed']);
  });

  test('is decided message by message under the policy of the moment', async () => {
    await using inside = await world();
    const socket = await inside.connect();
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.write(inside.request('GET', UPGRADE));
    await expect.poll(() => text).toContain('101');
    socket.write(frame('get a'), 'latin1');
    await expect.poll(() => inside.decided.length).toBe(2);
    await inside.world.gateway.replace(tableOf(policyWith(PRICES.replace('get *', 'put *'))));
    socket.write(frame('get a'), 'latin1');
    await expect
      .poll(() => inside.decided.at(-1))
      .toEqual(['not-included', { kind: 'message', text: 'get a' }]);
    await expect.poll(() => answered(text)).toBe(close(1008, 'nemoclaw: not-included'));
    socket.destroy();
  });

  test('that nobody looks into is cut when a policy comes that wants to', async () => {
    await using inside = await world('protocol: tcp');
    const socket = await inside.connect();
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.write(inside.request('GET', UPGRADE));
    await expect.poll(() => text).toContain('101');
    expect(inside.received).toMatch(/extensions/i);
    const stream = policyWith('protocol: tcp');
    await inside.world.gateway.replace(tableOf(stream));
    expect(socket.destroyed).toBe(false);
    const isClosed = new Promise((resolve) => socket.once('close', () => resolve('cut')));
    await inside.world.gateway.replace(tableOf(`${stream}${policyWith(PRICES).replace('one:', 'two:')}`));
    expect(await Promise.race([isClosed, pause(1000)])).toBe('cut');
  });

  test('passes nothing on while the log cannot be written', async () => {
    await using inside = await world();
    const socket = await inside.connect();
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.write(inside.request('GET', UPGRADE));
    await expect.poll(() => text).toContain('101');
    inside.world.logFails = true;
    socket.write(frame('get a'), 'latin1');
    await expect.poll(() => answered(text)).toBe(close(1011, 'nemoclaw: the gateway could not decide'));
    await pause();
    expect(answered(inside.received)).not.toContain(frame('get a'));
    socket.destroy();
  });
});
