import { describe, expect, test } from 'vitest';
import { parseCodeOwners } from '../../gate/codeowners.ts';

const ownersOf = (text: string, path: string) => parseCodeOwners('CODEOWNERS', text).of(path);

describe('patterns, by the examples of GitHub\'s page "About code owners"', () => {
  test.each([
    // pattern, path, whether it matches
    ['*', 'a/b/c.yaml', true],
    ['*.js', 'a/b.js', true],
    ['*.js', 'a/b.jsx', false],
    ['/build/logs/', 'build/logs/a/b', true],
    ['/build/logs/', 'x/build/logs/a', false],
    ['/build/logs/', 'build/logs', false],
    ['docs/*', 'docs/getting-started.md', true],
    ['docs/*', 'docs/build-app/troubleshooting.md', false],
    ['docs/*', 'x/docs/a.md', false],
    ['apps/', 'x/apps/a/b', true],
    ['apps/', 'apps', false],
    ['/docs/', 'docs/a/b.md', true],
    ['/scripts/', 'a/scripts/b', false],
    ['**/logs', 'build/logs/a', true],
    ['**/logs', 'logs', true],
    ['**/logs', 'deeply/nested/logs/a/b', true],
    ['/apps/github', 'apps/github/a', true],
    ['/apps/github', 'apps/github2', false],
    ['agents/**/a.yaml', 'agents/a.yaml', true],
    ['agents/**/a.yaml', 'agents/x/y/a.yaml', true],
    ['agents/**', 'agents', false],
    ['agents/**', 'agents/x/y', true],
    ['a?.yaml', 'x/ab.yaml', true],
    ['a?.yaml', 'a/.yaml', false],
    ['/A.yaml', 'a.yaml', false],
    ['with\\ space.md', 'with space.md', true],
    ['/', 'a', false],
  ])('%s and %s: %s', (pattern, path, isMatch) => {
    expect(ownersOf(`${pattern} @ann\n`, path)).toEqual(isMatch ? ['@ann'] : []);
  });
});

test('the last line that matches counts alone, also where it names nobody', () => {
  const text = '* @everybody\n/agents/ @ann @acme/team ann@example.com # a comment @eve\n/agents/open/\n';
  expect(ownersOf(text, 'README.md')).toEqual(['@everybody']);
  expect(ownersOf(text, 'agents/a.yaml')).toEqual(['@ann', '@acme/team', 'ann@example.com']);
  expect(ownersOf(text, 'agents/open/a.yaml')).toEqual([]);
});

test.each([
  ['!agents/ @eve', 'negated'],
  ['[a-z].yaml @eve', 'brackets'],
  ['\\#x @eve', 'begin with'],
  ['a*** @eve', 'three asterisks'],
  ['/agents/ eve', '`eve` is no owner'],
  ['/agents/ @ann eve', '`eve` is no owner'],
])('a line %j is passed over, as GitHub does, and named', (line, problem) => {
  const { of, notes } = parseCodeOwners('CODEOWNERS', `* @ann\n${line}\n`);
  expect(of('agents/a.yaml')).toEqual(['@ann']);
  expect(notes).toMatchObject([{ code: 'NC2644' }]);
  expect(notes[0]!.message).toContain('line 2 of `CODEOWNERS`');
  expect(notes[0]!.message).toContain(problem);
});

test('a pattern and a path made to be slow are not', () => {
  const started = performance.now();
  expect(
    ownersOf(`/${'**/'.repeat(100)}x${'*a'.repeat(200)}b @ann\n`, `${'a/'.repeat(200)}x${'a'.repeat(400)}`),
  ).toEqual([]);
  expect(performance.now() - started).toBeLessThan(2000);
});
