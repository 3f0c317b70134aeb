import { describe, expect, it } from 'vitest';
import { readConnect } from '../../../../runtime/egress/arrival/connect-request.ts';

const head = (authority: string, ...fields: string[]) =>
  Buffer.from([`CONNECT ${authority} HTTP/1.1`, ...fields, '', ''].join('\r\n'), 'latin1');

describe('the head of a CONNECT', () => {
  it.each([
    ['a.example.com:443', 'a.example.com', 443],
    ['A.Example.COM:8443', 'a.example.com', 8443],
    ['10.0.0.1:80', '10.0.0.1', 80],
    ['[fd00::1]:22', 'fd00::1', 22],
    ['[FD00:0::1]:22', 'fd00::1', 22],
    ['xn--mnchen-3ya.example:1', 'xn--mnchen-3ya.example', 1],
  ])('names %s', (authority, host, port) => {
    const bytes = Buffer.concat([head(authority), Buffer.from('rest')]);
    expect(readConnect(bytes)).toEqual({ kind: 'connect', target: { host, port }, used: bytes.length - 4 });
  });

  it.each([
    ['Host: a.example.com:443'],
    ['host:a.example.com'],
    ['HOST:  A.example.com:443 '],
    ['User-Agent: x', 'Proxy-Connection: keep-alive', 'X: \xff\t'],
    ['Proxy-Authorization: Basic eDp5'],
  ])('may have %j', (...fields) => {
    expect(readConnect(head('a.example.com:443', ...fields)).kind).toBe('connect');
  });

  it('is waited for until its end, whatever its pieces', () => {
    const bytes = head('a.example.com:443', 'Host: a.example.com');
    for (let end = 0; end < bytes.length; end += 1) {
      expect(readConnect(bytes.subarray(0, end))).toEqual({ kind: 'more' });
    }
  });

  it.each([
    'GET http://a/ HTTP/1.1\r\n',
    'CONNECTX a:1',
    'connect a.example.com:443 HTTP/1.1\r\n\r\n',
    '\r\nCONNECT ',
  ])('is not %j', (text) => {
    expect(readConnect(Buffer.from(text))).toEqual({ kind: 'other' });
  });

  it.each([
    ['a.example.com', 'it is not `host:port`'],
    [':443', 'the host is none (empty)'],
    ['a.example.com:', 'it is not `host:port`'],
    ['a.example.com:0', 'it is not `host:port`'],
    ['a.example.com:0443', 'it is not `host:port`'],
    ['a.example.com:+443', 'it is not `host:port`'],
    ['a.example.com:65536', 'there is no such port'],
    ['a.example.com:443:443', 'it is not `host:port`'],
    ['http://a.example.com:443', 'it is not `host:port`'],
    ['a.example.com:443/', 'it is not `host:port`'],
    ['user@a.example.com:443', 'the host is none (userinfo)'],
    ['a.example.com.:443', 'the host ends with a dot'],
    ['a..example.com:443', 'the host is none (empty-label)'],
    ['a_b*.example.com:443', 'the host is none (bad-character)'],
    ['m\xfcnchen.example:443', 'the host has a character that is no plain ASCII'],
    ['a%2eexample.com:443', 'the host is none (bad-character)'],
    ['010.0.0.1:443', 'the host is none (odd-address)'],
    ['0x7f.1:443', 'the host is none (odd-address)'],
    ['127.1:443', 'the host is none (odd-address)'],
    ['2130706433:443', 'the host is none (odd-address)'],
    ['[::ffff:10.0.0.1]:443', 'the host is an IPv4 address written as IPv6'],
    ['[::ffff:a00:1]:443', 'the host is an IPv4 address written as IPv6'],
    ['[fe80::1%25eth0]:443', 'the host is none (zone)'],
    ['[fe80::1%eth0]:443', 'the host is none (zone)'],
    ['fd00::1:443', 'it is not `host:port`'],
    ['[10.0.0.1]:443', 'the host is none (odd-address)'],
    ['[]:443', 'the host is none (odd-address)'],
    [`${'a'.repeat(64)}.example:443`, 'the host is none (label-too-long)'],
  ])('cannot name %s', (authority, problem) => {
    expect(readConnect(head(authority))).toEqual({ kind: 'refused', status: 400, problem });
  });

  it.each([
    ['CONNECT  a.example.com:443 HTTP/1.1', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443  HTTP/1.1', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443\tHTTP/1.1', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443 HTTP/2.0', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443 http/1.1', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443', 'its first line is no CONNECT of HTTP/1'],
    ['CONNECT a.example.com:443 HTTP/1.1\nHost: b.example.com', 'its first line is no CONNECT of HTTP/1'],
  ])('cannot begin with %j', (line, problem) => {
    expect(readConnect(Buffer.from(`${line}\r\n\r\n`))).toEqual({ kind: 'refused', status: 400, problem });
  });

  it.each([
    [['Content-Length: 0'], 'it has the field `content-length`'],
    [['transfer-encoding: chunked'], 'it has the field `transfer-encoding`'],
    [['Expect: 100-continue'], 'it has the field `expect`'],
    [['Upgrade: websocket'], 'it has the field `upgrade`'],
    [['Content-Length : 0'], 'one of its lines is no field'],
    [['X: a', ' folded'], 'one of its lines is no field'],
    [['X: a', '\tfolded'], 'one of its lines is no field'],
    [['X: a\nContent-Length: 5'], 'one of its lines is no field'],
    [['X: a\rContent-Length: 5'], 'one of its lines is no field'],
    [['X: a\0'], 'one of its lines is no field'],
    [['no colon'], 'one of its lines is no field'],
    [[': empty'], 'one of its lines is no field'],
    [['Host: a.example.com', 'Host: a.example.com'], 'it has two fields `host`'],
    [['Host: b.example.com:443'], 'its field `host` is another host'],
    [['Host: a.example.com:80'], 'its field `host` is another host'],
    [['Host:'], 'its field `host` is another host'],
    [['Host: a.example.com, b.example.com'], 'its field `host` is another host'],
    [['Host: a.example.com.'], 'its field `host` is another host'],
    [Array.from({ length: 101 }, (_, at) => `X${at}: y`), 'it has too many fields'],
  ])('cannot have the fields %j', (fields, problem) => {
    expect(readConnect(head('a.example.com:443', ...fields))).toEqual({
      kind: 'refused',
      status: 400,
      problem,
    });
  });

  it('cannot be longer than 16 KiB, finished or not', () => {
    const long = head('a.example.com:443', `X: ${'y'.repeat(16_384)}`);
    const refused = { kind: 'refused', status: 431, problem: 'its head is too long' };
    expect(readConnect(long)).toEqual(refused);
    expect(readConnect(long.subarray(0, 16_385))).toEqual(refused);
    expect(readConnect(long.subarray(0, 16_384))).toEqual({ kind: 'more' });
  });
});
