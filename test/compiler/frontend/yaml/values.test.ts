import { describe, expect, test } from 'vitest';
import { readFast } from '../../../../compiler/frontend/yaml/fast-read.ts';
import { readReference } from '../../../../compiler/frontend/yaml/reference-read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { outline } from './reading.ts';

const byReference = (text: string) => {
  const { tree, diagnostics } = readReference(new SourceFile('file.yaml', text));
  expect(diagnostics).toEqual([]);
  return outline(text, tree.root);
};

const byFast = (text: string) => {
  const tree = readFast(new SourceFile('file.yaml', text));
  return tree === null ? 'declined' : outline(text, tree.root);
};

/** Texts that both readers take, with the values and the text that each value covers. */
const COMMON: readonly [string, string][] = [
  ['', 'nothing'],
  ['# only a comment\n\n', 'nothing'],
  ['---\n', 'nothing'],
  ['--- # comment\na: 1\n', '{"a"<a>=1<1>}<a: 1>'],
  ['# head\n---\n\na: 1', '{"a"<a>=1<1>}<a: 1>'],
  ['word', '"word"<word>'],
  ['two\nlines\n', '"two lines"<two\nlines>'],
  ['  a: 1\n  b: 2\n', '{"a"<a>=1<1> "b"<b>=2<2>}<a: 1\n  b: 2>'],
  ['a: b   # c\n', '{"a"<a>="b"<b>}<a: b>'],
  ['a: b#c\n', '{"a"<a>="b#c"<b#c>}<a: b#c>'],
  ['a: "b" # c', '{"a"<a>="b"<"b">}<a: "b">'],
  ["a: 'it''s'", "{\"a\"<a>=\"it's\"<'it''s'>}<a: 'it''s'>"],
  [
    'a: "\\"\\\\\\/\\n\\t\\r"',
    '{"a"<a>="\\"\\\\/\\n\\t\\r"<"\\"\\\\\\/\\n\\t\\r">}<a: "\\"\\\\\\/\\n\\t\\r">',
  ],
  ['"a b": c', '{"a b"<"a b">="c"<c>}<"a b": c>'],
  ["'it''s': c", "{\"it's\"<'it''s'>=\"c\"<c>}<'it''s': c>"],
  ['a b: c d', '{"a b"<a b>="c d"<c d>}<a b: c d>'],
  ['u: http://x:80/', '{"u"<u>="http://x:80/"<http://x:80/>}<u: http://x:80/>'],
  ['a::b: c', '{"a::b"<a::b>="c"<c>}<a::b: c>'],
  [':a: -b', '{":a"<:a>="-b"<-b>}<:a: -b>'],
  ['a:\nb: c', '{"a"<a>=null<> "b"<b>="c"<c>}<a:\nb: c>'],
  ['a:   # c\nb:', '{"a"<a>=null<> "b"<b>=null<>}<a:   # c\nb:>'],
  ['a:\n  b', '{"a"<a>="b"<b>}<a:\n  b>'],
  [
    'a:\n  b: 1\n  c: 2\nd: 3',
    '{"a"<a>={"b"<b>=1<1> "c"<c>=2<2>}<b: 1\n  c: 2> "d"<d>=3<3>}<a:\n  b: 1\n  c: 2\nd: 3>',
  ],
  [
    'a: one\n   two\n\n\n  three',
    '{"a"<a>="one two\\n\\nthree"<one\n   two\n\n\n  three>}<a: one\n   two\n\n\n  three>',
  ],
  ['a: b\n  - c', '{"a"<a>="b - c"<b\n  - c>}<a: b\n  - c>'],
  ['- a\n- b', '["a"<a> "b"<b>]<- a\n- b>'],
  ['-\n- b', '[null<> "b"<b>]<-\n- b>'],
  ['- - a\n  - b\n- c', '[["a"<a> "b"<b>]<- a\n  - b> "c"<c>]<- - a\n  - b\n- c>'],
  [
    '- a: 1\n  b: 2\n- c: 3',
    '[{"a"<a>=1<1> "b"<b>=2<2>}<a: 1\n  b: 2> {"c"<c>=3<3>}<c: 3>]<- a: 1\n  b: 2\n- c: 3>',
  ],
  ['-   a: 1\n    b: 2', '[{"a"<a>=1<1> "b"<b>=2<2>}<a: 1\n    b: 2>]<-   a: 1\n    b: 2>'],
  ['a:\n- 1\n- 2\nb: 3', '{"a"<a>=[1<1> 2<2>]<- 1\n- 2> "b"<b>=3<3>}<a:\n- 1\n- 2\nb: 3>'],
  ['a: []', '{"a"<a>=[]<[]>}<a: []>'],
  ['a: {}', '{"a"<a>={}<{}>}<a: {}>'],
  [
    'a: [1, b c, "d", [e], {f: g}]',
    '{"a"<a>=[1<1> "b c"<b c> "d"<"d"> ["e"<e>]<[e]> {"f"<f>="g"<g>}<{f: g}>]<[1, b c, "d", [e], {f: g}]>}<a: [1, b c, "d", [e], {f: g}]>',
  ],
  ['[a, b, ]', '["a"<a> "b"<b>]<[a, b, ]>'],
  ['{"a":1, "b": "c"}', '{"a"<"a">=1<1> "b"<"b">="c"<"c">}<{"a":1, "b": "c"}>'],
  ['a: [\n  1, # one\n  2\n  ]', '{"a"<a>=[1<1> 2<2>]<[\n  1, # one\n  2\n  ]>}<a: [\n  1, # one\n  2\n  ]>'],
  [
    'a: |\n  one\n   two\n\n  three  \n\n\nb: 1',
    '{"a"<a>="one\\n two\\n\\nthree  \\n"<|\n  one\n   two\n\n  three> "b"<b>=1<1>}<a: |\n  one\n   two\n\n  three  \n\n\nb: 1>',
  ],
  ['a: |-\n  one\n', '{"a"<a>="one"<|-\n  one>}<a: |-\n  one>'],
  [
    '- >\n  one\n  two\n\n  three\n',
    '["one two\\nthree\\n"<>\n  one\n  two\n\n  three>]<- >\n  one\n  two\n\n  three>',
  ],
  [
    'a: |  # comment\n  # text\n# comment\nb: 1',
    '{"a"<a>="# text\\n"<|  # comment\n  # text> "b"<b>=1<1>}<a: |  # comment\n  # text\n# comment\nb: 1>',
  ],
  ['a: é\u3000\u00a0x', '{"a"<a>="é\u3000\u00a0x"<é\u3000\u00a0x>}<a: é\u3000\u00a0x>'],
  ['a: 😀\nb: 1', '{"a"<a>="😀"<😀> "b"<b>=1<1>}<a: 😀\nb: 1>'],
  ['__proto__: 1', '{"__proto__"<__proto__>=1<1>}<__proto__: 1>'],
];

/** Texts that only the reference reader takes. */
const UNUSUAL: readonly [string, string][] = [
  ['a: b\r\nc: d\r\n', '{"a"<a>="b"<b> "c"<c>="d"<d>}<a: b\r\nc: d>'],
  ['a: b\t\n', '{"a"<a>="b"<b>}<a: b>'],
  ['key : v', '{"key"<key>="v"<v>}<key : v>'],
  ['a: 1\n...\n', '{"a"<a>=1<1>}<a: 1>'],
  ['--- a', '"a"<a>'],
  [
    'a: "one\n  two\\\n  three"',
    '{"a"<a>="one twothree"<"one\n  two\\\n  three">}<a: "one\n  two\\\n  three">',
  ],
  ["a: 'one\n\n  two'", '{"a"<a>="one\\ntwo"<\'one\n\n  two\'>}<a: \'one\n\n  two\'>'],
  [
    'a: "\\u00e9\\x41\\U0001F600\\ud83d\\ude00"',
    '{"a"<a>="éA😀😀"<"\\u00e9\\x41\\U0001F600\\ud83d\\ude00">}<a: "\\u00e9\\x41\\U0001F600\\ud83d\\ude00">',
  ],
  ['a: [\n  1\n]', '{"a"<a>=[1<1>]<[\n  1\n]>}<a: [\n  1\n]>'],
  ['[a: b]', '[{"a"<a>="b"<b>}<a: b>]<[a: b]>'],
  ['{a, b: , c: }', '{"a"<a>=null<> "b"<b>=null<> "c"<c>=null<>}<{a, b: , c: }>'],
  ['a: |+\n  one\n\nb: 1', '{"a"<a>="one\\n\\n"<|+\n  one> "b"<b>=1<1>}<a: |+\n  one\n\nb: 1>'],
  ['a: |2\n   one\n', '{"a"<a>=" one\\n"<|2\n   one>}<a: |2\n   one>'],
  [
    'a: >\n  one\n   two\n  three\n',
    '{"a"<a>="one\\n two\\nthree\\n"<>\n  one\n   two\n  three>}<a: >\n  one\n   two\n  three>',
  ],
  ['a: |\nb: 1', '{"a"<a>=""<|> "b"<b>=1<1>}<a: |\nb: 1>'],
  ['{\n\t"a": 1\n}', '{"a"<"a">=1<1>}<{\n\t"a": 1\n}>'],
  ['"<<": 1\n"null": 2', '{"<<"<"<<">=1<1> "null"<"null">=2<2>}<"<<": 1\n"null": 2>'],
];

describe('values and places', () => {
  test.each(COMMON)('both readers: %j', (text, expected) => {
    expect(byReference(text)).toBe(expected);
    expect(byFast(text)).toBe(expected);
  });

  test.each(UNUSUAL)('the reference reader: %j', (text, expected) => {
    expect(byReference(text)).toBe(expected);
    expect(['declined', expected]).toContain(byFast(text));
  });
});

/** The YAML 1.2 core schema, and words that other schemas read differently. */
const SCALARS: readonly [string, unknown][] = [
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['tRUE', 'tRUE'],
  ['false', false],
  ['False', false],
  ['FALSE', false],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['~', null],
  ['nil', 'nil'],
  ['yes', 'yes'],
  ['no', 'no'],
  ['on', 'on'],
  ['Off', 'Off'],
  ['y', 'y'],
  ['0', 0],
  ['-0', 0],
  ['-0.0', 0],
  ['+1', 1],
  ['010', 10],
  ['-12', -12],
  ['9007199254740991', 9007199254740991],
  ['-9007199254740991', -9007199254740991],
  ['999999999999999', 999999999999999],
  ['0o17', 15],
  ['0x1F', 31],
  ['0xfffffffffffff', 0xfffffffffffff],
  ['0b1', '0b1'],
  ['1_000', '1_000'],
  ['0o8', '0o8'],
  ['-0x1', '-0x1'],
  ['1.5', 1.5],
  ['-1.50', -1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1.5E-3', 0.0015],
  ['1e', '1e'],
  ['.', '.'],
  ['1.2.3', '1.2.3'],
  ['1:30', '1:30'],
  ['12:30:45', '12:30:45'],
  ['2027-03-31', '2027-03-31'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['::1', '::1'],
  ['/usr', '/usr'],
  ['.nano', '.nano'],
  ['+', '+'],
  ['--', '--'],
];

describe('the core schema', () => {
  test.each(SCALARS)('%s', (text, value) => {
    const source = new SourceFile('file.yaml', `a: ${text}\n`);
    const { tree } = readReference(source);
    const fast = readFast(source);
    for (const { root } of fast === null ? [tree] : [tree, fast]) {
      const scalar = root?.kind === 'mapping' ? root.entries[0]?.value : null;
      expect(scalar).toEqual({ kind: 'scalar', value, start: 3, end: 3 + text.length });
      expect(Object.is(scalar?.kind === 'scalar' ? scalar.value : 0, -0)).toBe(false);
    }
  });

  test('keys are the text that is written, never a number', () => {
    expect(byReference('1.0: a\n0x1F: b\ntrue: c')).toContain(
      '{"1.0"<1.0>="a"<a> "0x1F"<0x1F>="b"<b> "true"<true>="c"<c>}',
    );
  });
});
