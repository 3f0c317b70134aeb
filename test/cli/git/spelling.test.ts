import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayHold } from '../../../cli/git/spelling.ts';
import { readYaml } from '../../../compiler/frontend/yaml/read.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** One character of a double-quoted scalar, in one of the ways in which YAML lets it be written. */
const SPELLINGS: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => `\\x${hexadecimal(character, 2)}`,
  (character) => `\\u${hexadecimal(character, 4).toUpperCase()}`,
  (character) => `\\U${hexadecimal(character, 8)}`,
  (character) => (character === '/' ? '\\/' : character),
  (character) => `\\\n \t ${character}`,
  (character) => `\\\r\n  ${character}`,
];

function hexadecimal(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}

test.each(['extends', 'nemoclaw.dev/', 'filesystem_policy'])('%s is found however YAML spells it', (word) => {
  const spelled = fc
    .array(fc.nat(SPELLINGS.length - 1), { minLength: word.length, maxLength: word.length })
    .map((ways) => [...word].map((character, at) => SPELLINGS[ways[at]!]!(character)).join(''));
  fc.assert(
    fc.property(spelled, fc.constantFrom('a', '\\\\', '"b": "\\\\x41"', '\\xe9'), (text, before) => {
      const file = bytes(`# ${before}\n"${text}"\n`);
      const { root } = readYaml('a', file).tree;
      // The reader is the judge of what is a spelling of the word.
      expect(root?.kind === 'scalar' && root.value).toBe(word);
      expect(mayHold(file, word)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('what holds no such word, plain or escaped, is passed over', () => {
  for (const text of ['', 'a: b', 'extend: s', '"ext\\x66nds": 1', 'ext\\nends', '\\U99999999'])
    expect(mayHold(bytes(text), 'extends', 'nemoclaw.dev/')).toBe(false);
});
