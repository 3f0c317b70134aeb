import { expect, it } from 'vitest';
import { saysTheSame } from '../../../compiler/edit/same-meaning.ts';

const TEXT = '# head\na: [1, 2]  # beside\nb: "#not a comment"\nc: |\n  # nor this\n';

it.each([
  ['the same text', TEXT],
  ['another order of keys', '# head\nb: "#not a comment"\na: [1, 2]  # beside\nc: |\n  # nor this\n'],
  ['another style', "# beside\na:\n  - 1\n  - 2\n# head\nb: '#not a comment'\nc: |\n    # nor this\n"],
])('takes %s for the same', (_, other) => {
  expect(saysTheSame(TEXT, other)).toBe(true);
});

it.each([
  ['another value', TEXT.replace('2', '3')],
  ['another kind of value', TEXT.replace('2', '"2"')],
  ['another order of a list', TEXT.replace('1, 2', '2, 1')],
  ['a lost comment', TEXT.replace('# head\n', '')],
  ['a changed comment', TEXT.replace('head', 'Head')],
  ['a comment twice', `${TEXT}# head\n`],
  ['a comment that became a text', TEXT.replace('  # beside', '')],
  ['a lost key', TEXT.replace('b: "#not a comment"\n', '')],
  ['a text that cannot be read', `${TEXT}a: 1\n`],
])('notices %s', (_, other) => {
  expect(saysTheSame(TEXT, other)).toBe(false);
});
