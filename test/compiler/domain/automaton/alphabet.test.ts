import { expect, it } from 'vitest';
import { Alphabet, without } from '../../../../compiler/domain/automaton/alphabet.ts';
import { HOSTS, TEXTS, URL_PATHS } from '../../../../compiler/domain/automaton/language.ts';
import { codePointsOf } from '../../../../compiler/domain/automaton/pattern.ts';

const READABLE = 'xyzabcdefghijklmnopqrstuvw0123456789-_';

it.each([
  ['no character', ''],
  ['some characters', 'ab/.x'],
  ['all that read well', READABLE],
  ['all that read well, and the first of the language', `${READABLE} !"#/.\u0001`],
  ['characters beyond 16 bits', '😀é\uffff'],
])('every letter that can be read has an example of its own, with %s named', (_name, named) => {
  for (const { alphabet: base } of [URL_PATHS, HOSTS, TEXTS]) {
    const alphabet = new Alphabet(base, codePointsOf(named));
    const examples = alphabet.examples();
    const wrong = examples.flatMap((example, letter) => {
      if (alphabet.vacant[letter]) return letter === 0 || example === -1 ? [] : [letter];
      return example >= 0 && alphabet.letterOf(example) === letter ? [] : [letter];
    });
    expect(wrong).toEqual([]);
  }
});

it.each([
  [
    'the first one',
    3,
    [
      [4, 6],
      [8, 8],
    ],
  ],
  [
    'one in the middle',
    4,
    [
      [3, 3],
      [5, 6],
      [8, 8],
    ],
  ],
  [
    'the last one',
    6,
    [
      [3, 5],
      [8, 8],
    ],
  ],
  ['one that is a range', 8, [[3, 6]]],
  [
    'one before all',
    2,
    [
      [3, 6],
      [8, 8],
    ],
  ],
  [
    'one between',
    7,
    [
      [3, 6],
      [8, 8],
    ],
  ],
])('a set loses a code point: %s', (_name, codePoint, left) => {
  expect(
    without(
      [
        [3, 6],
        [8, 8],
      ],
      codePoint,
    ),
  ).toEqual(left);
});
