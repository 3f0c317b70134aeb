import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { GatewayWorld } from '../../../support/gateway.ts';

const BYTES = 48 * 1024 * 1024;
const BLOCK = 1024 * 1024;

/** Sends random bytes as fast as they are taken, and ends. @returns their digest */
async function sendRandom(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  for (let sent = 0; sent < BYTES; sent += BLOCK) {
    const block = randomBytes(BLOCK);
    hash.update(block);
    if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.end();
  return hash.digest('hex');
}

/** Reads all that comes, stopping now and then for longer than the buffers of the system last. @returns its digest */
function readSlowly(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  let rest = 8 * BLOCK;
  return new Promise((resolve, reject) => {
    socket.on('data', (bytes) => {
      hash.update(bytes);
      rest -= bytes.length;
      if (rest > 0) return;
      rest += 8 * BLOCK;
      socket.pause();
      setTimeout(() => socket.resume(), 30);
    });
    socket.resume();
    socket.once('end', () => resolve(hash.digest('hex')));
    socket.once('close', () => reject(new Error('it was cut')));
  });
}

it('a tunnel carries many bytes both ways at once, however slowly they are read, and none of them changed', async () => {
  await using world = await GatewayWorld.with({
    policy: '  api:\n    endpoints:\n      - { host: 127.0.0.1, port: 1-65535, protocol: tcp }\n',
  });
  let outside!: Promise<string[]>;
  const port = await world.serverOutside((socket) => {
    outside = Promise.all([sendRandom(socket), readSlowly(socket)]);
  });
  const { socket } = await world.connect(`127.0.0.1:${port}`);
  const [sentInside, readInside] = await Promise.all([sendRandom(socket), readSlowly(socket)]);
  const [sentOutside, readOutside] = await outside;
  expect(readOutside).toBe(sentInside);
  expect(readInside).toBe(sentOutside);
  await expect.poll(() => world.events.at(-1)).toMatchObject({ kind: 'end', sent: BYTES, received: BYTES });
});
