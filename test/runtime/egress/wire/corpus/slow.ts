/** Who says less than it must, and when that ends its connection. */
export interface SlowCase {
  readonly name: string;
  /** Sent one after the other, so many seconds apart. */
  readonly send: readonly string[];
  readonly apart: number;
  /** Seconds after the last of it until which it is waited for. */
  readonly seconds: number;
  /** Whether a server has heard of it by then. */
  readonly arrives: boolean;
}

const CONNECT = 'CONNECT a.example:80 HTTP/1.1\r\n\r\n';
const OPAQUE = 'CONNECT t.example:80 HTTP/1.1\r\n\r\n';
const HALF_HELLO = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03';
const POST = 'POST /ok/1 HTTP/1.1\r\nHost: a.example\r\n';
const slow = (
  name: string,
  send: readonly string[],
  seconds: number,
  more: Partial<SlowCase> = {},
): SlowCase => ({
  ...{ name, send, seconds, apart: 0, arrives: false },
  ...more,
});

export const SLOW: readonly SlowCase[] = [
  slow('nothing at all', [], 30),
  slow('the beginning of a method', ['CON'], 30),
  slow('half a head of CONNECT', ['CONNECT a.example:80 HTTP/1.1\r\nX: y'], 30),
  slow('a head of CONNECT without its last byte', [CONNECT.slice(0, -1)], 30),
  slow('a head of CONNECT, a few bytes now and then', ['CONN', 'ECT a', '.exa', 'mple'], 3, { apart: 9 }),
  slow('half a request by URL', ['GET http://a.example/ok/1 HT'], 30),
  slow(
    'a request by URL, a field now and then',
    ['GET http://a.example/ok/1 HTTP/1.1\r\n', 'A: b\r\n', 'C: d\r\n', 'E: f\r\n'],
    3,
    { apart: 9 },
  ),
  slow('half a greeting of SOCKS', ['\x05\x02\x00'], 30),
  slow('half a login of SOCKS', ['\x05\x01\x02', '\x01\x05us'], 30),
  slow('half a request of SOCKS', ['\x05\x01\x00', '\x05\x01\x00\x03\x09a.ex'], 30),
  slow('nothing in a tunnel that is read', [CONNECT], 30),
  slow('half a ClientHello', [CONNECT, HALF_HELLO], 30),
  slow('half a ClientHello where nobody looks', [OPAQUE, HALF_HELLO], 31, { arrives: true }),
  slow('half a head in a tunnel', [CONNECT, 'GET /ok/1 HTTP/1.1\r\nHost: a'], 30),
  slow(
    'a head in a tunnel, a field now and then',
    [CONNECT, 'GET /ok/1 HTTP/1.1\r\n', 'A: b\r\n', 'C: d\r\n', 'E: f\r\n'],
    3,
    { apart: 9 },
  ),
  slow('a body that does not come', [CONNECT, `${POST}Content-Length: 5\r\n\r\n`], 300, { arrives: true }),
  slow('half a body', [CONNECT, `${POST}Content-Length: 5\r\n\r\nab`], 300, { arrives: true }),
  slow('half a chunk', [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\nab`], 300, { arrives: true }),
  slow('half a size of a chunk', [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n1`], 300, {
    arrives: true,
  }),
  slow('half a trailer', [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y`], 300, {
    arrives: true,
  }),
];
