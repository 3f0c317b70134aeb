/** What is too long or too many to be kept; sent to the proxy, or in a tunnel to `a.example`. */
export interface LongCase {
  readonly name: string;
  readonly send: string;
  readonly outcome: string;
  /** Its head is well, so that a server hears of it before the end is found to be none. */
  readonly begins?: true;
}

const CONNECT = 'CONNECT a.example:80 HTTP/1.1\r\n\r\n';
const long = (count: number) => 'a'.repeat(count);
const inside = (name: string, send: string, outcome: string, more: Partial<LongCase> = {}): LongCase => ({
  ...{ name, send: `${CONNECT}${send}`, outcome },
  ...more,
});
const head = (lines: string, target = '/ok/1') => `GET ${target} HTTP/1.1\r\nHost: a.example\r\n${lines}\r\n`;

export const OVERSIZED: readonly LongCase[] = [
  {
    name: 'CONNECT with a field of 20,000 bytes',
    send: `CONNECT a.example:80 HTTP/1.1\r\nX: ${long(20_000)}\r\n\r\n`,
    outcome: '431 gateway-malformed',
  },
  {
    name: 'CONNECT without an end',
    send: `CONNECT a.example:80 HTTP/1.1\r\nX: ${long(40_000)}`,
    outcome: '431 gateway-malformed',
  },
  {
    name: 'CONNECT to a host of 20,000 bytes',
    send: `CONNECT ${long(20_000)}:80 HTTP/1.1\r\n\r\n`,
    outcome: '431 gateway-malformed',
  },
  {
    name: 'CONNECT to a host of 300 bytes',
    send: `CONNECT ${long(300)}.example:80 HTTP/1.1\r\n\r\n`,
    outcome: '400 gateway-malformed',
  },
  {
    name: 'CONNECT to a label of 64 bytes',
    send: `CONNECT ${long(64)}.example:80 HTTP/1.1\r\n\r\n`,
    outcome: '400 gateway-malformed',
  },
  {
    name: 'CONNECT with 101 fields',
    send: `CONNECT a.example:80 HTTP/1.1\r\n${'X: y\r\n'.repeat(101)}\r\n`,
    outcome: '400 gateway-malformed',
  },
  {
    name: 'SOCKS with a name of 255 bytes',
    send: `\x05\x01\x00\x05\x01\x00\x03\xff${long(255)}\x01\xbb`,
    outcome: 'socks 8',
  },
  {
    name: 'SOCKS with 255 methods, none of them known',
    send: `\x05\xff${'\x03'.repeat(255)}`,
    outcome: 'socks methods',
  },
  inside('a request line of 70,000 bytes', head('', `/ok/${long(70_000)}`), '431 gateway-head-too-long'),
  inside('a path of 9,000 bytes', head('', `/ok/${long(9_000)}`), '400 gateway-bad-path'),
  inside(
    'a method of 1,000 letters',
    `${'A'.repeat(1_000)} /ok/1 HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    '400 gateway-request-line',
  ),
  inside('a field of 70,000 bytes', head(`X: ${long(70_000)}\r\n`), '431 gateway-head-too-long'),
  inside('a name of a field of 70,000 bytes', head(`${long(70_000)}: x\r\n`), '431 gateway-head-too-long'),
  inside('a field without an end', `GET /ok/1 HTTP/1.1\r\nX: ${long(80_000)}`, '431 gateway-head-too-long'),
  inside('a thousand fields', head('X: y\r\n'.repeat(1_000)), '431 gateway-too-many-fields'),
  inside(
    'a size of a chunk without an end',
    `POST /ok/1 HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${'0'.repeat(40_000)}`,
    '400 gateway-chunk-size',
    { begins: true },
  ),
  inside(
    'trailers of 20,000 bytes',
    `POST /ok/1 HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${long(20_000)}`,
    '431 gateway-head-too-long',
    { begins: true },
  ),
  inside(
    'a length past 2^64',
    'POST /ok/1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 99999999999999999999\r\n\r\n',
    '400 gateway-bad-length',
  ),
];
