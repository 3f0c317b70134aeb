import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, connectTo, type Ears } from '../../../../runtime/egress/wire/connection.ts';
import { Listener } from '../../../../runtime/egress/wire/listener.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What a connection was told, in order; bytes are kept as text. */
function hear(connection: Connection, more: Partial<Ears> = {}): string[] {
  const heard: string[] = [];
  connection.ears = {
    bytes: (bytes) => {
      heard.push(bytes.toString());
      more.bytes?.(bytes);
    },
    ended: () => {
      heard.push('ended');
      more.ended?.();
    },
    drained: () => {
      heard.push('drained');
      more.drained?.();
    },
    closed: () => {
      heard.push('closed');
      more.closed?.();
    },
  };
  return heard;
}

/** An accepted connection and the client at its other end. */
async function pair(): Promise<{ connection: Connection; client: Socket }> {
  const listener = Listener.at('127.0.0.1', 0);
  closing.push(() => listener.close());
  const accepted = new Promise<Connection>((resolve) => {
    listener.accepted = resolve;
  });
  const client = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  closing.push(() => client.destroy());
  const connection = await accepted;
  closing.push(() => connection.close());
  return { connection, client };
}

describe('a connection', () => {
  it('hears nothing before it is resumed, and everything then', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    client.end('all');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(heard).toEqual([]);
    connection.resume();
    await expect.poll(() => heard).toEqual(['all', 'ended']);
    expect(connection.isClosed).toBe(false);
  });

  it('stays open for its own half after the other ended, and closes when both have', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    connection.resume();
    client.end();
    await expect.poll(() => heard).toEqual(['ended']);
    let got = '';
    client.on('data', (bytes) => {
      got += bytes;
    });
    expect(connection.write(Buffer.from('late'))).toBe(true);
    connection.end();
    await once(client, 'close');
    expect(got).toBe('late');
    expect(heard).toEqual(['ended', 'closed']);
    expect(connection.isWhole).toBe(true);
  });

  it('closes as well when its own half ended first', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    connection.resume();
    connection.end();
    client.resume();
    await once(client, 'end');
    expect(heard).toEqual([]);
    client.end('bye');
    await expect.poll(() => heard).toEqual(['bye', 'ended', 'closed']);
    expect(connection.isWhole).toBe(true);
  });

  it('is over, and not whole, when the other side resets it', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    connection.resume();
    client.resetAndDestroy();
    await expect.poll(() => heard).toEqual(['closed']);
    expect(connection.isWhole).toBe(false);
  });

  it('is seen as broken off by the other side when it is reset', async () => {
    const { connection, client } = await pair();
    const failed = once(client, 'error');
    connection.reset();
    expect(((await failed)[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    expect(connection.isWhole).toBe(false);
  });

  it('says when there is no room, and when there is again', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    client.pause();
    const block = Buffer.alloc(1 << 20, 'x');
    let sent = 0;
    while (connection.write(block)) sent += block.length;
    sent += block.length;
    expect(heard).toEqual([]);
    let received = 0;
    client.on('data', (bytes) => {
      received += bytes.length;
    });
    client.resume();
    await expect.poll(() => heard).toEqual(['drained']);
    await expect.poll(() => received).toBe(sent);
  });

  it('sends what was written before it ended, however slowly it is read', async () => {
    const { connection, client } = await pair();
    client.pause();
    const block = Buffer.alloc(8 << 20, 'y');
    connection.write(block);
    connection.end();
    let received = 0;
    client.on('data', (bytes) => {
      received += bytes.length;
    });
    client.resume();
    await once(client, 'end');
    expect(received).toBe(block.length);
  });

  it('hears nothing more once it is closed, and takes nothing more', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    connection.resume();
    connection.close();
    client.write('late');
    expect(connection.write(Buffer.from('late'))).toBe(true);
    connection.end();
    connection.resume();
    connection.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(heard).toEqual(['closed']);
  });

  it('knows the port of the other side', async () => {
    const { connection, client } = await pair();
    expect(connection.remotePort).toBe(client.localPort);
  });
});

describe('a connection given to the net module', () => {
  it('has what was read and not taken before all that follows', async () => {
    const { connection, client } = await pair();
    let held = Buffer.alloc(0);
    const heard = hear(connection, {
      bytes: (bytes) => {
        held = Buffer.concat([held, bytes]);
      },
    });
    connection.resume();
    client.write('one ');
    await expect.poll(() => held.toString()).toBe('one ');
    const socket = connection.toSocket(held);
    client.end('two');
    let text = '';
    for await (const bytes of socket) text += bytes;
    expect(text).toBe('one two');
    expect(heard).toEqual(['one ']);
  });

  it('has ended where the other side had', async () => {
    const { connection, client } = await pair();
    const heard = hear(connection);
    connection.resume();
    client.end('all');
    await expect.poll(() => heard).toEqual(['all', 'ended']);
    const socket = connection.toSocket(Buffer.from('all'));
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    await once(socket, 'end');
    expect(text).toBe('all');
    let got = '';
    client.on('data', (bytes) => {
      got += bytes;
    });
    socket.end('answer');
    await once(client, 'end');
    expect(got).toBe('answer');
  });

  it('is destroyed where it was closed', async () => {
    const { connection } = await pair();
    connection.close();
    expect(connection.toSocket(Buffer.alloc(0)).destroyed).toBe(true);
  });
});

describe('connecting', () => {
  it('reaches a server over IPv4 and IPv6', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const server = createServer((socket) => socket.end('hello'));
      server.listen(0, address);
      await once(server, 'listening');
      closing.push(() => server.close());
      const { port } = server.address() as AddressInfo;
      const connection = await new Promise<Connection>((resolve, reject) =>
        connectTo(address, port, (status, made) => (status === 0 ? resolve(made) : reject(status))),
      );
      const heard = hear(connection);
      connection.resume();
      await expect.poll(() => heard).toEqual(['hello', 'ended']);
      connection.end();
      expect(connection.isWhole).toBe(true);
    }
  });

  it('tells the status of a port that nobody listens on', async () => {
    const { port } = Listener.at('127.0.0.1', 0);
    const listener = Listener.at('127.0.0.1', 0);
    listener.close();
    const status = await new Promise<number>(
      (resolve) => void connectTo('127.0.0.1', listener.port, resolve),
    );
    expect(port).not.toBe(listener.port);
    expect(status).toBe(-111);
  });

  it('tells a status later even where the system refuses at once', async () => {
    let told: number | null = null;
    connectTo('999.1.1.1', 1, (status) => {
      told = status;
    });
    expect(told).toBeNull();
    await expect.poll(() => told).toBe(-22);
  });

  it('tells nothing once it was closed', async () => {
    let told = false;
    const connection = connectTo('127.0.0.1', 1, () => {
      told = true;
    });
    connection.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).toBe(false);
  });
});

describe('a listener', () => {
  it('says what the system refused', () => {
    const { address, port } = Listener.at('127.0.0.1', 0);
    expect(address).toBe('127.0.0.1');
    expect(() => Listener.at('127.0.0.1', port)).toThrow('cannot listen (EADDRINUSE)');
    expect(() => Listener.over(999)).toThrow('cannot listen (EBADF)');
  });
});
