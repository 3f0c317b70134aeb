import { describe, expect, it } from 'vitest';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import {
  type GlobKind,
  type GlobProblem,
  globLiteral,
  globMatches,
  globToAutomaton,
  listValue,
  parseGlob,
} from '../../../compiler/domain/glob.ts';

function glob(text: string, kind: GlobKind) {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

describe('parseGlob', () => {
  it.each<[string, GlobKind, GlobProblem]>([
    ['', 'url', 'empty'],
    ['a/*', 'url', 'relative'],
    ['**', 'file', 'relative'],
    ['*?', 'url', 'relative'],
    ['/a//b', 'url', 'empty-segment'],
    ['/a/../b', 'url', 'dot-segment'],
    ['/a/..;*/b', 'url', 'dot-segment'],
    ['/.;x', 'url', 'dot-segment'],
    ['/./a', 'file', 'dot-segment'],
    ['/a**', 'url', 'double-star-in-segment'],
    ['/**a/b', 'file', 'double-star-in-segment'],
    ['/***', 'url', 'double-star-in-segment'],
    ['/[ab]', 'url', 'bracket'],
    ['/{a,b}', 'file', 'brace'],
    ['/a\\*', 'url', 'backslash'],
    ['/a%20b', 'url', 'percent-escape'],
    ['/usr/bin/', 'file', 'trailing-slash'],
    ['/a\nb', 'url', 'control-character'],
    ['a\u0000', 'text', 'control-character'],
    ['[a]', 'text', 'bracket'],
    [`/${'a'.repeat(5000)}`, 'url', 'too-long'],
  ])('refuses %j for a %s as %s', (text, kind, problem) => {
    expect(parseGlob(text, kind)).toEqual({ ok: false, problem });
  });

  it.each([
    ['/a*?', '/a?*'],
    ['/*?*', '/*'],
    ['/?*/x', '/*/x'],
    ['/*?', '/*'],
    ['/**/x', '/**/x'],
    ['/a/**', '/a/**'],
    ['/%zz', '/%zz'],
  ])('spells %s as %s', (text, spelled) => {
    expect(glob(text, 'url').text).toBe(spelled);
  });
});

describe('globMatches', () => {
  it.each([
    ['/a/**', '/a', false],
    ['/a/**', '/a/', true],
    ['/a/**', '/a/b', true],
    ['/a/**', '/a/b/c/', true],
    ['/**', '/', true],
    ['/**', '/a/b', true],
    ['/*', '/', false],
    ['/*', '/a', true],
    ['/*', '/a/b', false],
    ['/*', '/a/', false],
    ['/*/', '/a/', true],
    ['/a*', '/a', true],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['/a/**/b', '/ab', false],
    ['/a/**/', '/a/', true],
    ['/a/**/', '/a/x', false],
    ['/**/info/refs*', '/org/repo.git/info/refs', true],
    ['/bot*/**', '/bot123/send', true],
    ['/bot*/**', '/bot123', false],
    ['/?', '/😀', true],
    ['/A', '/a', false],
    ['/.*', '/.git', true],
    ['/*', '/.git', true],
    ['/a.b', '/axb', false],
    ['/**', '/a/../b', false],
    ['/**', '/a//b', false],
    ['/**', 'a', false],
    ['/**', '', false],
    ['/**', '/a\nb', false],
    ['/**', '/\ud800', false],
  ])('%s and %j: %s', (text, value, expected) => {
    expect(globMatches(glob(text, 'url'), value)).toBe(expected);
  });

  it.each([
    ['/sandbox/.uv/python/**/python3*', '/sandbox/.uv/python/cpython-3.13/bin/python3.13', true],
    ['/sandbox/.uv/python/**/python3*', '/sandbox/.uv/python/python3', true],
    ['/home/*/.local/bin/copilot', '/home/x/.local/bin/copilot', true],
    ['/**', '/a/', false],
    ['/**', '/a\nb', true],
  ])('of executables: %s and %j: %s', (text, value, expected) => {
    expect(globMatches(glob(text, 'file'), value)).toBe(expected);
  });

  it.each([
    ['', '', true],
    ['*', '', true],
    ['a*', 'a/b?c', true],
    ['**', 'x', true],
    ['?', '', false],
  ])('of texts: %j and %j: %s', (text, value, expected) => {
    expect(globMatches(glob(text, 'text'), value)).toBe(expected);
  });

  it('ends where backtracking would go on forever', () => {
    const pattern = glob(`/${'*a'.repeat(200)}b`, 'url');
    expect(globMatches(pattern, `/${'a'.repeat(2000)}`)).toBe(false);
  });
});

describe('globs', () => {
  it('know the one value that they match', () => {
    expect(globLiteral(glob('/usr/bin/git', 'file'))).toBe('/usr/bin/git');
    expect(globLiteral(glob('/usr/bin/g?t', 'file'))).toBeNull();
  });

  it('say so when their automaton is over budget', () => {
    const explosive = glob(`/*a${'?'.repeat(24)}`, 'url');
    expect(globToAutomaton(explosive, new Budget(20_000))).toBeNull();
    expect(globMatches(explosive, `/a${'x'.repeat(24)}`)).toBe(true);
  });

  it('make lists of values only without NUL', () => {
    expect(listValue(['a', ''])).toBe('a\0\0');
    expect(listValue([])).toBe('');
    expect(listValue(['a\0b'])).toBeNull();
  });
});
