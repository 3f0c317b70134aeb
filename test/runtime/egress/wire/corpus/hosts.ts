import type { Category, HostCase, HostWay, Outcome } from './case.ts';

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

function host(
  category: Category,
  name: string,
  text: string,
  outcomes: Partial<Record<HostWay, Outcome | undefined>> = {},
): HostCase {
  return { category, name, host: text, outcomes: { ...USUAL, ...outcomes } };
}

/** Beyond ASCII no first line and no pseudo field can be. */
const BEYOND = { absolute: '400 gateway-request-line', http2: 'reset 1' };

/** What becomes of a host that is none, or is two. */
const USUAL: Readonly<Record<HostWay, Outcome>> = {
  connect: '400 gateway-malformed',
  absolute: '400 gateway-bad-host',
  field: '400 gateway-bad-host',
  socks: 'socks 8',
  http2: '400 gateway-bad-host',
};

export const UNICODE: readonly HostCase[] = [
  host('unicode', 'a letter with two dots', utf8('bücher.example'), BEYOND),
  host('unicode', 'a letter of Latin-1 as one byte', 'b\xfccher.example', BEYOND),
  host('unicode', 'a wide letter', utf8('ａ.example'), BEYOND),
  host('unicode', 'a wide dot', utf8('a．example'), BEYOND),
  host('unicode', 'an ideographic full stop', utf8('a。example'), BEYOND),
  host('unicode', 'a soft hyphen', utf8('a\u00ad.example'), BEYOND),
  host('unicode', 'a joiner without width', utf8('a\u200d.example'), BEYOND),
  host('unicode', 'the other direction', utf8('\u202ea.example'), BEYOND),
  host('unicode', 'a letter that is mapped to another', '\xaa.example', BEYOND),
  host('unicode', 'a Cyrillic letter', utf8('а.example'), BEYOND),
  host('unicode', 'digits in circles', utf8('①⓪.0.0.5'), BEYOND),
  host('unicode', 'an escaped letter', '%61.example'),
  host('unicode', 'an escaped dot', 'a%2eexample'),
];

export const DOTS: readonly HostCase[] = [
  host('dots', 'a dot at the end', 'a.example.'),
  host('dots', 'two dots at the end', 'a.example..'),
  host('dots', 'a dot at the beginning', '.a.example'),
  host('dots', 'two dots within', 'a..example'),
  host('dots', 'only a dot', '.'),
  host('dots', 'an address with a dot at the end', '10.0.0.5.'),
];

export const IPV4: readonly HostCase[] = [
  host('ipv4', 'two parts', '10.5'),
  host('ipv4', 'three parts', '10.0.5'),
  host('ipv4', 'one number', '167772165'),
  host('ipv4', 'octal', '012.0.0.5'),
  host('ipv4', 'octal at the end', '10.0.0.05'),
  host('ipv4', 'hexadecimal', '0xa.0.0.5'),
  host('ipv4', 'hexadecimal as one number', '0x0a000005'),
  host('ipv4', 'hexadecimal in capitals', '0XA.0.0.5'),
  host('ipv4', 'a part that is too large', '10.0.0.261'),
  host('ipv4', 'five parts', '10.0.0.0.5'),
  host('ipv4', 'a part with a sign', '10.0.0.+5'),
  host('ipv4', 'a number at the end of a name', 'a.example.5'),
];

export const IPV6: readonly HostCase[] = [
  host('ipv6', 'a zone', '[fd00::5%eth0]'),
  host('ipv6', 'an escaped zone', '[fd00::5%25eth0]'),
  host('ipv6', 'a zone of a number', '[fe80::1%1]'),
  host('ipv6', 'no brackets', 'fd00::5', { socks: undefined }),
  host('ipv6', 'one bracket', '[fd00::5'),
  host('ipv6', 'two of the double colons', '[fd00::0::5]'),
  host('ipv6', 'nine parts', '[1:2:3:4:5:6:7:8:9]'),
  host('ipv6', 'IPv4 within it', '[::ffff:10.0.0.5]'),
  host('ipv6', 'IPv4 within it in hexadecimal', '[::ffff:a00:5]'),
  host('ipv6', 'IPv4 within it, nothing left out', '[0:0:0:0:0:ffff:0a00:0005]'),
  host('ipv6', 'IPv4 in brackets', '[10.0.0.5]'),
  host('ipv6', 'a name in brackets', '[a.example]'),
];

export const HOST_CASES: readonly HostCase[] = [...UNICODE, ...DOTS, ...IPV4, ...IPV6];
