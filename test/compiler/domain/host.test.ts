import { describe, expect, it } from 'vitest';
import { NO_OUTPUT, run } from '../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { determinise } from '../../../compiler/domain/automaton/determinise.ts';
import { HOSTS } from '../../../compiler/domain/automaton/language.ts';
import {
  type HostProblem,
  hostMatches,
  hostOfValue,
  hostValue,
  parseHost,
  parseHostPattern,
  printHost,
} from '../../../compiler/domain/host.ts';

function matches(pattern: string, host: string): boolean {
  const [wanted, tried] = [parseHostPattern(pattern), parseHost(host)];
  if (!wanted.ok || !tried.ok) throw new Error(`${pattern} or ${host} is refused`);
  return hostMatches(wanted.pattern, tried.host);
}

describe('parseHost', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['localhost', 'localhost'],
    ['a_b.example', 'a_b.example'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['XN--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['x1.2y', 'x1.2y'],
    ['10.0.0.1', '10.0.0.1'],
    ['[::1]', '::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8::1', '2001:db8::1'],
  ])('reads %s as %s', (text, expected) => {
    const parsed = parseHost(text);
    expect(parsed.ok && printHost(parsed.host)).toBe(expected);
  });

  it.each<[string, HostProblem]>([
    ['', 'empty'],
    ['a b', 'space'],
    ['a\u00a0b', 'space'],
    ['a\tb', 'control-character'],
    ['https://a.example', 'scheme'],
    ['user@a.example', 'userinfo'],
    ['a.example/x', 'path'],
    ['a\\b', 'path'],
    ['a.example:443', 'port'],
    ['[::1]:443', 'port'],
    ['fe80::1%eth0', 'zone'],
    ['[fe80::1%25eth0]', 'zone'],
    ['a%2eb', 'bad-character'],
    ['*.example.com', 'bad-character'],
    ['a,b', 'bad-character'],
    ['a..b', 'empty-label'],
    ['.a', 'empty-label'],
    ['.', 'empty-label'],
    ['a..', 'empty-label'],
    [`${'a'.repeat(64)}.b`, 'label-too-long'],
    [`${'a.'.repeat(127)}b`, 'too-long'],
    ['xn--zzzzzz.com', 'bad-international-name'],
    ['a。b', 'bad-international-name'],
    ['１２７.0.0.1', 'bad-international-name'],
    ['example.１２７', 'bad-international-name'],
    ['010.0.0.1', 'odd-address'],
    ['0x7f.1', 'odd-address'],
    ['127.1', 'odd-address'],
    ['2130706433', 'odd-address'],
    ['1.2.3.4.5', 'odd-address'],
    ['256.0.0.1', 'odd-address'],
    ['a.0x7f', 'odd-address'],
    ['[10.0.0.1]', 'odd-address'],
    ['[a.example]', 'odd-address'],
    [':::', 'odd-address'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseHost(text)).toEqual({ ok: false, problem });
  });
});

describe('parseHostPattern', () => {
  it.each([
    ['*.Example.com.', '*.example.com', 'wildcard'],
    ['**.example.com', '**.example.com', 'wildcard'],
    ['a*.b?.example', 'a*.b?.example', 'wildcard'],
    ['*.com', '*.com', 'wildcard'],
    ['*.münchen.de', '*.xn--mnchen-3ya.de', 'wildcard'],
    ['api.example.com', 'api.example.com', 'name'],
    ['[2001:db8::1]', '2001:db8::1', 'address'],
    ['::ffff:1.2.3.4', '1.2.3.4', 'address'],
  ])('reads %s as %s, a %s', (text, spelled, kind) => {
    const parsed = parseHostPattern(text);
    expect(parsed.ok && [parsed.pattern.text, parsed.pattern.kind]).toEqual([spelled, kind]);
  });

  it.each<[string, HostProblem]>([
    ['*', 'bare-wildcard'],
    ['**', 'bare-wildcard'],
    ['*.*', 'bare-wildcard'],
    ['**.?', 'bare-wildcard'],
    ['a.**.b', 'double-star-not-first'],
    ['a**.b', 'double-star-not-first'],
    ['***.b', 'double-star-not-first'],
    ['mün*.de', 'wildcard-in-international-label'],
    ['xn--*.de', 'wildcard-in-international-label'],
    ['10.0.0.*', 'odd-address'],
    ['10.*.0.*', 'odd-address'],
    ['*.1*', 'odd-address'],
    ['a.0x*', 'odd-address'],
    ['*.example.com:443', 'port'],
    ['https://*.example.com', 'scheme'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseHostPattern(text)).toEqual({ ok: false, problem });
  });
});

describe('hostMatches', () => {
  it.each([
    ['example.com', 'EXAMPLE.com.', true],
    ['example.com', 'a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'aexample.com', false],
    ['**.example.com', 'a.b.example.com', true],
    ['**.example.com', 'a.example.com', true],
    ['**.example.com', 'example.com', false],
    ['api-*.example.com', 'api-.example.com', true],
    ['api-*.example.com', 'api-1.x.example.com', false],
    ['a.?.com', 'a.b.com', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['::1', '127.0.0.1', false],
  ])('%s and %s: %s', (pattern, host, expected) => {
    expect(matches(pattern, host)).toBe(expected);
  });
});

describe('hostValue', () => {
  it.each(['a.example', '10.0.0.1', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])(
    'of %s is a value of the host language',
    (text) => {
      const parsed = parseHost(text);
      if (!parsed.ok) throw new Error(parsed.problem);
      const { automaton } = determinise(HOSTS, [], new Budget(1000))!;
      const value = hostValue(parsed.host);
      expect(run(automaton, value)).not.toBe(NO_OUTPUT);
      expect(hostOfValue(value)).toEqual(parsed.host);
    },
  );

  it('has no name that reads as an address', () => {
    const { automaton } = determinise(HOSTS, [], new Budget(1000))!;
    for (const text of [
      '[10.0.0.1]',
      '[::1]',
      '[]',
      `[${'0'.repeat(31)}]`,
      `[${'0'.repeat(33)}]`,
      'a[b',
      '',
      '.',
      'A',
    ]) {
      expect([text, run(automaton, text)]).toEqual([text, NO_OUTPUT]);
    }
  });
});
