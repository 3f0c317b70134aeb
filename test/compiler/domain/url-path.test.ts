import { describe, expect, it } from 'vitest';
import { run } from '../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { globToAutomaton, parseGlob } from '../../../compiler/domain/glob.ts';
import {
  canonicalUrlPath,
  printUrlPath,
  type UrlPathProblem,
  urlPathReadings,
} from '../../../compiler/domain/url-path.ts';

describe('printUrlPath', () => {
  it.each(['/', '/a%b', '/a?b#c', '/%', '/é/😀', '/a;b'])('%s is read back', (path) => {
    expect(canonicalUrlPath(printUrlPath(path))).toEqual({ ok: true, path });
  });
});

describe('canonicalUrlPath', () => {
  it.each([
    ['/', '/'],
    ['/a/b/', '/a/b/'],
    ['/%61', '/a'],
    ['/a%20b', '/a b'],
    ['/caf%C3%A9', '/café'],
    ['/100%25', '/100%'],
    ['/a;b=c/...', '/a;b=c/...'],
    ['/x%3fy%23', '/x?y#'],
  ])('decodes %s to %s', (raw, path) => {
    expect(canonicalUrlPath(raw)).toEqual({ ok: true, path });
  });

  it.each<[string, UrlPathProblem]>([
    ['', 'relative'],
    ['*', 'relative'],
    ['http://x/', 'relative'],
    ['/a?b', 'query-or-fragment'],
    ['/a#b', 'query-or-fragment'],
    ['/%', 'bad-escape'],
    ['/%4', 'bad-escape'],
    ['/%zz', 'bad-escape'],
    ['/%ff', 'bad-escape'],
    ['/%c0%af', 'bad-escape'],
    ['/%ed%a0%80', 'bad-escape'],
    ['/a%2Fb', 'escaped-separator'],
    ['/a%2fb', 'escaped-separator'],
    ['/a%5cb', 'escaped-separator'],
    ['/%252e%252e/a', 'double-escape'],
    ['/a\\b', 'backslash'],
    ['//a', 'empty-segment'],
    ['/a//b', 'empty-segment'],
    ['/a/../b', 'dot-segment'],
    ['/%2e%2E/b', 'dot-segment'],
    ['/.%2e', 'dot-segment'],
    ['/a/..;x=1/b', 'dot-segment'],
    ['/.', 'dot-segment'],
    ['/%00', 'control-character'],
    ['/a%0d%0ab', 'control-character'],
    ['/\ud800', 'control-character'],
    [`/${'a'.repeat(9000)}`, 'too-long'],
  ])('refuses %j as %s', (raw, problem) => {
    expect(canonicalUrlPath(raw)).toEqual({ ok: false, problem });
  });

  it('makes only values of the language that globs are about', () => {
    const parsed = parseGlob('/**', 'url');
    if (!parsed.ok) throw new Error(parsed.problem);
    const everything = globToAutomaton(parsed.glob, new Budget(1000))!;
    for (const raw of [
      '/',
      '/a/b/',
      '/a%20b',
      '/caf%C3%A9',
      '/100%25',
      '/x%3fy%23',
      '/...',
      '/%F0%9F%98%80',
    ]) {
      const made = canonicalUrlPath(raw);
      expect(made.ok && run(everything, made.path)).toBe(1);
    }
  });
});

describe('urlPathReadings', () => {
  it.each([
    ['/a/b', '/a/b', null],
    ['/@scope%2fname', '/@scope/name', '/@scope%2Fname'],
    ['/a%2Fb/c%2fd', '/a/b/c/d', '/a%2Fb/c%2Fd'],
    ['/a%2f', '/a/', '/a%2F'],
    ['/%61%2Fb%20c', '/a/b c', '/a%2Fb c'],
    ['/a%25%2fb', '/a%/b', '/a%%2Fb'],
  ])('takes %s for %s and for %s', (raw, path, alternative) => {
    expect(urlPathReadings(raw)).toEqual({ ok: true, path, alternative });
  });

  it.each<[string, UrlPathProblem]>([
    ['/a%2f..', 'dot-segment'],
    ['/a%2f%2e%2e%2fb', 'dot-segment'],
    ['/..%2fb', 'dot-segment'],
    ['/.%2fb', 'dot-segment'],
    ['/a%2f%2fb', 'empty-segment'],
    ['/a/%2fb', 'empty-segment'],
    ['/%2fb', 'empty-segment'],
    ['%2fa', 'relative'],
    ['/a%252fb', 'double-escape'],
    ['/a%2fb%', 'bad-escape'],
    ['/a%2fb%5c', 'escaped-separator'],
  ])('refuses %j as %s', (raw, problem) => {
    expect(urlPathReadings(raw)).toEqual({ ok: false, problem });
  });

  it('gives only values of the language that globs are about', () => {
    const parsed = parseGlob('/**', 'url');
    if (!parsed.ok) throw new Error(parsed.problem);
    const everything = globToAutomaton(parsed.glob, new Budget(1000))!;
    for (const raw of ['/@scope%2fname', '/a%2f', '/a%25%2fb', '/.a%2f...']) {
      const read = urlPathReadings(raw);
      expect(read.ok && run(everything, read.path)).toBe(1);
      expect(read.ok && run(everything, read.alternative!)).toBe(1);
    }
  });
});
