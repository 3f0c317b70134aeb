import { connect, type Socket } from 'node:net';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestGate, testGate } from '../../../support/egress/gates.ts';
import { answersOf, type RawOrigin, rawOrigin, servedHttp, talk } from '../../../support/egress/wire.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const origin: RawOrigin = await rawOrigin(OK);
let gate: TestGate;
const direct = await servedHttp(() => ({ kind: 'origin', gate }));
const here = `127.0.0.1:${origin.port}`;
const HOST = `Host: ${here}\r\n`;

beforeEach(() => {
  gate = testGate({ port: origin.port });
  origin.received.length = 0;
  origin.answer = OK;
  direct.shared.pool.drop();
});

afterAll(() => {
  origin.close();
  direct.close();
});

/** Everything the server was sent. */
const received = (): string => origin.received.join('');

/** An answer of which the connection stays open. */
const until = (count: number): RegExp =>
  new RegExp(`(HTTP/1.1 [2345][^]*?\r\n\r\n[^]*?(ok|\\}\n)){${count}}`);

describe('a request', () => {
  test('goes on without what is about the connection, and with the host that was decided about', async () => {
    const lines =
      'Accept: */*\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\n' +
      'Proxy-Authorization: Basic eDp5\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Other:  two  words\t\r\n';
    await talk(direct.port, [`GET /a?b=c HTTP/1.1\r\nhost: ${here}\r\n${lines}\r\n`], until(1));
    expect(received()).toBe(`GET /a?b=c HTTP/1.1\r\n${HOST}Accept: */*\r\nX-Other: two  words\r\n\r\n`);
    expect(gate.events.asked).toMatchObject([
      { method: 'GET', path: '/a', query: [['b', 'c']], isWebSocket: false },
    ]);
  });

  test.each([
    ['/%61%2D', '/a-'],
    ['/a%28b', '/a%28b'],
    ['/a(b;c', '/a(b;c'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/{a}|"', '/%7Ba%7D%7C%22'],
    ['/a%20b/', '/a%20b/'],
    ['/@scope%2fname', '/@scope%2Fname'],
  ])('for %s goes on as %s', async (path, forwarded) => {
    await talk(direct.port, [`GET ${path} HTTP/1.1\r\n${HOST}\r\n`], until(1));
    expect(received().split('\r\n')[0]).toBe(`GET ${forwarded} HTTP/1.1`);
    expect(gate.events.asked[0]!.path).toBe(path);
  });

  test.each([
    [
      'a=1&b=2&a=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
    ],
    [
      'a=x+y',
      [
        ['a', 'x+y'],
        ['a', 'x y'],
      ],
    ],
    [
      'a=%2B&%61=%3B',
      [
        ['a', '+'],
        ['a', ';'],
      ],
    ],
    [
      'a&&b=',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['a=b=c', [['a', 'b=c']]],
    ['', []],
  ])('with the query %s is decided with its pairs', async (query, pairs) => {
    await talk(direct.port, [`GET /a?${query} HTTP/1.1\r\n${HOST}\r\n`], until(1));
    expect(gate.events.asked[0]!.query).toEqual(pairs);
    expect(received()).toContain(`GET /a?${query} HTTP/1.1\r\n`);
  });

  test('that is refused never reaches the server, and the connection goes on', async () => {
    gate = testGate({ port: origin.port, allows: ({ path }) => path !== '/no' });
    const answer = await talk(
      direct.port,
      [`POST /no HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`, `GET /yes HTTP/1.1\r\n${HOST}\r\n`],
      until(2),
    );
    expect(answersOf(answer)).toEqual({ statuses: [403, 200], why: 'not-granted' });
    const body = JSON.parse(/\{.*\}/.exec(answer.text)![0]);
    expect(body).toMatchObject({
      status: 403,
      why: 'not-granted',
      request: 'req-1',
      detail: expect.any(String),
    });
    expect(received()).toBe(`GET /yes HTTP/1.1\r\n${HOST}\r\n`);
    expect(gate.events.dialled).toBe(1);
  });

  test('waits for its decision, however long that takes, and nothing of it passes before', async () => {
    let decide = (): void => {};
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    gate = testGate({ port: origin.port, delay: () => decided });
    const answer = talk(direct.port, [`POST /a HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`], until(1));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(gate.events.dialled).toBe(0);
    expect(received()).toBe('');
    decide();
    expect(answersOf(await answer).statuses).toEqual([200]);
    expect(received()).toContain('\r\n\r\nabc');
  });

  test('that follows another at once is answered after it, in order', async () => {
    origin.answer = (socket) => {
      const number = received().split('GET ').length - 1;
      setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${number}ok`), 20);
    };
    const text = [1, 2, 3].map((path) => `GET /${path} HTTP/1.1\r\n${HOST}\r\n`).join('');
    const answer = await talk(direct.port, [text], until(3));
    expect(answer.text.match(/[0-9]ok/g)).toEqual(['1ok', '2ok', '3ok']);
    expect(received().match(/GET \/[0-9]/g)).toEqual(['GET /1', 'GET /2', 'GET /3']);
  });

  test.each([
    ['at once', 1_000_000],
    ['byte by byte', 1],
    ['in threes', 3],
  ])('arrives whole when it comes %s', async (_name, size) => {
    origin.answer = (socket) => {
      if (received().includes('X-Sum: 1\r\n\r\n')) socket.write(OK);
    };
    const text = `POST /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n`;
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
    const answer = await talk(direct.port, pieces, until(1));
    expect(answersOf(answer).statuses).toEqual([200]);
    expect(received()).toContain('\r\n\r\n3\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(gate.events.ended).toEqual([[13, 2]]);
  });

  test('that expects to be told to go on is told so by the server', async () => {
    origin.answer = (socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      socket.on('data', () => socket.write(OK));
    };
    const head = `POST /a HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
    const answer = await talk(direct.port, [head, 'abc'], until(1));
    expect(answersOf(answer).statuses).toEqual([100, 200]);
    expect(received()).toContain('Expect: 100-continue');
  });

  test('that expects to be told and is refused closes its connection: its body may follow or not', async () => {
    gate = testGate({ port: origin.port, allows: () => false });
    const head = `POST /a HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
    const answer = await talk(direct.port, [head]);
    expect(answersOf(answer).statuses).toEqual([403]);
    expect(answer.end).toBe('closed');
  });

  test('of HTTP/1.0 is answered and closed, unless it asks to stay', async () => {
    expect((await talk(direct.port, [`GET /a HTTP/1.0\r\n${HOST}\r\n`])).end).toBe('closed');
    const kept = await talk(
      direct.port,
      [`GET /a HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`],
      until(1),
    );
    expect(kept.text).toContain('Connection: keep-alive\r\n');
  });
});

describe('an answer', () => {
  const answered = async (bytes: string, request = `GET /a HTTP/1.1\r\n${HOST}\r\n`, end = until(1)) => {
    origin.answer = bytes;
    return talk(direct.port, [request], end);
  };

  test('comes without what is about the connection of the server', async () => {
    const { text } = await answered(
      'HTTP/1.1 200 Fine\r\nConnection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(text).toBe('HTTP/1.1 200 Fine\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok');
  });

  test('in chunks comes in the same chunks, with its trailers', async () => {
    const body = '2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n';
    const { text } = await answered(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
      undefined,
      /X-Sum.*\r\n\r\n/,
    );
    expect(text).toBe(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
  });

  test('in chunks to HTTP/1.0 comes as it is, until the connection closes', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
    origin.answer = bytes;
    const { text, end } = await talk(direct.port, [
      `GET /a HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
    ]);
    expect(text).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok');
    expect(end).toBe('closed');
  });

  test('until the connection closes comes in chunks, so that its end can be told from a break', async () => {
    origin.answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nok');
    const { text } = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`], /\r\n0\r\n\r\n/);
    expect(text).toBe('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n');
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ])('to %s of %j has no body', async (method, bytes) => {
    origin.answer = bytes;
    const request = `${method} /a HTTP/1.1\r\n${HOST}\r\n`;
    const { text } = await talk(direct.port, [request, request], /(HTTP[\s\S]*){2}\r\n\r\n$/);
    expect(text).toBe(bytes + bytes);
  });

  test('of early hints comes before the one that counts', async () => {
    const { text } = await answered(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`);
    expect(text).toBe(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`);
  });

  test('of early hints without end is read no faster than the client takes them', async () => {
    const hints = `HTTP/1.1 103 Early Hints\r\nLink: <${'a'.repeat(32_768)}>\r\n\r\n`;
    const most = 64 * 1024 * 1024;
    let written = 0;
    origin.answer = (server) => {
      const more = (): void => {
        if (written >= most || server.destroyed) return;
        written += hints.length;
        if (server.write(hints)) setImmediate(more);
        else server.once('drain', more);
      };
      more();
    };
    const client = connect(direct.port, '127.0.0.1').pause();
    client.write(`GET /a HTTP/1.1\r\n${HOST}\r\n`);
    let before = -1;
    while (before !== written || written === 0) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    client.destroy();
    expect(written).toBeLessThan(most / 2);
  });

  test('is passed on while it comes', async () => {
    let socket: Socket | null = null;
    origin.answer = (one) => {
      socket = one;
      one.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n',
      );
    };
    const first = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`], /data: 1\n/);
    expect(first.end).toBe('open');
    expect(socket).not.toBeNull();
  });

  test('before the body is whole is passed on, and the connection closes', async () => {
    origin.answer = 'HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nok';
    const answer = await talk(direct.port, [`POST /a HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\nabc`]);
    expect(answersOf(answer).statuses).toEqual([413]);
    expect(answer.text).toContain('Connection: close');
    expect(answer.end).toBe('closed');
    expect(direct.shared.pool.size).toBe(0);
  });

  test.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokx', 'two-lengths'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
      'length-and-coding',
    ],
    ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'unknown-coding'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok', 'folded-line'],
    ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 'bare-line-feed'],
    [
      'a header that would be split',
      'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok',
      'bare-carriage-return',
    ],
    ['a status line of another protocol', 'ICY 200 OK\r\nContent-Length: 2\r\n\r\nok', 'status-line'],
    [
      'a body where there is none',
      'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok',
      'body-where-none',
    ],
    [
      'a protocol nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'switched-unasked',
    ],
    ['a head of 70,000 bytes', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 'head-too-long'],
    [
      'a connection field that takes its length off',
      'HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nok',
      'connection-option',
    ],
  ])('with %s is refused, and its server not asked again', async (_name, bytes, why) => {
    const answer = await answered(bytes);
    expect(answersOf(answer)).toEqual({ statuses: [502], why: `gateway-${why}` });
    expect(direct.shared.pool.size).toBe(0);
  });

  test('that is cut short breaks the connection: a client must not take it for whole', async () => {
    origin.answer = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok');
    const { text } = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`]);
    expect(text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok');
  });

  test('with a bad chunk breaks the connection', async () => {
    origin.answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nX';
    const { text } = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`]);
    expect(text).not.toContain('0\r\n\r\n');
  });

  test('that does not come is said so', async () => {
    origin.answer = (socket) => socket.destroy();
    const answer = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`], until(1));
    expect(answersOf(answer)).toEqual({ statuses: [502], why: 'gateway-no-answer' });
  });

  test('of a server that cannot be reached is said so', async () => {
    gate = testGate({ port: origin.port, dialPort: 1 });
    const answer = await talk(direct.port, [`GET /a HTTP/1.1\r\n${HOST}\r\n`], until(1));
    expect(answersOf(answer)).toEqual({ statuses: [502], why: 'gateway-no-connection' });
    expect(answer.text).toContain('ECONNREFUSED');
  });
});
