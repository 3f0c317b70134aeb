import { describe, expect, it } from 'vitest';
import {
  readGreeting,
  readLogin,
  readSocksRequest,
  SOCKS_REPLIES,
} from '../../../../runtime/egress/arrival/socks.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const named = (name: string, port = '01bb') =>
  Buffer.concat([hex('05 01 00 03'), Buffer.of(name.length), Buffer.from(name, 'latin1'), hex(port)]);

describe('SOCKS5', () => {
  it.each([
    ['05 01 00', 'none', 3],
    ['05 02 02 00 05', 'none', 4],
    ['05 01 02', 'login', 3],
    ['05 01 01', 'unacceptable', 3],
    ['05 00', 'unacceptable', 2],
  ])('takes of the methods %s: %s', (bytes, value, used) => {
    expect(readGreeting(hex(bytes))).toEqual({ kind: 'read', used, value });
  });

  it('waits for whole messages', () => {
    expect(readGreeting(hex('05 02 00')).kind).toBe('more');
    expect(readLogin(hex('01 01 61 01')).kind).toBe('more');
    const whole = named('a.example.com');
    for (let end = 0; end < whole.length; end += 1)
      expect(readSocksRequest(whole.subarray(0, end)).kind).toBe('more');
  });

  it('takes any name and password', () => {
    expect(readLogin(hex('01 01 61 02 62 63 ff'))).toEqual({ kind: 'read', used: 6, value: true });
    expect(readLogin(hex('05 01'))).toMatchObject({ value: false });
  });

  it.each([
    [named('A.example.com'), 'a.example.com', 443],
    [named('10.0.0.1'), '10.0.0.1', 443],
    [hex('05 01 00 01 0a000001 0050'), '10.0.0.1', 80],
    [hex('05 01 00 04 fd000000000000000000000000000001 0016'), 'fd00::1', 22],
  ])('connects to %j', (bytes, host, port) => {
    expect(readSocksRequest(bytes)).toEqual({
      kind: 'read',
      used: bytes.length,
      value: { ok: true, target: { host, port } },
    });
  });

  it.each([
    [hex('04 01 00 01 0a000001 0050'), SOCKS_REPLIES.failed, 'it is no request of SOCKS5'],
    [hex('05 01 01 01 0a000001 0050'), SOCKS_REPLIES.failed, 'it is no request of SOCKS5'],
    [hex('05 02 00 01 0a000001 0050'), SOCKS_REPLIES.noSuchCommand, 'it is no CONNECT'],
    [hex('05 03 00 01 0a000001 0050'), SOCKS_REPLIES.noSuchCommand, 'it is no CONNECT'],
    [hex('05 01 00 02 0a000001 0050'), SOCKS_REPLIES.noSuchAddress, 'its kind of address is unknown'],
    [hex('05 01 00 01 0a000001 0000'), SOCKS_REPLIES.noSuchAddress, 'there is no such port'],
    [named('a.example.com.'), SOCKS_REPLIES.noSuchAddress, 'the host ends with a dot'],
    [named('010.0.0.1'), SOCKS_REPLIES.noSuchAddress, 'the host is none (odd-address)'],
    [
      named('a\0.example.com'),
      SOCKS_REPLIES.noSuchAddress,
      'the host has a character that is no plain ASCII',
    ],
    [
      hex('05 01 00 04 00000000000000000000ffff0a000001 0016'),
      SOCKS_REPLIES.noSuchAddress,
      'the host is an IPv4 address written as IPv6',
    ],
  ])('refuses %j', (bytes, reply, problem) => {
    expect(readSocksRequest(bytes)).toMatchObject({ value: { ok: false, reply, problem } });
  });
});
