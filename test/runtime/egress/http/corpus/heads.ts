import { type CorpusCase, get } from './case.ts';

const HOST = 'Host: 127.0.0.1:{port}\r\n';

/** Lines that are no line of HTTP to some readers. */
export const HEADS: readonly CorpusCase[] = [
  {
    name: 'a bare line feed after the request line',
    send: `GET /a HTTP/1.1\n${HOST}\r\n`,
    why: 'bare-line-feed',
  },
  { name: 'bare line feeds only', send: 'GET /a HTTP/1.1\nHost: x\n\n', why: 'bare-line-feed' },
  {
    name: 'an empty line before the request',
    send: `\r\n\r\nGET /a HTTP/1.1\r\n${HOST}\r\n`,
    why: 'request-line',
  },
  { name: 'two blanks in the request line', send: `GET  /a HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a tab in the request line', send: `GET\t/a HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a blank before the method', send: ` GET /a HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a blank after the version', send: `GET /a HTTP/1.1 \r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a blank in the target', send: `GET /a b HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  {
    name: 'two requests in a line',
    send: `GET /a HTTP/1.1 GET /b HTTP/1.1\r\n${HOST}\r\n`,
    why: 'request-line',
  },
  { name: 'no version', send: `GET /a\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'HTTP/0.9', send: `GET /a HTTP/0.9\r\n${HOST}\r\n`, why: 'http-version' },
  { name: 'HTTP/1.2', send: `GET /a HTTP/1.2\r\n${HOST}\r\n`, why: 'http-version' },
  { name: 'HTTP/2.0 in words', send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', why: 'http-version' },
  { name: 'HTTP/1.10', send: `GET /a HTTP/1.10\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'http/1.1 in lower case', send: `GET /a http/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a method that is no token', send: `G(T /a HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  { name: 'a method with a NUL', send: `GET\x00 /a HTTP/1.1\r\n${HOST}\r\n`, why: 'request-line' },
  {
    name: 'a method of a thousand letters',
    send: `${'A'.repeat(1000)} /a HTTP/1.1\r\n${HOST}\r\n`,
    why: 'request-line',
  },
  { name: 'a line without a colon', send: get('X\r\n'), why: 'field-name' },
  { name: 'a field without a name', send: get(': x\r\n'), why: 'field-name' },
  { name: 'a name with a blank', send: get('X Y: z\r\n'), why: 'field-name' },
  { name: 'a name with a tab before the colon', send: get('X\t: z\r\n'), why: 'field-name' },
  { name: 'a name in brackets', send: get('[X]: z\r\n'), why: 'field-name' },
  { name: 'a name with a byte above 127', send: get('H\xf6st: z\r\n'), why: 'field-name' },
  { name: 'a name with a NUL', send: get('X\x00: z\r\n'), why: 'field-name' },
  { name: 'a value with a NUL', send: get('X: a\x00b\r\n'), why: 'control-character' },
  { name: 'a value with DEL', send: get('X: a\x7fb\r\n'), why: 'control-character' },
  { name: 'a value with an escape sequence', send: get('X: \x1b[31m\r\n'), why: 'control-character' },
  { name: 'a carriage return within a value', send: get('X: a\rb\r\n'), why: 'bare-carriage-return' },
  { name: 'a line feed within a value', send: get('X: a\nb\r\n'), why: 'bare-line-feed' },
  { name: 'a folded value', send: get('X: a\r\n b\r\n'), why: 'folded-line' },
  { name: 'a folded first line', send: 'GET /a HTTP/1.1\r\n Host: x\r\n\r\n', why: 'folded-line' },
  {
    name: 'a connection field that takes the host off',
    send: get('Connection: close, Host\r\n'),
    why: 'connection-option',
  },
  {
    name: 'a connection field that takes credentials off',
    send: get('Connection: Authorization\r\nAuthorization: x\r\n'),
    why: 'connection-option',
  },
  {
    name: 'a connection field that takes cookies off',
    send: get('Connection: cookie\r\nCookie: x\r\n'),
    why: 'connection-option',
  },
  { name: 'an expectation of something else', send: get('Expect: 200-ok\r\n'), why: 'expectation' },
  {
    name: 'two expectations',
    send: get('Expect: 100-continue\r\nExpect: 100-continue\r\n'),
    why: 'expectation',
  },
  {
    name: 'a WebSocket asked for by POST',
    send: `POST /a HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    why: 'bad-upgrade',
  },
  ...[
    'X-HTTP-Method-Override: DELETE',
    'x-http-method-override: get',
    'X-HTTP-Method: MERGE',
    'X-Method-Override: PUT',
    'X_HTTP_Method_Override: DELETE',
    'X.HTTP-Method.Override: DELETE',
    'X-HTTP-Method-Override: GET\r\nX-HTTP-Method-Override: PUT',
    'X-Original-URL: /admin',
    'X-Rewrite-URL: /a',
  ].map((field) => ({ name: `another request by ${field}`, send: get(`${field}\r\n`), why: 'overridden' })),
  {
    name: 'a WebSocket among other protocols',
    send: get(
      'Connection: Upgrade\r\nUpgrade: h2c, websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n',
    ),
    why: 'bad-upgrade',
  },
  {
    name: 'a WebSocket without a key',
    send: get('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'),
    why: 'bad-upgrade',
  },
  {
    name: 'a WebSocket with a body',
    send: get(
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\nContent-Length: 1\r\n',
    ),
    why: 'bad-upgrade',
  },
].map((one) => ({ ...one, status: 400 }));

/** Heads that would fill the memory of whoever keeps them. */
export const LONG_HEADS: readonly CorpusCase[] = [
  { name: 'a field of 70,000 bytes', send: get(`X: ${'a'.repeat(70_000)}\r\n`), why: 'head-too-long' },
  {
    name: 'a field without an end',
    send: `GET /a HTTP/1.1\r\nX: ${'a'.repeat(80_000)}`,
    why: 'head-too-long',
  },
  { name: 'a target of 70,000 bytes', send: get('', `/${'a'.repeat(70_000)}`), why: 'head-too-long' },
  { name: 'a thousand fields', send: get('X: y\r\n'.repeat(1000)), why: 'too-many-fields' },
  {
    name: 'trailers of 20,000 bytes',
    send: `POST /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: ${'a'.repeat(20_000)}`,
    why: 'head-too-long',
  },
].map((one) => ({ ...one, status: 431 }));
