import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { closed, problems, tunnel, worldWith } from '../../../support/egress/passages.ts';
import { type GatewayWorld, readText } from '../../../support/gateway.ts';

describe('the address', () => {
  it.each([
    ['a private one', ['10.1.2.3']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['loopback', ['127.0.0.1']],
    ['all of them', ['10.1.2.3', '::1', 'fd00:ec2::254']],
  ])('is refused that an entry does not mean: %s', async (_name, addresses) => {
    await using world = await worldWith({
      policy: tunnel('a.example.com', 'tls: skip').replace('protocol: tcp, ', ''),
      names: { 'a.example.com': addresses },
    });
    const { head } = await world.connect('a.example.com:443');
    expect(head).toContain('nemoclaw-refused: not-included');
    expect(world.decisions()[0]).toMatchObject({ access: { address: addresses[0] }, why: 'not-included' });
  });

  it('is the first one that an entry means, and is not asked for again', async () => {
    const names: Record<string, string[]> = { 'a.example.com': ['10.1.2.3', '127.0.0.1'] };
    await using world = await worldWith({ names });
    const port = await world.echo();
    const { socket, head } = await world.connect(`a.example.com:${port}`);
    expect(head).toContain(' 200 ');
    expect(world.decisions()[0]!.access).toMatchObject({ address: '127.0.0.1' });
    expect(world.asked).toEqual(['a.example.com']);
    socket.destroy();
  });

  it('is refused when it is written as a name is refused', async () => {
    await using world = await worldWith({ policy: tunnel('127.0.0.1') });
    for (const spelling of ['127.1', '0x7f.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '127.0.0.1.']) {
      const { head } = await world.connect(`${spelling}:80`);
      expect(head).toContain('nemoclaw-refused: gateway-malformed');
    }
    expect(problems(world)).toHaveLength(5);
  });

  it('is written down without the login that stands before it', async () => {
    await using world = await worldWith();
    const { head } = await world.connect('me:hunter2@a.example.com:80');
    expect(head).toContain('nemoclaw-refused: gateway-malformed');
    expect(world.events.at(-1)).toMatchObject({
      kind: 'malformed',
      asked: 'CONNECT [masked]@a.example.com:80 HTTP/1.1',
    });
  });

  it('is written down without the fields behind it, however the line ends', async () => {
    await using world = await worldWith();
    for (const end of ['\n', '\r', ' ', '\v', '\0', '\x85']) {
      const socket = await world.client();
      const head = `CONNECT a.example.com:80 HTTP/1.1${end}Proxy-Authorization: Basic bWU6cGFzcw==\r\n\r\n`;
      socket.write(head, 'latin1');
      expect(await readText(socket, '\r\n\r\n')).toContain('nemoclaw-refused: gateway-malformed');
      expect(world.events.at(-1)).toMatchObject({ asked: 'CONNECT a.example.com:80 HTTP/1.1' });
    }
  });
});

describe('a program that knows no proxy', () => {
  it('reaches the name that its synthetic address stands for', async () => {
    const to = { address: '198.18.0.1', port: 0 };
    await using world = await worldWith({ transparentTo: to });
    world.names.addressOf('a.example.com');
    to.port = await world.echo();
    const socket = await world.client();
    socket.end('hello');
    expect(await readText(socket)).toBe('hello');
    expect(world.decisions()[0]!.access).toMatchObject({ host: 'a.example.com', port: to.port });
  });

  it('hears a server that speaks first', async () => {
    const to = { address: '127.0.0.1', port: 0 };
    await using world = await worldWith({
      policy: tunnel('127.0.0.1', 'tls: skip').replace('protocol: tcp, ', ''),
      transparentTo: to,
    });
    to.port = await world.serverOutside((socket) => socket.end('220 ready\r\n'));
    const socket = await world.client();
    expect(await readText(socket)).toBe('220 ready\r\n');
  });

  it('asks names over TCP of whatever server it was given', async () => {
    await using world = await worldWith({ transparentTo: { address: '8.8.8.8', port: 53 } });
    const query = Buffer.from('abcd010000010000000000000161076578616d706c6503636f6d0000010001', 'hex');
    const framed = Buffer.concat([Buffer.of(0, query.length), query]);
    const socket = await world.client();
    socket.write(framed.subarray(0, 5));
    setTimeout(() => socket.end(Buffer.concat([framed.subarray(5), framed])), 20);
    const answers = Buffer.from(await readText(socket), 'latin1');
    const length = answers.readUInt16BE(0);
    expect(answers.length).toBe(2 * (2 + length));
    expect(answers.subarray(2 + length - 4, 2 + length).join('.')).toBe('198.18.0.1');
    expect(world.kinds()).toEqual(['policy']);
  });

  it('meets nobody at a synthetic address that stands for nothing', async () => {
    await using world = await worldWith({ transparentTo: { address: '198.18.9.9', port: 80 } });
    await closed(await world.client());
    expect(problems(world)).toEqual(['the address stands for no name any more']);
  });

  it.each([
    [
      'HTTP',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*nemoclaw-refused: not-granted/,
    ],
    ['anything else', 'SSH-2.0-x\r\n', /^$/],
  ])('is told of a refusal as far as it can understand: %s', async (_name, words, answer) => {
    await using world = await worldWith({ transparentTo: { address: '93.184.216.34', port: 80 } });
    const socket = await world.client();
    socket.write(words);
    expect(await readText(socket).catch(() => '')).toMatch(answer);
  });

  it('is told of a refusal as far as it can understand: TLS', async () => {
    await using world = await worldWith({ transparentTo: { address: '93.184.216.34', port: 443 } });
    const socket = connectTls({ socket: await world.client(), servername: 'a.example.com' });
    const [error] = await once(socket, 'error').catch((reason: Error) => [reason]);
    expect((error as NodeJS.ErrnoException).code).toBe('ERR_SSL_TLSV1_ALERT_ACCESS_DENIED');
  });
});

describe('the server name of TLS', () => {
  async function hello(world: GatewayWorld, servername: string) {
    const seen = new Promise<string>((resolve) => {
      void world
        .serverOutside((socket) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
        .then(async (port) => {
          const { socket } = await world.connect(`a.example.com:${port}`);
          const client = connectTls({ socket, servername, rejectUnauthorized: false });
          client.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
        });
    });
    return seen;
  }

  it('is the host, or the tunnel ends before a byte of it is passed on', async () => {
    await using world = await worldWith();
    expect(await hello(world, 'a.example.com')).toContain('a.example.com');
    expect(await hello(world, 'evil.example.com')).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    expect(await hello(world, '')).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    expect(problems(world)).toEqual(['TLS names another server than `a.example.com`', 'TLS names no server']);
  });

  it('does not count where an address was decided about', async () => {
    await using world = await worldWith({ policy: tunnel('127.0.0.1') });
    const got = new Promise<string>((resolve) => {
      void world
        .serverOutside((socket) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
        .then(async (port) => {
          const { socket } = await world.connect(`127.0.0.1:${port}`);
          connectTls({ socket, servername: 'any.example.com' }).on('error', () => {});
        });
    });
    expect(await got).toContain('any.example.com');
  });
});
