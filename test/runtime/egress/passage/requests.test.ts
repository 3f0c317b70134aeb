import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ALL } from '../../../../compiler/ir/extent.ts';
import type { RequestGate } from '../../../../runtime/egress/http/request-gate.ts';
import type { RequestWay } from '../../../../runtime/egress/serving.ts';
import { closed, LOCAL, problems, worldWith } from '../../../support/egress/passages.ts';
import { readText, tableOf } from '../../../support/gateway.ts';

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
  const ask = (path: string) => ({ method: 'GET', path, query: [], isWebSocket: false, fields: [] });
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

  it('go nowhere when a new policy comes while they are written down, or while their server is dialled', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const port = await world.echo();
    const gateOf = async (count: number) => {
      const { socket } = await world.connect(`a.example.com:${port}`);
      socket.write('GET /ok/1 HTTP/1.1\r\n\r\n');
      await expect.poll(() => given.length).toBe(count);
      const { way } = given[count - 1]!;
      if (way?.kind !== 'origin') throw new Error('one destination was expected');
      return way.gate;
    };
    const written = await gateOf(1);
    let release = () => {};
    world.logWaits = new Promise((resolve) => {
      release = resolve;
    });
    const decided = written.decide(ask('/ok/1'), UNREAD);
    world.logWaits = Promise.resolve();
    await world.gateway.replace(tableOf(RULES.replace('/ok/**', '/other')));
    release();
    expect(await decided).toMatchObject({ allowed: false, refusal: { status: 503, why: 'gateway-cut' } });
    await world.gateway.replace(tableOf(RULES));
    const dialled = await gateOf(2);
    expect((await dialled.decide(ask('/ok/1'), UNREAD)).allowed).toBe(true);
    const dialling = dialled.dial([]);
    const refused = expect(dialling).rejects.toThrow('the server cannot be reached (ECANCELED)');
    await world.gateway.replace(tableOf(RULES.replace('/ok/**', '/other')));
    await refused;
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

  it('in TLS that begins with a damaged message are written down as no access', async () => {
    const { given, serving } = kept();
    await using world = await worldWith({ policy: RULES, serving });
    const { socket } = await world.connect('a.example.com:443');
    // A record of a handshake whose first message is no ClientHello.
    socket.write(Buffer.from([22, 3, 1, 0, 5, 2, 0, 0, 1, 0]));
    await closed(socket);
    expect(problems(world)).toEqual(['TLS begins with a damaged message']);
    expect(given).toHaveLength(0);
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
