import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { serveHttp } from '../../../../runtime/egress/http/serve-http.ts';
import { type TestGate, testGate } from '../../../support/egress/gates.ts';
import { answersOf, type RawOrigin, rawOrigin, servedHttp, talk } from '../../../support/egress/wire.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const origin: RawOrigin = await rawOrigin(OK);
const other: RawOrigin = await rawOrigin(OK);
let gates = new Map<string, TestGate>();
const routes = { suffix: '' };
let options: Partial<Parameters<typeof testGate>[0]> = {};
const proxy = await servedHttp(() => ({
  kind: 'proxy',
  refused: async () => {},
  gateFor: async (host, port, secure) => {
    const gate = testGate({ host, port, secure, route: `${host} ${port}${routes.suffix}`, ...options });
    gates.set(`${host}:${port}`, gate);
    return gate;
  },
}));

beforeEach(() => {
  gates = new Map();
  options = {};
  routes.suffix = '';
  for (const one of [origin, other]) {
    one.received.length = 0;
    one.answer = OK;
  }
  proxy.shared.pool.drop();
});

afterAll(() => {
  origin.close();
  other.close();
  proxy.close();
});

const get = ({ port }: RawOrigin, lines = ''): string =>
  `GET http://127.0.0.1:${port}/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines}\r\n`;
const oks = (count: number): RegExp => new RegExp(`(HTTP/1.1 [\\s\\S]*?\r\n\r\nok){${count}}`);
const pause = (milliseconds = 40) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('connections to servers', () => {
  test('are used again, also for another client', async () => {
    await talk(proxy.port, [get(origin), get(origin)], oks(2));
    await talk(proxy.port, [get(origin)], oks(1));
    expect(origin.received).toHaveLength(1);
  });

  test('are never used for another destination', async () => {
    const answer = await talk(proxy.port, [get(origin), get(other), get(origin)], oks(3));
    expect(answersOf(answer).statuses).toEqual([200, 200, 200]);
    expect(origin.received).toHaveLength(1);
    expect(other.received).toEqual([`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\n\r\n`]);
  });

  test('are never used under another policy', async () => {
    await talk(proxy.port, [get(origin)], oks(1));
    routes.suffix = ' generation 2';
    await talk(proxy.port, [get(origin)], oks(1));
    expect(origin.received).toHaveLength(2);
  });

  test('are closed when they are dropped', async () => {
    await talk(proxy.port, [get(origin)], oks(1));
    expect(proxy.shared.pool.size).toBe(1);
    proxy.shared.pool.drop();
    expect(proxy.shared.pool.size).toBe(0);
    await talk(proxy.port, [get(origin)], oks(1));
    expect(origin.received).toHaveLength(2);
  });

  test('take no answer that nobody asked for: it would be the next request that it answers', async () => {
    origin.answer = OK + OK;
    await talk(proxy.port, [get(origin)], oks(1));
    await pause();
    origin.answer = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n2 ok';
    const { text } = await talk(proxy.port, [get(origin)], /2 ok/);
    expect(answersOf({ text, end: 'open' }).statuses).toEqual([200]);
    expect(origin.received).toHaveLength(2);
  });

  test('are closed when something comes on them later that nobody asked for', async () => {
    origin.answer = (socket) => {
      socket.write(OK);
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'), 30);
    };
    await talk(proxy.port, [get(origin)], oks(1));
    await pause(100);
    origin.answer = OK;
    const { text } = await talk(proxy.port, [get(origin)], oks(1));
    expect(text).toBe(OK);
    expect(origin.received).toHaveLength(2);
  });

  test.each([
    ['Authorization: NTLM TlRMTVNTUAAB\r\n', OK],
    ['Authorization: Negotiate YII\r\n', OK],
    ['', 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic, NTLM\r\nContent-Length: 2\r\n\r\nok'],
  ])('that a server may have signed in (%j) are not used again', async (lines, answer) => {
    origin.answer = answer;
    await talk(proxy.port, [get(origin, lines)], oks(1));
    expect(proxy.shared.pool.size).toBe(0);
    await talk(proxy.port, [get(origin)], oks(1));
    expect(origin.received).toHaveLength(2);
  });

  test('that are gone are replaced where that does nothing twice', async () => {
    await talk(proxy.port, [get(origin)], oks(1));
    let count = 0;
    origin.answer = (socket) => {
      count += 1;
      if (count === 1) socket.destroy();
      else socket.write(OK);
    };
    expect(answersOf(await talk(proxy.port, [get(origin)], oks(1))).statuses).toEqual([200]);
    expect(count).toBe(2);
  });

  test('that are gone are not replaced for a request that might be done twice', async () => {
    await talk(proxy.port, [get(origin)], oks(1));
    origin.answer = (socket) => socket.destroy();
    const post = get(origin).replace('GET', 'POST');
    expect(answersOf(await talk(proxy.port, [post], /\}\n/))).toEqual({
      statuses: [502],
      why: 'gateway-no-answer',
    });
    expect(origin.received.join('').match(/POST/g)).toHaveLength(1);
  });
});

describe('a client', () => {
  test('that ends its side still gets its answer', async () => {
    origin.answer = (socket) => setTimeout(() => socket.write(OK), 50);
    const socket = connect(proxy.port, '127.0.0.1');
    socket.end(get(origin));
    let text = '';
    for await (const bytes of socket) text += bytes;
    expect(text).toBe(OK);
  });

  test('that goes away takes its request with it', async () => {
    let server: Socket | null = null;
    origin.answer = (socket) => {
      server = socket;
    };
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(get(origin));
    await pause(100);
    expect(server).not.toBeNull();
    socket.resetAndDestroy();
    await pause(100);
    expect(server!.destroyed).toBe(true);
    expect(gates.get(`127.0.0.1:${origin.port}`)!.events.ended).toEqual([[0, 0]]);
  });

  test('that ends within its body is cut off, and so is its request', async () => {
    origin.answer = () => {};
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(`${get(origin, 'Content-Length: 10\r\n').replace('GET', 'POST')}abc`);
    await new Promise((resolve) => socket.on('close', resolve));
    await pause();
    expect(origin.received[0]).toContain('\r\n\r\nabc');
    expect(gates.get(`127.0.0.1:${origin.port}`)!.events.ended).toEqual([[3, 0]]);
  });

  test('that does not read makes its server wait, and memory does not grow with what is sent', async () => {
    let written = 0;
    const block = Buffer.alloc(65_536, 'x');
    origin.answer = (server) => {
      server.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
      const more = (): void => {
        while (server.write(block)) written += block.length;
        written += block.length;
        server.once('drain', more);
      };
      more();
    };
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(get(origin));
    await pause(600);
    const soon = written;
    await pause(300);
    expect(written).toBe(soon);
    expect(written).toBeLessThan(40_000_000);
    socket.destroy();
  });

  test('that sends further requests while it waits is not read on', async () => {
    origin.answer = () => {};
    const stream = new Duplex({ read: () => {}, write: (_bytes, _encoding, done) => done() });
    const gate = testGate({ port: origin.port });
    serveHttp(stream, { kind: 'origin', gate }, proxy.shared);
    const head = `GET /a HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\n\r\n`;
    stream.push(head);
    await pause(100);
    expect(stream.isPaused()).toBe(false);
    stream.push(head.repeat(3000));
    await pause();
    expect(stream.isPaused()).toBe(true);
    stream.destroy();
  });

  test('that sends to a server which does not read has to wait as well', async () => {
    origin.answer = (server) => {
      server.pause();
    };
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(get(origin, 'Content-Length: 1000000000\r\n').replace('GET', 'POST'));
    await pause(100);
    let written = 0;
    const block = Buffer.alloc(65_536, 'x');
    const more = (): void => {
      if (socket.destroyed) return;
      while (socket.write(block)) written += block.length;
      written += block.length;
      socket.once('drain', more);
    };
    more();
    await pause(600);
    const soon = written;
    await pause(300);
    expect(written).toBe(soon);
    expect(written).toBeLessThan(40_000_000);
    socket.destroy();
  });

  test('that sends its head too slowly is cut off', async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write('GET http://');
    await pause();
    proxy.shared.deadlines.expireUntil(Date.now() + 20_000);
    await pause(400);
    // A byte now and then does not keep it open.
    socket.write('127');
    await pause();
    expect(socket.destroyed).toBe(false);
    proxy.shared.deadlines.expireUntil(Date.now() + 29_800);
    await closed;
  });
});

describe('a WebSocket', () => {
  const upgrade = (server: RawOrigin) =>
    get(
      server,
      'Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n',
    );
  const SWITCHED =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: y\r\n\r\n';

  test('is decided as its GET, and then its bytes go both ways', async () => {
    origin.answer = (socket) => {
      socket.write(`${SWITCHED}hello`);
      socket.on('data', (bytes) => socket.write(`<${bytes}>`));
    };
    const { text } = await talk(proxy.port, [upgrade(origin), 'one', 'two'], /<two>/);
    expect(text).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: y\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello<one><two>',
    );
    expect(origin.received[0]).toContain('Connection: Upgrade\r\nUpgrade: websocket\r\n');
    const { events } = gates.get(`127.0.0.1:${origin.port}`)!;
    expect(events.asked).toMatchObject([{ method: 'GET', path: '/a', isWebSocket: true }]);
    await pause();
    expect(events.ended).toEqual([[6, 15]]);
  });

  test('that is refused leaves the connection usable', async () => {
    options = { allows: ({ isWebSocket }) => !isWebSocket };
    const answer = await talk(proxy.port, [upgrade(origin), get(origin)], oks(1));
    expect(answersOf(answer)).toEqual({ statuses: [403, 200], why: 'not-granted' });
  });

  test('that the server does not want is an ordinary answer', async () => {
    const answer = await talk(proxy.port, [upgrade(origin), get(origin)], oks(2));
    expect(answersOf(answer).statuses).toEqual([200, 200]);
  });

  test('is over for both when one side breaks', async () => {
    let server: Socket | null = null;
    origin.answer = (socket) => {
      server = socket;
      socket.write(SWITCHED);
    };
    await talk(proxy.port, [upgrade(origin)], /101/);
    await pause(60);
    expect(server!.destroyed || server!.readableEnded).toBe(true);
  });
});

describe('a credential', () => {
  const placeholder = 'nemoclaw-5f2c9a';
  const secret = 'sk-real/+secret';
  const fields = ['authorization', 'x-basic'];

  test('goes to the server that it is for, also within Basic credentials, and not back', async () => {
    options = { credentials: [{ placeholder, secret, fields }] };
    const basic = Buffer.from(`x:${placeholder}`).toString('base64');
    origin.answer = `HTTP/1.1 200 OK\r\nX-You-Sent: ${secret}\r\nLocation: /?k=${encodeURIComponent(secret)}\r\nContent-Length: 2\r\n\r\nok`;
    const lines = `Authorization: Bearer ${placeholder}\r\nX-Basic: Basic ${basic}\r\n`;
    const { text } = await talk(proxy.port, [get(origin, lines)], oks(1));
    expect(origin.received[0]).toContain(`Authorization: Bearer ${secret}\r\n`);
    expect(origin.received[0]).toContain(
      `X-Basic: Basic ${Buffer.from(`x:${secret}`).toString('base64')}\r\n`,
    );
    expect(text).toContain(`X-You-Sent: ${placeholder}\r\nLocation: /?k=${placeholder}\r\n`);
  });

  test('goes into no other field than the ones that it is for', async () => {
    options = { credentials: [{ placeholder, secret, fields: ['x-api-key'] }] };
    const lines = `Authorization: Bearer ${placeholder}\r\nX-Api-Key: ${placeholder}\r\n`;
    await talk(proxy.port, [get(origin, lines)], oks(1));
    expect(origin.received[0]).toContain(`Authorization: Bearer ${placeholder}\r\nX-Api-Key: ${secret}\r\n`);
  });

  test.each([
    ['in the status line', `HTTP/1.1 200 ${secret}\r\nContent-Length: 2\r\n\r\nok`],
    [
      'within base64, wherever it begins',
      `HTTP/1.1 200 OK\r\nX-A: ${btoa(`x:${secret}`)}\r\nX-B: ${btoa(`xy:${secret}`)}\r\nX-C: ${btoa(`xyz:${secret}`)}\r\nContent-Length: 2\r\n\r\nok`,
    ],
    [
      'in a trailer',
      `HTTP/1.1 200 OK\r\nTrailer: X-End\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-End: ${secret}\r\n\r\n`,
    ],
  ])('does not come back %s', async (_, answer) => {
    options = { credentials: [{ placeholder, secret, fields: [] }] };
    origin.answer = answer;
    const { text } = await talk(proxy.port, [get(origin)], /ok[\s\S]*(\n|$)/);
    expect(text).toContain(placeholder);
    expect(text).not.toContain(secret);
    for (const before of ['x:', 'xy:', 'xyz:']) {
      const inner = btoa(`${before}${secret}`).slice(4, 16);
      expect(text).not.toContain(inner);
    }
  });

  const masked = '*'.repeat(secret.length);
  test.each([
    [
      'of a length',
      `HTTP/1.1 200 OK\r\nContent-Length: ${secret.length + 4}\r\n\r\n<${secret}>ok`,
      `<${masked}>ok`,
    ],
    [
      'in chunks that cut it in two, with a trailer',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${secret.slice(0, 5)}\r\n${(secret.length - 5).toString(16)}\r\n${secret.slice(5)}\r\n2\r\nok\r\n0\r\nX-End: 1\r\n\r\n`,
      `Transfer-Encoding: chunked\r\n\r\n${secret.length.toString(16)}\r\n${masked}\r\n2\r\nok\r\n0\r\nX-End: 1\r\n\r\n`,
    ],
    [
      'of which its beginning is the end',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nok${secret.slice(0, 4)}\r\n0\r\n\r\n`,
      `\r\n\r\n2\r\nok\r\n4\r\n${secret.slice(0, 4)}\r\n0\r\n\r\n`,
    ],
  ])('does not come back in a body %s', async (_, answer, shown) => {
    options = { credentials: [{ placeholder, secret, fields: [] }] };
    origin.answer = answer;
    const { text } = await talk(proxy.port, [get(origin), get(origin)], /(ok[\s\S]*){2}(\n|ok)$/);
    expect(text.split(shown)).toHaveLength(3);
    expect(text).not.toContain(secret);
  });

  test('in a compressed body is not seen, and the body goes on as it came', async () => {
    options = { credentials: [{ placeholder, secret, fields: [] }] };
    origin.answer = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${secret.length + 2}\r\n\r\n${secret}ok`;
    const { text } = await talk(proxy.port, [get(origin)], /ok$/);
    expect(text).toContain(`${secret}ok`);
  });

  test('stays what it is anywhere else', async () => {
    await talk(proxy.port, [get(origin, `Authorization: Bearer ${placeholder}\r\n`)], oks(1));
    expect(origin.received[0]).toContain(`Authorization: Bearer ${placeholder}\r\n`);
  });

  test('is not sent with TRACE, to which a server answers with what it was sent', async () => {
    options = { credentials: [{ placeholder, secret, fields }] };
    const trace = get(origin, `Authorization: Bearer ${placeholder}\r\n`).replace('GET', 'TRACE');
    await talk(proxy.port, [trace], oks(1));
    expect(origin.received[0]).toContain(`TRACE /a HTTP/1.1`);
    expect(origin.received[0]).toContain(`Authorization: Bearer ${placeholder}\r\n`);
  });

  test('that would begin another header field is never sent', async () => {
    options = { credentials: [{ placeholder, secret: 'a\r\nHost: other.test', fields: ['x'] }] };
    const answer = await talk(proxy.port, [get(origin, `X: ${placeholder}\r\n`)], /\}\n/);
    expect(answersOf(answer)).toEqual({ statuses: [503], why: 'gateway-undecided' });
    expect(answer.text).not.toContain('other.test');
    expect(origin.received).toEqual([]);
  });
});

test('a host that no gate is given for is refused, and the connection goes on', async () => {
  const refusing = await servedHttp(() => ({
    kind: 'proxy',
    refused: async () => {},
    gateFor: async (host, port, secure) =>
      host === 'no.test'
        ? { status: 403, why: 'not-granted', message: 'no', request: null, nearest: null, next: '' }
        : testGate({ host, port, secure }),
  }));
  const answer = await talk(
    refusing.port,
    ['GET http://no.test/ HTTP/1.1\r\nHost: no.test\r\n\r\n', get(origin)],
    oks(1),
  );
  expect(answersOf(answer)).toEqual({ statuses: [403, 200], why: 'not-granted' });
  refusing.close();
});
