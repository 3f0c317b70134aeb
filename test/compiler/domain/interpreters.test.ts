import { expect, test } from 'vitest';
import { isAnyProgram, isInterpreter } from '../../../compiler/domain/interpreters.ts';

test.each([
  ['/usr/bin/python3.12', true],
  ['/usr/bin/python*', true],
  ['/bin/sh', true],
  ['/usr/bin/env', true],
  ['/usr/bin/kotlin', true],
  ['/usr/lib/R/bin/R', true],
  ['qjs', true],
  ['/usr/bin/py*', true],
  ['/usr/bin/?ash', true],
  ['/usr/bin/py*on3.1?', true],
  ['/usr/bin/*sh', true],
  ['/usr/bin/p?rl5.*', true],
  ['/usr/bin/*', false],
  ['/usr/bin/g?t', false],
  ['/usr/bin/*-gcc', false],
  ['/usr/bin/python?x', false],
  ['/usr/bin/nodemon-x', false],
  ['/usr/bin/git', false],
  ['/usr/bin/sha256sum', false],
])('%s is an interpreter: %s', (path, expected) => {
  expect(isInterpreter(path)).toBe(expected);
});

test.each([
  ['/usr/bin/*', true],
  ['/**', true],
  ['/usr/bin/?*', true],
  ['/usr/bin/a*', false],
])('%s is any program: %s', (path, expected) => {
  expect(isAnyProgram(path)).toBe(expected);
});
