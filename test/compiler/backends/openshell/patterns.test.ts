import { describe, expect, it } from 'vitest';
import { hostProblem, isBlocked, mayShareHost } from '../../../../compiler/backends/openshell/hosts.ts';
import { pathPatterns, queryPatterns } from '../../../../compiler/backends/openshell/patterns.ts';
import { parseCidrBlock } from '../../../../compiler/domain/address.ts';
import { parseHostPattern } from '../../../../compiler/domain/host.ts';

describe('path patterns of OpenShell', () => {
  it.each([
    ['/**', ['**'], false],
    ['/a', ['/a'], false],
    ['/a/**', ['/a/**'], false],
    // Here `**` may stand for no segment at all.
    ['/**/b', ['/**/b', '/b'], false],
    ['/a/**/b', ['/a/**/b', '/a/b'], false],
    ['/**/a/**/b', ['/**/a/**/b', '/a/**/b', '/**/a/b', '/a/b'], false],
    ['/a/*', ['/a/*'], true],
    ['/a?/b', ['/a?/b'], true],
  ])('%s', (text, patterns, mayCross) => {
    expect(pathPatterns(text)).toEqual({ patterns, mayCross });
  });

  it('are not multiplied without an end', () => {
    expect(pathPatterns('/**/a'.repeat(4))?.patterns).toHaveLength(16);
    expect(pathPatterns('/**/a'.repeat(5))).toBeNull();
  });
});

describe('query patterns of OpenShell', () => {
  it.each([
    ['*', ['**'], false],
    ['1.2', ['1.2'], false],
    ['x*', ['x*', 'x*.**'], false],
    ['*x', ['*x'], true],
    ['a*b*', ['a*b*'], true],
    ['?', ['?'], true],
  ])('%s', (text, patterns, isNarrower) => {
    expect(queryPatterns(text)).toEqual({ patterns, isNarrower });
  });
});

const pattern = (text: string) => {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.pattern;
};

describe('hosts of OpenShell', () => {
  it.each([
    ['a.example', null],
    ['*.a.example', null],
    ['**.a.example', null],
    ['x*.a.example', null],
    ['10.1.2.3', null],
    ['2001:db8::1', null],
    ['*.example', 'two labels behind it'],
    ['a.*.example', 'in the first label'],
    ['a?.b.example', 'no `?`'],
    ['127.0.0.1', 'never connects'],
    ['169.254.169.254', 'never connects'],
    ['0.0.0.0', 'never connects'],
    ['::1', 'never connects'],
    ['fe80::1', 'never connects'],
    ['inference.local', 'its own gateway'],
    ['host.openshell.internal', 'its own gateway'],
  ])('%s', (text, problem) => {
    if (problem === null) expect(hostProblem(pattern(text))).toBeNull();
    else expect(hostProblem(pattern(text))).toContain(problem);
  });

  it.each([
    ['10.0.0.0/8', false],
    ['fd00::/8', false],
    ['0.0.0.0/0', true],
    ['126.0.0.0/7', true],
    ['169.254.169.254', true],
    ['169.0.0.0/8', true],
    ['::/0', true],
    ['::ffff:0:0/96', true],
    ['fe80::/64', true],
    ['2001:db8::/32', false],
  ])('the block %s', (text, blocked) => {
    const parsed = parseCidrBlock(text);
    if (!parsed.ok) throw new Error(text);
    expect(isBlocked(parsed.block)).toBe(blocked);
  });

  it.each([
    ['a.example', 'a.example', true],
    ['a.example', 'b.example', false],
    ['a.b.example', '*.b.example', true],
    ['b.example', '*.b.example', false],
    ['*.b.example', '**.example.org', false],
    ['x*.b.example', '*y.b.example', true],
    ['10.0.0.1', '*.b.example', false],
    ['10.0.0.1', '10.0.0.1', true],
  ])('%s and %s', (a, b, share) => {
    expect(mayShareHost(pattern(a), pattern(b))).toBe(share);
    expect(mayShareHost(pattern(b), pattern(a))).toBe(share);
  });
});
