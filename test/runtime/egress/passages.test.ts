import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ALL } from '../../../compiler/ir/extent.ts';
import { plainRefusal } from '../../../runtime/egress/decision/plain-refusal.ts';
import { Uses } from '../../../runtime/egress/decision/uses.ts';
import { readUpstreamProxy } from '../../../runtime/egress/dial/upstream-proxy.ts';
import type { RequestGate } from '../../../runtime/egress/http/request-gate.ts';
import type { RequestWay } from '../../../runtime/egress/serving.ts';
import { CURL, GatewayWorld, readText, tableOf, type WorldOptions } from '../../support/gateway.ts';

const LOCAL = 'allowed_ips: [127.0.0.0/8]';
const tunnel = (host: string, more = LOCAL) =>
  `\n  one: { endpoints: [{ host: "${host}", port: 1-65535, protocol: tcp, ${more} }] }\n`;
const A = { 'a.example.com': ['127.0.0.1'] };
const worldWith = (options: Partial<WorldOptions> = {}) =>
  GatewayWorld.with({ policy: tunnel('a.example.com'), names: A, ...options });
const problems = (world: GatewayWorld) =>
  world.events.flatMap((event) => (event.kind === 'malformed' ? [event.problem] : []));
const closed = async (socket: Socket) => {
  if (!socket.destroyed) await once(socket.resume(), 'close').catch(() => {});
};

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

describe('a proxy outside', () => {
  it('resolves names itself, and is asked for a tunnel', async () => {
    const asked: string[] = [];
    const environment = { HTTPS_PROXY: '', NO_PROXY: 'direct.example.com' };
    await using outer = await worldWith();
    const port = await outer.serverOutside((socket) => {
      socket.once('data', (bytes) => {
        asked.push(bytes.toString());
        socket.end('HTTP/1.1 200 OK\r\n\r\nfrom inside');
      });
    });
    environment.HTTPS_PROXY = `http://me:secret@127.0.0.1:${port}`;
    const read = readUpstreamProxy(environment);
    if (!read.ok) throw new Error(read.problem);
    await using world = await worldWith({ upstream: read.proxy! });
    const { socket, head } = await world.connect('a.example.com:443');
    expect(head).toContain(' 200 ');
    expect(await readText(socket)).toBe('from inside');
    const login = Buffer.from('me:secret').toString('base64');
    expect(asked).toEqual([
      `CONNECT a.example.com:443 HTTP/1.1\r\nHost: a.example.com:443\r\nProxy-Authorization: Basic ${login}\r\n\r\n`,
    ]);
    expect(world.asked).toEqual([]);
    expect(world.decisions()[0]!.access).toMatchObject({ host: 'a.example.com', address: null });
  });

  it.each([
    ['', 'a.example.com', false],
    ['*', 'a.example.com', true],
    ['example.com', 'a.example.com', true],
    ['.example.com', 'a.example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['ample.com', 'a.example.com', false],
    ['example.com:443', 'a.example.com', true],
    ['example.com:80', 'a.example.com', false],
    ['x, example.com', 'a.example.com', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', 'a.example.com', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['[fd00::1]', 'fd00::1', true],
    ['10.0.0.1/8', '10.1.2.3', false],
  ])('is gone past for NO_PROXY=%s and %s: %s', (list, host, expected) => {
    const read = readUpstreamProxy({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list });
    expect(read.ok && read.proxy!.bypasses(host, 443)).toBe(expected);
  });
});

describe('requests', () => {
  /** A serving that only keeps what it is given. */
  function kept() {
    const given: { client: Socket; way?: RequestWay; gate?: RequestGate }[] = [];
    const serving = {
      http: (client: Socket, way: RequestWay) => void given.push({ client, way }),
      tls: (client: Socket, gate: RequestGate) => void given.push({ client, gate }),
    };
    return { given, serving };
  }
  const RULES = `
  api:
    endpoints:
      - { host: a.example.com, port: 1-65535, ${LOCAL}, rules: [{ allow: { method: GET, path: /ok/** } }] }
`;
  const ask = (path: string) => ({ method: 'GET', path, query: [], isWebSocket: false });
  const HTTP = { method: 'GET', path: '/ok/1', query: [], operations: ALL };
  const UNREAD = () => ({ operations: ALL, unreadable: null });

  it('are decided one by one, under the policy of the moment, at the address of the connection', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const port = await world.echo();
    const { socket } = await world.connect(`a.example.com:${port}`);
    socket.write('GET /ok/1 HTTP/1.1\r\n\r\n');
    await expect.poll(() => given.length).toBe(1);
    const { way, client } = given[0]!;
    if (way?.kind !== 'origin') throw new Error('one destination was expected');
    const { gate } = way;
    expect(await readText(client, '\r\n\r\n')).toBe('GET /ok/1 HTTP/1.1\r\n\r\n');
    expect([gate.host, gate.port, gate.secure]).toEqual(['a.example.com', port, false]);
    const verdict = await gate.decide(ask('/ok/1'), UNREAD);
    expect(verdict.allowed).toBe(true);
    const refused = await gate.decide(ask('/other'), UNREAD);
    expect(refused).toMatchObject({ allowed: false, refusal: { status: 403, why: 'not-included' } });
    const { stream } = await gate.dial([]);
    expect((stream as Socket).remotePort).toBe(port);
    stream.destroy();
    if (verdict.allowed) {
      verdict.ended(1, 2);
      verdict.ended(1, 2);
    }
    expect(world.kinds()).toEqual(['policy', 'granted', 'not-included', 'end']);
    const route = gate.route;
    await world.gateway.replace(tableOf(RULES.replace('/ok/**', '/other')));
    expect((await gate.decide(ask('/other'), UNREAD)).allowed).toBe(true);
    expect(gate.route).not.toBe(route);
    expect(socket.destroyed).toBe(false);
  });

  it('are cut while they go on, when a new policy does not permit them', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const { socket } = await world.connect('a.example.com:80');
    socket.write('GET /ok/1 HTTP/1.1\r\n\r\n');
    await expect.poll(() => given.length).toBe(1);
    const { way } = given[0]!;
    if (way?.kind !== 'origin') throw new Error('one destination was expected');
    await way.gate.decide(ask('/ok/1'), UNREAD);
    expect(await world.gateway.replace(tableOf(RULES.replace('/ok/**', '/other')))).toMatchObject({ cut: 1 });
    await closed(socket);
  });

  it('on a connection to what is granted no more are cut, also between them', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const { socket } = await world.connect('a.example.com:80');
    socket.write('GET /ok/1 HTTP/1.1\r\n\r\n');
    await expect.poll(() => given.length).toBe(1);
    await world.gateway.replace(tableOf(RULES.replace('a.example', 'b.example')));
    await closed(socket);
  });

  it('in TLS are opened only for the host that was asked for', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const open = async (servername: string) => {
      const { socket } = await world.connect('a.example.com:443');
      const client = connectTls({ socket, servername });
      return once(client, 'error').catch((error: Error) => [error]);
    };
    void open('a.example.com');
    await expect.poll(() => given.length).toBe(1);
    expect(given[0]!.gate).toMatchObject({ host: 'a.example.com', port: 443, secure: true });
    const [error] = await open('b.example.com');
    expect((error as NodeJS.ErrnoException).code).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    expect(given).toHaveLength(1);
  });

  it('with whole URLs get a gate for each host, or a refusal', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const socket = await world.client();
    socket.write('GET http://a.example.com/ok/1 HTTP/1.1\r\n\r\n');
    await expect.poll(() => given.length).toBe(1);
    const { way } = given[0]!;
    if (way?.kind !== 'proxy') throw new Error('a way by whole URLs was expected');
    const gate = await way.gateFor('a.example.com', 80, false, HTTP);
    if ('status' in gate) throw new Error(gate.message);
    expect(await gate.decide(ask('/ok/2'), UNREAD)).toMatchObject({ allowed: true });
    expect(await way.gateFor('b.example.com', 80, false, HTTP)).toMatchObject({
      status: 403,
      why: 'not-granted',
    });
    expect(world.asked).toEqual(['a.example.com']);
    expect(world.kinds()).toEqual(['policy', 'granted', 'not-granted']);
    // The refusal is of the request, not of a stream that nobody asked for.
    expect(world.decisions()[1]!.access).toMatchObject({ host: 'b.example.com', port: 80, http: HTTP });
  });
});

describe('a pinned program', () => {
  const PIN = 'd'.repeat(64);
  const policy = `
  pinned:
    endpoints: [{ host: a.example.com, port: 1-65535, protocol: tcp, ${LOCAL} }]
    binaries: [{ path: ${CURL}, sha256: ${PIN} }]
  other: { endpoints: [{ host: b.example.com, port: 1-65535, protocol: tcp, ${LOCAL} }] }
`;

  it.each([
    [PIN, 200],
    ['e'.repeat(64), 403],
    [null, 403],
  ])('with the digest %s gets %i', async (digest, status) => {
    await using world = await worldWith({ policy, digestOf: async () => digest });
    const port = await world.echo();
    const { head } = await world.connect(`a.example.com:${port}`);
    expect(head).toContain(` ${status} `);
    expect(world.decisions()[0]!.access).toMatchObject({ sha256: digest });
  });

  it('is looked into only for hosts that want it', async () => {
    let asked = 0;
    const digestOf = async () => {
      asked += 1;
      return null;
    };
    const names = { 'b.example.com': ['127.0.0.1'] };
    await using world = await worldWith({ policy, digestOf, names });
    const port = await world.echo();
    expect((await world.connect(`b.example.com:${port}`)).head).toContain(' 200 ');
    expect(asked).toBe(0);
  });
});

it('a plain refusal names what was asked and by whom', () => {
  const access = {
    facet: 'egress',
    host: 'h',
    port: 1,
    binary: CURL,
    sha256: null,
    address: null,
    http: null,
    at: 0,
  } as const;
  const caller = {
    pid: 1,
    binary: CURL,
    file: { device: 0n, inode: 0n, size: 0n, modified: 0n, changed: 0n },
  };
  const decision = { verdict: 'deny', by: null, why: 'not-granted' } as const;
  expect(
    plainRefusal({ access, decision, entries: [], policy: `sha256:`, caller, scheme: null }).message,
  ).toBe('/usr/bin/curl may not reach h:1: no entry of the blueprint allows it');
});
