import { describe, expect, test } from 'vitest';
import type { TreePath } from '../../../compiler/edit/places.ts';
import { removeEntries } from '../../../compiler/edit/remove-entries.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';

function without(text: string, ...paths: TreePath[]): string | null {
  return removeEntries(new SourceFile('a.yaml', text), paths);
}

describe('an entry goes with its comments', () => {
  test.each<[string, string, TreePath, string]>([
    [
      'those directly above it, and those on its lines',
      'n:\n  a: 1\n  # of b\n  # too\n  b: # here\n    c: 2 # there\n    # inside\n  d: 3\n',
      ['n', 'b'],
      'n:\n  a: 1\n  d: 3\n',
    ],
    ['not one above a blank line', 'n:\n  # all\n\n  b: 1\n  d: 3\n', ['n', 'b'], 'n:\n  # all\n\n  d: 3\n'],
    ['not one further left', 'n:\n  a: 1\n# left\n  b: 1\n', ['n', 'b'], 'n:\n  a: 1\n# left\n'],
    [
      'those below it that are indented more, over blank lines',
      'n:\n  a:\n    - 1\n\n    # foot of a\n  # of b\n  b: 1\n',
      ['n', 'a'],
      'n:\n  # of b\n  b: 1\n',
    ],
    ['not those below it that are not', 'n:\n  a: 1\n  b: 2\n  # end\n', ['n', 'b'], 'n:\n  a: 1\n  # end\n'],
    ['in a list', 'l:\n  - 1\n  # of two\n  - x: 2\n    # in two\n  - 3\n', ['l', 1], 'l:\n  - 1\n  - 3\n'],
    ['in a list in the column of its key', 'l:\n- 1\n# two\n- 2\n- 3\n', ['l', 1], 'l:\n- 1\n- 3\n'],
    [
      'not what only looks like one',
      'n:\n  a: |\n    x\n    # text\n  b: 1\n',
      ['n', 'b'],
      'n:\n  a: |\n    x\n    # text\n',
    ],
    ['with Windows line breaks', 'n:\r\n  a: 1\r\n  # b\r\n  b: 2\r\n', ['n', 'b'], 'n:\r\n  a: 1\r\n'],
  ])('%s', (_, text, path, wanted) => {
    expect(without(text, path)).toBe(wanted);
  });
});

describe('blank lines', () => {
  test.each<[string, string, readonly TreePath[], string]>([
    ['of two that meet one goes', 'a: 1\n\nb: 2\n\nc: 3\n', [['b']], 'a: 1\n\nc: 3\n'],
    ['of two around several too', 'a: 1\n\nb: 2\n# c\nc: 3\n\nd: 4\n', [['b'], ['c']], 'a: 1\n\nd: 4\n'],
    ['none is left at the end', 'a: 1\n\nb: 2\n', [['b']], 'a: 1\n'],
    ['one alone stays', 'a: 1\n\nb: 2\nc: 3\n', [['b']], 'a: 1\n\nc: 3\n'],
  ])('%s', (_, text, paths, wanted) => {
    expect(without(text, ...paths)).toBe(wanted);
  });
});

test('a section that is left empty goes with what is above it', () => {
  expect(without('a: 1\n# the network\nn:\n  # b\n  b: 1\nz: 2\n', ['n', 'b'])).toBe('a: 1\nz: 2\n');
  const policies = 'n:\n  a:\n    endpoints:\n      - h: 1\n    binaries: [x]\n  b: 1\n';
  expect(without(policies, ['n', 'a', 'endpoints', 0])).toBe('n:\n  b: 1\n');
});

test('in brackets it goes with its comma, and not where a comment stands between', () => {
  expect(without('l: [1, {x: 2}, 3] # l\n', ['l', 1])).toBe('l: [1, 3] # l\n');
  expect(without('l: [\n  1,\n  2,\n]\n', ['l', 1])).toBe('l: [\n  1,\n]\n');
  expect(without('l: [\n  1, # one\n  2,\n]\n', ['l', 1])).toBeNull();
});

test('what is not there, or cannot be read, is not removed', () => {
  expect(without('a: 1\n', ['b'])).toBe('a: 1\n');
  expect(without('a: [\n', ['a'])).toBeNull();
});
