import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Uses } from '../../../../runtime/egress/decision/uses.ts';
import { closed, LOCAL, tunnel, worldWith } from '../../../support/egress/passages.ts';
import { readText, tableOf } from '../../../support/gateway.ts';

describe('a tunnel', () => {
  it('is not opened when the decision cannot be written down', async () => {
    await using world = await worldWith();
    const port = await world.echo();
    world.logFails = true;
    const socket = await world.client();
    socket.write(`CONNECT a.example.com:${port} HTTP/1.1\r\n\r\n`);
    expect(await readText(socket).catch(() => '')).toBe('');
  });

  it('is not opened before its use is kept, nor when it cannot be', async () => {
    const policy = tunnel('a.example.com', `${LOCAL}, grant: { owner: o, reason: r, max_uses: 5 }`);
    let keep: (outcome: Promise<void>) => void = () => {};
    const uses = new Uses(() => new Promise((resolve) => (keep = resolve)));
    await using world = await worldWith({ policy, uses });
    const port = await world.echo();
    const ask = async () => {
      const socket = await world.client();
      socket.write(`CONNECT a.example.com:${port} HTTP/1.1\r\n\r\n`);
      return readText(socket, '\r\n\r\n').catch(() => '');
    };
    const first = ask();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.kinds()).toEqual(['policy']);
    keep(Promise.resolve());
    expect(await first).toContain(' 200 ');
    const second = ask();
    await new Promise((resolve) => setTimeout(resolve, 100));
    keep(Promise.reject(new Error('the disk is full')));
    expect(await second).toBe('');
    expect(world.kinds().filter((kind) => kind === 'granted')).toHaveLength(1);
  });

  it('says when nobody answers outside', async () => {
    await using world = await worldWith();
    const port = await world.echo();
    const { head } = await world.connect(`a.example.com:${port === 65_535 ? port - 1 : port + 1}`);
    expect(head).toContain('nemoclaw-refused: gateway-unreachable');
    expect(world.kinds()).toEqual(['policy', 'granted', 'end']);
  });

  it('says when the name does not resolve', async () => {
    await using world = await worldWith({ names: {} });
    const { head } = await world.connect('a.example.com:443');
    expect(head).toContain('nemoclaw-refused: gateway-unresolved');
  });

  it('ends when a client that was done with sending is gone, though nobody sends it anything', async () => {
    await using world = await worldWith();
    const port = await world.serverOutside((socket) => socket.resume());
    const { socket } = await world.connect(`a.example.com:${port}`);
    socket.end('all');
    await once(socket, 'finish');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.gateway.status.connections).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => world.gateway.status.connections, { timeout: 5_000 }).toBe(0);
    expect(world.kinds()).toEqual(['policy', 'granted', 'end']);
  });

  it('leaves the other direction open when one ends', async () => {
    await using world = await worldWith();
    const port = await world.serverOutside((socket) => {
      socket.write('first');
      socket.on('data', () => {}).on('end', () => socket.end('last'));
    });
    const { socket } = await world.connect(`a.example.com:${port}`);
    expect(await readText(socket, 'first')).toBe('first');
    socket.end('bye');
    expect(await readText(socket)).toBe('last');
    await expect.poll(() => world.events.at(-1)).toEqual({ kind: 'end', decision: 1, sent: 3, received: 9 });
  });

  it.each(['the server', 'the client'])('passes a reset of %s on', async (who) => {
    await using world = await worldWith();
    let outside!: Socket;
    const accepted = new Promise<void>((resolve) => {
      void world
        .serverOutside((socket) => {
          outside = socket;
          resolve();
        })
        .then((port) => world.connect(`a.example.com:${port}`).then(({ socket }) => ready(socket)));
    });
    let ready!: (socket: Socket) => void;
    const socket = await new Promise<Socket>((resolve) => {
      ready = resolve;
    });
    await accepted;
    const other = who === 'the server' ? socket : outside;
    let code = '';
    other.on('error', (error: NodeJS.ErrnoException) => {
      code = String(error.code);
    });
    (who === 'the server' ? outside : socket).resetAndDestroy();
    await closed(other);
    expect(code).toBe('ECONNRESET');
    await expect.poll(() => world.kinds().at(-1)).toBe('end');
  });

  it('carries much, both ways, and holds little of what is not taken', async () => {
    await using world = await worldWith();
    const port = await world.echo();
    const { socket } = await world.connect(`a.example.com:${port}`);
    const total = 16 << 20;
    const chunk = Buffer.alloc(1 << 16, 'x');
    let received = 0;
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    socket.resume();
    for (let sent = 0; sent < total; sent += chunk.length) {
      if (!socket.write(chunk)) await once(socket, 'drain');
    }
    socket.end();
    await once(socket, 'end');
    expect(received).toBe(total);
    await expect.poll(() => world.events.at(-1)).toMatchObject({ kind: 'end', sent: total, received: total });
  });

  it('ends with its grant, within a second', async () => {
    await using world = await worldWith({
      policy: tunnel('a.example.com', `${LOCAL}, grant: { owner: o, reason: r, expires: 2026-01-01 }`),
    });
    const port = await world.echo();
    const { socket } = await world.connect(`a.example.com:${port}`);
    world.now = Date.UTC(2026, 0, 2) - 1;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(socket.destroyed).toBe(false);
    world.now += 1;
    await closed(socket);
    expect((await world.connect(`a.example.com:${port}`)).head).toContain('nemoclaw-refused: expired');
  }, 10_000);

  it('ends with the grant of a policy that came later, where that ends sooner', async () => {
    const until = (grant: string) => tunnel('a.example.com', `${LOCAL}, ${grant}`);
    await using world = await worldWith({
      policy: until('grant: { owner: o, reason: r, expires: 2026-06-01 }'),
    });
    const port = await world.echo();
    const { socket } = await world.connect(`a.example.com:${port}`);
    await world.gateway.replace(tableOf(until('grant: { owner: o, reason: r, expires: 2026-01-01 }')));
    world.now = Date.UTC(2026, 0, 2) - 1;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(socket.destroyed).toBe(false);
    world.now += 1;
    await closed(socket);
  }, 10_000);

  it('ends when a new policy becomes durable in the same moment as its decision', async () => {
    await using world = await worldWith();
    const port = await world.echo();
    let release = () => {};
    world.logWaits = new Promise((resolve) => (release = resolve));
    const socket = await world.client();
    socket.write(`CONNECT a.example.com:${port} HTTP/1.1\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const replaced = world.gateway.replace(tableOf(tunnel('b.example.com')));
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    await replaced;
    expect(world.kinds().slice(1, 3)).toEqual(['granted', 'policy']);
    await closed(socket);
  }, 5_000);

  it('ends when a new policy comes while it is dialled', async () => {
    await using world = await worldWith({ policy: tunnel('a.example.com') });
    const port = await world.echo();
    const socket = await world.client();
    socket.write(`CONNECT a.example.com:${port} HTTP/1.1\r\n\r\n`);
    await expect.poll(() => world.kinds()).toContain('granted');
    await world.gateway.replace(tableOf(tunnel('b.example.com')));
    await closed(socket);
  });
});
