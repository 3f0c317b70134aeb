import { expect, it } from 'vitest';
import { Alphabet } from '../../../../compiler/domain/automaton/alphabet.ts';
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
