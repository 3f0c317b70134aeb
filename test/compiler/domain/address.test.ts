import { describe, expect, it } from 'vitest';
import {
  type AddressProblem,
  HIGHEST_ADDRESS,
  parseAddress,
  parseCidrBlock,
  printAddress,
} from '../../../compiler/domain/address.ts';
import { contains } from '../../../compiler/domain/interval-set.ts';
import {
  PUBLIC_ADDRESSES,
  SPECIAL_RANGES,
  specialRangesOf,
} from '../../../compiler/domain/special-addresses.ts';

function address(text: string): bigint {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.address;
}

describe('parseAddress', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::1', '::1'],
    ['::', '::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1::', '1::'],
  ])('reads %s as %s', (text, printed) => {
    expect(printAddress(address(text))).toBe(printed);
  });

  it.each<[string, AddressProblem]>([
    ['', 'not-an-address'],
    ['1.2.3', 'not-an-address'],
    ['01.2.3.4', 'not-an-address'],
    ['0x1.2.3.4', 'not-an-address'],
    ['256.1.1.1', 'not-an-address'],
    ['1.2.3.4 ', 'not-an-address'],
    ['1::2::3', 'not-an-address'],
    ['1:2:3:4:5:6:7', 'not-an-address'],
    ['1:2:3:4:5:6:7:8:9', 'not-an-address'],
    ['1:2:3:4:5:6:7::8', 'not-an-address'],
    ['12345::', 'not-an-address'],
    ['1.2.3.4::', 'not-an-address'],
    ['::1.2.3.4:5', 'not-an-address'],
    [':1', 'not-an-address'],
    ['1:', 'not-an-address'],
    ['[::1]', 'not-an-address'],
    ['fe80::1%eth0', 'zone'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseAddress(text)).toEqual({ ok: false, problem });
  });
});

describe('parseCidrBlock', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['fc00::/7', 'fc00::/7'],
    ['::1', '::1/128'],
  ])('reads %s as %s', (text, printed) => {
    const parsed = parseCidrBlock(text);
    expect(parsed.ok && parsed.block.text).toBe(printed);
  });

  it.each<[string, AddressProblem]>([
    ['10.0.0.1/8', 'host-bits-set'],
    ['fc00::1/7', 'host-bits-set'],
    ['10.0.0.0/33', 'bad-prefix'],
    ['::/129', 'bad-prefix'],
    ['10.0.0.0/08', 'bad-prefix'],
    ['10.0.0.0/', 'bad-prefix'],
    ['10.0.0.0/8/8', 'bad-prefix'],
    ['10.0.0.0/-1', 'bad-prefix'],
    ['10/8', 'not-an-address'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseCidrBlock(text)).toEqual({ ok: false, problem });
  });

  it('holds all IPv4 addresses in ::/0', () => {
    const parsed = parseCidrBlock('::/0');
    expect(parsed.ok && [parsed.block.low, parsed.block.high]).toEqual([0n, HIGHEST_ADDRESS]);
  });
});

describe('special addresses', () => {
  it.each([
    ['8.8.8.8', true],
    ['93.184.216.34', true],
    ['2606:4700::1111', true],
    ['172.32.0.1', true],
    ['64:ff9b::8.8.8.8', true],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['127.0.0.1', false],
    ['::1', false],
    ['::', false],
    ['0.0.0.0', false],
    ['169.254.169.254', false],
    ['168.63.129.16', false],
    ['100.100.100.200', false],
    ['fd00:ec2::254', false],
    ['fe80::1', false],
    ['ff02::1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::ffff:127.0.0.1', false],
    ['::127.0.0.1', false],
    ['64:ff9b::127.0.0.1', false],
    ['64:ff9b::169.254.169.254', false],
    ['2002:7f00:1::', false],
    ['2001:0:1::', false],
  ])('%s is public: %s', (text, expected) => {
    expect(contains(PUBLIC_ADDRESSES, address(text))).toBe(expected);
    expect(specialRangesOf(address(text)).length === 0).toBe(expected);
  });

  it('names the narrowest range first', () => {
    expect(specialRangesOf(address('169.254.169.254')).map(({ kind }) => kind)).toEqual([
      'metadata',
      'link-local',
    ]);
    expect(specialRangesOf(address('64:ff9b::a9fe:a9fe'))[0]?.kind).toBe('metadata');
  });

  it('gives a source for every range', () => {
    for (const range of SPECIAL_RANGES) expect(range.source).not.toBe('');
  });
});
