import { type CorpusCase, post } from './case.ts';

const SMUGGLED = 'GET /secret HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n';

/** Where a body ends: what CL.TE, TE.CL and TE.TE attacks are made of. */
export const FRAMING: readonly CorpusCase[] = [
  {
    name: 'CL.TE',
    send: post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    why: 'length-and-coding',
  },
  {
    name: 'TE.CL',
    send: post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `5c\r\n${SMUGGLED}`),
    why: 'length-and-coding',
  },
  {
    name: 'two different lengths',
    send: post('Content-Length: 0\r\nContent-Length: 44\r\n', SMUGGLED),
    why: 'two-lengths',
  },
  {
    name: 'two equal lengths',
    send: post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'),
    why: 'two-lengths',
  },
  { name: 'a list of lengths', send: post('Content-Length: 3, 3\r\n', 'abc'), why: 'two-lengths' },
  { name: 'a length with a plus', send: post('Content-Length: +3\r\n', 'abc'), why: 'bad-length' },
  { name: 'a length with a minus', send: post('Content-Length: -1\r\n', 'abc'), why: 'bad-length' },
  { name: 'a hexadecimal length', send: post('Content-Length: 0x3\r\n', 'abc'), why: 'bad-length' },
  { name: 'a length with a blank within', send: post('Content-Length: 1 0\r\n', 'abc'), why: 'bad-length' },
  { name: 'a length with a fraction', send: post('Content-Length: 3.0\r\n', 'abc'), why: 'bad-length' },
  { name: 'an empty length', send: post('Content-Length:\r\n', 'abc'), why: 'bad-length' },
  {
    name: 'a length past 2^64',
    send: post('Content-Length: 18446744073709551619\r\n', 'abc'),
    why: 'bad-length',
  },
  { name: 'a length in other digits', send: post('Content-Length: \xb2\r\n', 'ab'), why: 'bad-length' },
  {
    name: 'chunked twice',
    send: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  {
    name: 'chunked and identity',
    send: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  { name: 'identity', send: post('Transfer-Encoding: identity\r\n', ''), why: 'unknown-coding' },
  {
    name: 'a list of codings',
    send: post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  {
    name: 'chunked before another coding',
    send: post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  { name: 'xchunked', send: post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), why: 'unknown-coding' },
  {
    name: 'a quoted coding',
    send: post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  {
    name: 'a coding with a parameter',
    send: post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'),
    why: 'unknown-coding',
  },
  { name: 'an empty coding', send: post('Transfer-Encoding:\r\n', '0\r\n\r\n'), why: 'unknown-coding' },
  {
    name: 'a coding with a vertical tab',
    send: post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'),
    why: 'control-character',
  },
  {
    name: 'a coding with a NUL',
    send: post('Transfer-Encoding: chunked\x00\r\n', '0\r\n\r\n'),
    why: 'control-character',
  },
  {
    name: 'a coding in a folded line',
    send: post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'),
    why: 'folded-line',
  },
  {
    name: 'a coding in a folded line after a tab',
    send: post('X: y\r\n\tTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    why: 'folded-line',
  },
  {
    name: 'a blank before the colon of a coding',
    send: post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
    why: 'field-name',
  },
  {
    name: 'a blank before the colon of a length',
    send: post('Content-Length : 3\r\n', 'abc'),
    why: 'field-name',
  },
  {
    name: 'a coding after a bare line feed',
    send: post('X: y\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    why: 'bare-line-feed',
  },
  {
    name: 'a coding after a bare carriage return',
    send: post('X: y\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    why: 'bare-carriage-return',
  },
  {
    name: 'a coding that the connection field takes off',
    send: post('Connection: transfer-encoding, content-length\r\nContent-Length: 3\r\n', 'abc'),
    why: 'connection-option',
  },
  {
    name: 'a coding in HTTP/1.0',
    send: 'POST /a HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    why: 'coding-in-1.0',
  },
].map((one) => ({ ...one, status: 400 }));

const chunked = (name: string, body: string, why: string): CorpusCase => ({
  name,
  send: post('Transfer-Encoding: chunked\r\n', body),
  status: 400,
  why,
});

/** What can be wrong with a chunked body; nothing that was read of it as content may be in doubt. */
export const CHUNKS: readonly CorpusCase[] = [
  chunked('a size with 0x', '0x3\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a size with a plus', '+3\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a negative size', '-1\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('no size', '\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a blank before the size', ' 3\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a blank after the size', '3 \r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a size that overflows 64 bits', '10000000000000003\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('an extension', '3;a=b\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('an extension with a line feed', '3;a\nb\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('an underscore in the size', '1_0\r\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a bare line feed after the size', '3\nabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('a bare carriage return after the size', '3\rabc\r\n0\r\n\r\n', 'chunk-size'),
  chunked('content longer than its size', '3\r\nabcd\r\n0\r\n\r\n', 'chunk-end'),
  chunked('content shorter than its size', '4\r\nabc\r\n0\r\n\r\n', 'chunk-end'),
  chunked('a bare line feed after the content', '3\r\nabc\n0\r\n\r\n', 'chunk-end'),
  chunked('no line end after the content', '3\r\nabc0\r\n\r\n', 'chunk-end'),
  chunked('another byte at the end', '3\r\nabc\r\n0\r\n\rX', 'chunk-end'),
  chunked('a length as a trailer', '0\r\nContent-Length: 5\r\n\r\n', 'trailer-field'),
  chunked('a coding as a trailer', '0\r\nTransfer-Encoding: chunked\r\n\r\n', 'trailer-field'),
  chunked('a host as a trailer', '0\r\nHost: other.test\r\n\r\n', 'trailer-field'),
  chunked('another method as a trailer', '0\r\nX-HTTP-Method-Override: PUT\r\n\r\n', 'trailer-field'),
  chunked('credentials as a trailer', '0\r\nAuthorization: x\r\n\r\n', 'trailer-field'),
  chunked('a trailer in a folded line', '0\r\nX: a\r\n b\r\n\r\n', 'folded-line'),
  chunked('a trailer without a name', '0\r\n: a\r\n\r\n', 'field-name'),
  chunked('a bare line feed within a trailer', '0\r\nX: a\nY: b\r\n\r\n', 'bare-line-feed'),
];
