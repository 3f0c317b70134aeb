import { describe, expect, it } from 'vitest';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { tagDimension, tagSet } from '../../../compiler/domain/diagram/tag-dimension.ts';
import { type GlobKind, globMatches, parseGlob } from '../../../compiler/domain/glob.ts';

function matches(text: string, kind: GlobKind, value: string): boolean {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(parsed.problem);
  return globMatches(parsed.glob, value);
}
const problemOf = (text: string, kind: GlobKind) => {
  const parsed = parseGlob(text, kind);
  return parsed.ok ? null : parsed.problem;
};

describe('names of GraphQL', () => {
  it.each<[string, GlobKind, string, boolean]>([
    ['*', 'field', 'a', true],
    ['*', 'field', '', false],
    ['*', 'operation', '', true],
    ['?*', 'operation', '', false],
    ['', 'operation', '', true],
    ['a?', 'field', 'a1', true],
    ['*', 'field', '1a', false],
    ['*', 'field', 'a-b', false],
    ['*', 'field', 'é', false],
    ['__*', 'field', '__schema', true],
  ])('%s (%s) and %j: %s', (glob, kind, value, expected) => {
    expect(matches(glob, kind, value)).toBe(expected);
  });

  it.each<[string, GlobKind, string]>([
    ['', 'field', 'empty'],
    ['a-b', 'field', 'not-a-name'],
    ['a.b', 'operation', 'not-a-name'],
    ['[a]', 'field', 'bracket'],
  ])('%j is no %s: %s', (glob, kind, problem) => {
    expect(problemOf(glob, kind)).toBe(problem);
  });
});

describe('messages', () => {
  it('are written as they are, but for wildcards', () => {
    expect(matches('{"a":[1,"\\\\"]}', 'message', '{"a":[1,"\\\\"]}')).toBe(true);
    expect(matches('{"a":*}', 'message', '{"a":\n1}')).toBe(true);
    expect(matches('a?', 'message', 'a😀')).toBe(true);
    expect(problemOf('a\nb', 'message')).toBe('control-character');
    expect(problemOf('a'.repeat(5000), 'message')).toBe('too-long');
  });
});

describe('tags that are like another', () => {
  const dimension = tagDimension('d', ['a', 'b', 'c'], { c: 'a' });
  const shapeOf = (mask: number) => {
    const partition = dimension.partition([[tagSet(mask)]], new Budget(100))!;
    return partition.shape(partition.atoms.map((groups) => groups.length)).text;
  };

  it('are left out of the form where they go on as it does, and said where they do not', () => {
    const plain = tagDimension('d', ['a', 'b']).partition([[tagSet(0b01)]], new Budget(100))!;
    expect(shapeOf(0b101)).toBe(plain.shape(plain.atoms.map((groups) => groups.length)).text);
    expect(shapeOf(0b001)).toBe('"a">0;"b","c">1;');
    expect(shapeOf(0b110)).toBe('"a">0;"b","c">1;');
    expect(new Set([0b001, 0b010, 0b011, 0b100, 0b101, 0b110].map((mask) => shapeOf(mask))).size).toBe(3);
  });
});
