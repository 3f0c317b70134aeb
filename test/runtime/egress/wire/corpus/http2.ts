import {
  block,
  END_HEADERS,
  END_STREAM,
  type Field,
  FRAMES,
  frame,
  headers,
} from '../../../../support/egress/http2-bytes.ts';

/** Frames of HTTP/2 after the opening of a connection for `a.example`, and what becomes of them. */
export interface Http2Case {
  readonly name: string;
  readonly send: Buffer;
  readonly outcome: string;
  /** Its head is well, so that a server hears of it before its end is found to be none. */
  readonly begins?: boolean;
  /** It names no stream of a client, so that there is none to tell of. */
  readonly isNoStream?: boolean;
}

const METHOD: Field = [':method', 'GET'];
const SCHEME: Field = [':scheme', 'https'];
const AUTHORITY: Field = [':authority', 'a.example'];
const PATH: Field = [':path', '/ok/1'];
const USUAL = [METHOD, SCHEME, AUTHORITY, PATH];

const get = (name: string, fields: readonly Field[], outcome: string): Http2Case => ({
  name,
  send: headers(1, fields),
  outcome,
});
const withPath = (name: string, path: string, outcome = '400 gateway-bad-path') =>
  get(name, [METHOD, SCHEME, AUTHORITY, [':path', path]], outcome);
const withField = (name: string, field: Field, outcome: string) => get(name, [...USUAL, field], outcome);
const post = (name: string, fields: readonly Field[], data: string, outcome: string): Http2Case => ({
  name,
  send: Buffer.concat([
    headers(1, [[':method', 'POST'], SCHEME, AUTHORITY, PATH, ...fields], END_HEADERS),
    frame(FRAMES.data, END_STREAM, 1, Buffer.from(data)),
  ]),
  outcome,
  begins: true,
});

const MISMATCH = '421 gateway-host-mismatch';
const PROTOCOL_ERROR = 'reset 1';

export const HTTP2: readonly Http2Case[] = [
  get('another authority', [METHOD, SCHEME, [':authority', 'b.example'], PATH], MISMATCH),
  get('another port', [METHOD, SCHEME, [':authority', 'a.example:8443'], PATH], MISMATCH),
  get('an authority of its address', [METHOD, SCHEME, [':authority', '93.184.0.9'], PATH], MISMATCH),
  get(
    'an authority with a user',
    [METHOD, SCHEME, [':authority', 'x@a.example'], PATH],
    '400 gateway-bad-host',
  ),
  get('two authorities', [METHOD, SCHEME, AUTHORITY, [':authority', 'b.example'], PATH], PROTOCOL_ERROR),
  get('no authority and no host', [METHOD, SCHEME, PATH], PROTOCOL_ERROR),
  withField('a host against the authority', ['host', 'b.example'], MISMATCH),
  get('only a host, another one', [METHOD, SCHEME, PATH, ['host', 'b.example']], MISMATCH),
  get('two hosts', [METHOD, SCHEME, PATH, ['host', 'a.example'], ['host', 'b.example']], PROTOCOL_ERROR),
  get('the scheme of no TLS', [METHOD, [':scheme', 'http'], AUTHORITY, PATH], '400 gateway-target-form'),
  get('another scheme', [METHOD, [':scheme', 'file'], AUTHORITY, PATH], '400 gateway-target-form'),
  get('two paths', [...USUAL, [':path', '/no']], PROTOCOL_ERROR),
  get('two methods', [...USUAL, [':method', 'POST']], PROTOCOL_ERROR),
  get('a field before its own ones', [['x-a', 'b'], ...USUAL], PROTOCOL_ERROR),
  get('no method', [SCHEME, AUTHORITY, PATH], PROTOCOL_ERROR),
  get('no path', [METHOD, SCHEME, AUTHORITY], PROTOCOL_ERROR),
  get('an unknown field of its own', [...USUAL, [':x', 'y']], PROTOCOL_ERROR),
  get(
    'a tunnel',
    [
      [':method', 'CONNECT'],
      [':authority', 'b.example:443'],
    ],
    '400 gateway-connect-inside',
  ),
  get(
    'a tunnel to its own host',
    [
      [':method', 'CONNECT'],
      [':authority', 'a.example:443'],
    ],
    '400 gateway-connect-inside',
  ),
  get(
    'a WebSocket',
    [[':method', 'CONNECT'], [':protocol', 'websocket'], SCHEME, AUTHORITY, PATH],
    PROTOCOL_ERROR,
  ),
  get('a method that is no token', [[':method', 'G(T'], SCHEME, AUTHORITY, PATH], PROTOCOL_ERROR),
  withField('connection', ['connection', 'close'], PROTOCOL_ERROR),
  withField('transfer-encoding', ['transfer-encoding', 'chunked'], PROTOCOL_ERROR),
  withField('upgrade', ['upgrade', 'websocket'], PROTOCOL_ERROR),
  withField('keep-alive', ['keep-alive', 'timeout=5'], PROTOCOL_ERROR),
  withField('te', ['te', 'gzip'], PROTOCOL_ERROR),
  withField('a name in capitals', ['X-A', 'b'], PROTOCOL_ERROR),
  withField('a length without a body', ['content-length', '5'], PROTOCOL_ERROR),
  withField('another method by a field', ['x-http-method-override', 'DELETE'], '400 gateway-overridden'),
  withField('another path by a field', ['x-original-url', '/no'], '400 gateway-overridden'),
  post('a length below the body', [['content-length', '1']], 'abc', PROTOCOL_ERROR),
  post('a length above the body', [['content-length', '9']], 'abc', PROTOCOL_ERROR),
  {
    ...post(
      'two lengths',
      [
        ['content-length', '3'],
        ['content-length', '4'],
      ],
      'abc',
      PROTOCOL_ERROR,
    ),
    begins: false,
  },
  {
    ...post('a length with a sign', [['content-length', '+3']], 'abc', PROTOCOL_ERROR),
    begins: false,
  },
  withPath('dot segments', '/ok/../no'),
  withPath('escaped dot segments', '/ok/%2e%2e/no'),
  withPath('a dot segment behind an escaped slash', '/ok/..%2fno'),
  withPath('an escape of an escape', '/ok/%252e'),
  withPath('two slashes', '//b.example/ok/1'),
  withPath('a backslash', '/ok\\..\\no', '400 gateway-bad-target'),
  withPath('a whole URL', 'https://b.example/ok/1', PROTOCOL_ERROR),
  withPath('a star', '*', PROTOCOL_ERROR),
  withPath('no slash', 'ok/1', PROTOCOL_ERROR),
  withPath('a fragment', '/ok/1#x', '400 gateway-bad-target'),
  withPath('a blank', '/ok/1 HTTP/1.1', PROTOCOL_ERROR),
  withPath('a NUL', '/ok/%00'),
  withPath('a semicolon in the query', '/ok/1?a=b;c=d', '400 gateway-bad-query'),
  withPath('another method by the query', '/ok/1?_method=DELETE', '400 gateway-overridden'),
  withPath('a path that is not granted', '/no', '403 not-included'),
  {
    name: 'data without a stream',
    send: frame(FRAMES.data, END_STREAM, 1, Buffer.from('GET / HTTP/1.1\r\n\r\n')),
    outcome: 'goaway 1',
    isNoStream: true,
  },
  { name: 'a stream of a server', send: headers(2, USUAL), outcome: 'goaway 2', isNoStream: true },
  {
    name: 'half a block of fields, and another frame',
    send: Buffer.concat([
      frame(FRAMES.headers, END_STREAM, 1, block(USUAL).subarray(0, 20)),
      frame(FRAMES.data, END_STREAM, 1),
    ]),
    outcome: 'goaway 1',
  },
  {
    name: 'a block that is damaged',
    send: frame(
      FRAMES.headers,
      END_STREAM | END_HEADERS,
      1,
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    ),
    outcome: 'goaway 9',
  },
  {
    name: 'a frame that is too long',
    send: frame(FRAMES.headers, END_STREAM | END_HEADERS, 1, Buffer.alloc(20_000)),
    outcome: 'goaway 6',
    isNoStream: true,
  },
];

/** Fields that cannot be in HTTP/2: they are left out, and nothing of them reaches a server. */
export const LEFT_OUT: readonly Field[] = [
  ['x a', 'b'],
  ['x:a', 'b'],
  ['x-a', 'b\r\nhost: b.example'],
  ['x-a', 'b\0c'],
];
export const usual = (more: Field, stream = 1): Buffer => headers(stream, [...USUAL, more]);
