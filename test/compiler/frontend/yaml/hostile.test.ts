import { describe, expect, test } from 'vitest';
import { MAX_BYTES, MAX_DEPTH, MAX_ERRORS, MAX_VALUES } from '../../../../compiler/frontend/yaml/limits.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { readReference } from '../../../../compiler/frontend/yaml/reference-read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { agreement, bytesOf, errorsOf } from './reading.ts';

// The largest sizes take under 3 s each on an idle core; the margin is for machines that do other things as well.
const LONGEST_MS = 20_000;
const SIZE = process.env.NEMOCLAW_FUZZ === undefined ? MAX_BYTES / 16 : MAX_BYTES;

const fill = (before: string, repeated: string, after = '', size = SIZE) =>
  before + repeated.repeat(Math.floor((size - before.length - after.length) / repeated.length)) + after;

const manyKeys = (write: (key: string) => string) =>
  Array.from({ length: SIZE / 20 }, (_, index) => write(`k${index}`)).join('');

/**
 * Texts that would overflow a stack, fill the memory or take a time that grows with their square, and the first error of
 * each: 256 KiB, and the full 4 MiB when NEMOCLAW_FUZZ is set.
 */
const HOSTILE: readonly [string, () => string, string | null][] = [
  ['brackets', () => fill('', '['), 'yaml/too-deep'],
  ['braces', () => fill('', '{a: '), 'yaml/too-deep'],
  ['dashes on one line', () => fill('', '- '), 'yaml/too-deep'],
  ['question marks', () => fill('', '? '), 'yaml/complex-key'],
  ['colons', () => fill('', ': '), 'yaml/too-deep'],
  [
    'stairs',
    () => Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    'yaml/too-deep',
  ],
  ['commas', () => fill('[', ',', ']'), 'yaml/unexpected'],
  ['closing brackets', () => fill('a: ', ']'), 'yaml/unexpected'],
  ['short items', () => fill('[', 'a,', ']'), null],
  ['empty items', () => fill('', '-\n'), null],
  ['items before an anchor', () => fill('', '- abcdefghijklmno\n', '- &a'), 'yaml/anchor'],
  ['different keys before an anchor', () => `${manyKeys((key) => `${key}: v\n`)}z: &a`, 'yaml/anchor'],
  [
    'different keys in braces before an anchor',
    () => `{${manyKeys((key) => `${key}: v,`)}z: &a}`,
    'yaml/anchor',
  ],
  ['equal keys', () => fill('', 'a: 1\n'), 'yaml/duplicate-key'],
  ['blank lines, then comments', () => `a: |\n  x\n${'\n'.repeat(SIZE / 2)}${' #\n'.repeat(SIZE / 7)}`, null],
  ['comments', () => fill('a: 1\n', '  #\n', '&a'), 'yaml/anchor'],
  ['documents', () => fill('', '---\n'), 'yaml/several-documents'],
  ['anchors', () => fill('a:\n', '&a\n'), 'yaml/anchor'],
  ['tags', () => fill('', '!a '), 'yaml/tag'],
  ['aliases', () => fill('[', '*a,'), 'yaml/alias'],
  ['directives', () => fill('', '%a\n'), 'yaml/directive'],
  ['backslashes', () => fill('"', '\\'), 'yaml/unclosed-quote'],
  ['bad escapes', () => fill('"', '\\q', '"'), 'yaml/bad-escape'],
  ['double quotes', () => fill('', '"\n'), 'yaml/unexpected'],
  ['single quotes', () => fill('', "'\n"), 'yaml/unexpected'],
  ['doubled quotes', () => fill("'", "''"), 'yaml/unclosed-quote'],
  ['spaces inside a text', () => fill('a', ' ', 'b\n &'), null],
  ['lines of spaces inside a text', () => fill('a: b', '   \n', '  c\td'), null],
  ['tabs', () => fill('', '\t'), null],
  ['lines with tabs', () => fill('a:\n', '\tb: 1\n'), 'yaml/tab-indentation'],
  ['a long number', () => fill('a: ', '9'), 'yaml/unsafe-integer'],
  ['a long version number', () => fill('a: ', '1.'), null],
  ['block texts', () => fill('', '- |+\n x\n'), null],
  ['one block text', () => fill('a: |+\n', '  x\n'), null],
  ['a folded text with deeper lines', () => fill('a: >\n', '  x\n   y\n'), null],
  ['spaces inside a block text', () => fill('a: |\n  x', ' ', 'y\nb: &c'), 'yaml/anchor'],
  ['a line of spaces inside a block text', () => fill('a: |\n  x\n', ' ', '\n  y\nb: &c'), 'yaml/anchor'],
  ['a long word before a line indented wrongly', () => fill('a: ', 'x', '\n  b: c'), 'yaml/bad-indentation'],
  ['a long word in brackets before a key', () => fill('[', 'x', ' y: [ - a ]]'), 'yaml/long-key'],
  ['long keys', () => fill('', `${'k'.repeat(2_000)}: 1\n`), 'yaml/long-key'],
  ['comments without space', () => fill('"a"', '#b\n'), 'yaml/glued-comment'],
  ['wrong brackets', () => fill('', 'a: [}\n'), 'yaml/mismatched-bracket'],
  ['hidden characters', () => fill('# ', '\u202e', '', SIZE / 3), 'yaml/hidden-character'],
];

describe('hostile texts are answered in seconds', () => {
  test.each(HOSTILE)('%s', { timeout: 2 * LONGEST_MS }, (_, write, expected) => {
    const bytes = bytesOf(write());
    expect(bytes.length).toBeLessThanOrEqual(MAX_BYTES);
    const start = performance.now();
    const { diagnostics } = readYaml('file.yaml', bytes);
    expect(performance.now() - start).toBeLessThan(LONGEST_MS);
    expect(diagnostics.length).toBeLessThanOrEqual(MAX_ERRORS + 1);
    const found = diagnostics[0]?.name ?? null;
    if (found !== 'yaml/too-many-values' || SIZE < MAX_BYTES) expect(found).toBe(expected);
  });
});

describe('limits are exact, and the same for both readers', () => {
  const nested = (depth: number) => `${'[ '.repeat(depth)}${'] '.repeat(depth)}`.trimEnd();
  const stairs = (depth: number) =>
    Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:\n`).join('') +
    `${' '.repeat(depth)}b\n`;
  const referenceErrors = (text: string) =>
    readReference(new SourceFile('f', text)).diagnostics.map(
      ({ name, primary }) => `${name} at ${primary?.start}`,
    );

  test('depth', () => {
    expect(agreement(nested(MAX_DEPTH))).toBe('accepted');
    expect(errorsOf(nested(MAX_DEPTH + 1))).toEqual(['yaml/too-deep at "["']);
    expect(referenceErrors(nested(MAX_DEPTH + 1))).toEqual([`yaml/too-deep at ${2 * MAX_DEPTH}`]);
    expect(agreement(stairs(MAX_DEPTH))).toBe('accepted');
    expect(errorsOf(stairs(MAX_DEPTH + 1))).toMatchObject([expect.stringContaining('yaml/too-deep')]);
    expect(agreement('- '.repeat(MAX_DEPTH))).toBe('accepted');
    expect(errorsOf(`${'- '.repeat(MAX_DEPTH + 1)}a`)).toEqual(['yaml/too-deep at "-"']);
  });

  test('depth counts the mapping that `[a: b]` means', () => {
    const pairs = (depth: number) => `${'[a: '.repeat(depth)}b${']'.repeat(depth)}`;
    expect(errorsOf(pairs(MAX_DEPTH / 2))).toEqual([]);
    expect(errorsOf(pairs(MAX_DEPTH / 2 + 1))).toEqual(['yaml/too-deep at "["']);
  });

  test('number of values', { timeout: 60_000 }, () => {
    const items = (count: number) => '- a\n'.repeat(count);
    expect(agreement(items(MAX_VALUES - 1))).toBe('accepted');
    expect(errorsOf(items(MAX_VALUES))).toEqual(['yaml/too-many-values at "-"']);
    expect(errorsOf('-\n'.repeat(2 * MAX_VALUES))).toEqual(['yaml/too-many-values at "-"']);
  });

  test('ten thousand network entries are fine', () => {
    const entry = (index: number) =>
      `  - host: h${index}.example.com\n    port: 443\n    rules:\n      - allow: { method: GET, path: "/**" }\n`;
    const text = `endpoints:\n${Array.from({ length: 10_000 }, (_, index) => entry(index)).join('')}`;
    expect(errorsOf(text)).toEqual([]);
  });
});
