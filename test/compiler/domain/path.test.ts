import { describe, expect, it } from 'vitest';
import {
  type AbsolutePath,
  isBeneath,
  type PathProblem,
  parentOf,
  parseAbsolutePath,
  parseAccessedPath,
  segmentsOf,
} from '../../../compiler/domain/path.ts';
import { PathTrie } from '../../../compiler/domain/path-trie.ts';

function path(text: string): AbsolutePath {
  const parsed = parseAbsolutePath(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.path;
}

describe('parseAbsolutePath', () => {
  it.each([
    ['/', '/'],
    ['/usr', '/usr'],
    ['/usr/', '/usr'],
    ['/home/x/.ssh', '/home/x/.ssh'],
    ['/a/...', '/a/...'],
    ['/a b/é/😀', '/a b/é/😀'],
    [`/${'x'.repeat(255)}`, `/${'x'.repeat(255)}`],
  ])('reads %j', (text, expected) => {
    expect(parseAbsolutePath(text)).toEqual({ ok: true, path: expected });
  });

  it.each<[string, PathProblem]>([
    ['', 'empty'],
    ['usr', 'relative'],
    ['./a', 'relative'],
    ['~/a', 'relative'],
    ['//', 'empty-segment'],
    ['//usr', 'empty-segment'],
    ['/a//b', 'empty-segment'],
    ['/a/./b', 'dot-segment'],
    ['/a/..', 'dot-segment'],
    ['/../', 'dot-segment'],
    ['/a\n', 'control-character'],
    ['/a\0b', 'control-character'],
    ['/a\u007f', 'control-character'],
    ['/a\u0085', 'control-character'],
    ['/\ud800', 'control-character'],
    ['/a/*', 'glob'],
    ['/a?', 'glob'],
    ['/[ab]', 'glob'],
    ['/{a,b}', 'glob'],
    ['/a\\b', 'backslash'],
    [`/${'x'.repeat(256)}`, 'segment-too-long'],
    [`/${'é'.repeat(128)}`, 'segment-too-long'],
    [`/${'x/'.repeat(2100)}x`, 'too-long'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseAbsolutePath(text)).toEqual({ ok: false, problem });
  });

  it('takes the longest path that the kernel does, and not one byte more', () => {
    const longest = `/${'x/'.repeat(2046)}xx`;
    expect(longest.length).toBe(4095);
    expect(parseAbsolutePath(longest).ok).toBe(true);
    expect(parseAbsolutePath(`${longest}x`)).toEqual({ ok: false, problem: 'too-long' });
  });
});

describe('parseAccessedPath', () => {
  it.each(['/a*b', '/a\nb', '/[x]', '/a\\b'])('takes %j, which a program can use', (text) => {
    expect(parseAccessedPath(text)).toEqual({ ok: true, path: text });
  });

  it.each<[string, PathProblem]>([
    ['/a\0', 'control-character'],
    ['a', 'relative'],
    ['/a/../b', 'dot-segment'],
    ['', 'empty'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseAccessedPath(text)).toEqual({ ok: false, problem });
  });
});

describe('paths', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/a/b', false],
    ['/a', '/', true],
    ['/', '/', true],
    ['/', '/a', false],
  ])('%s beneath %s is %s', (inner, outer, expected) => {
    expect(isBeneath(path(inner), path(outer))).toBe(expected);
  });

  it('know their segments and their parent', () => {
    expect(segmentsOf(path('/'))).toEqual([]);
    expect(segmentsOf(path('/a/b'))).toEqual(['a', 'b']);
    expect(parentOf(path('/'))).toBeNull();
    expect(parentOf(path('/a'))).toBe('/');
    expect(parentOf(path('/a/b'))).toBe('/a');
  });
});

describe('PathTrie', () => {
  const trie = new PathTrie<number>();
  trie.add(path('/a'), 1);
  trie.add(path('/a/b/c'), 2);
  trie.add(path('/a/d'), 3);

  it.each([
    ['/a', 1],
    ['/a/b', 1],
    ['/a/b/c', 2],
    ['/a/b/c/d/e', 2],
    ['/ab', null],
    ['/', null],
  ])('the entry that counts at %s is %s', (at, expected) => {
    expect(trie.mostSpecific(path(at))?.value ?? null).toBe(expected);
  });

  it('keeps the first value of a path', () => {
    expect(trie.add(path('/a'), 9)).toBe(false);
    expect(trie.mostSpecific(path('/a'))).toEqual({ path: '/a', value: 1 });
  });

  it('lists the entries on the way and the next ones below', () => {
    expect(trie.alongTheWay(path('/a/b/c/x')).map((entry) => entry.value)).toEqual([1, 2]);
    expect(trie.nextBelow(path('/a')).map((entry) => entry.path)).toEqual(['/a/b/c', '/a/d']);
    expect(trie.nextBelow(path('/')).map((entry) => entry.path)).toEqual(['/a']);
    expect(trie.nextBelow(path('/nowhere'))).toEqual([]);
  });

  it('takes names of object members for plain names', () => {
    const odd = new PathTrie<number>();
    odd.add(path('/__proto__/constructor'), 1);
    expect(odd.mostSpecific(path('/__proto__/constructor/x'))?.value).toBe(1);
    expect(odd.mostSpecific(path('/toString'))).toBeNull();
  });
});
