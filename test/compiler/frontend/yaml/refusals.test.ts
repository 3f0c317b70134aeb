import { describe, expect, test } from 'vitest';
import * as catalog from '../../../../compiler/diagnostics/catalog/yaml.ts';
import { MAX_BYTES, MAX_ERRORS } from '../../../../compiler/frontend/yaml/limits.ts';
import { readYaml, readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { bytesOf, errorsOf } from './reading.ts';

/** A text, and all that is said about it: the name of each error and the text that it underlines. */
const REFUSED: readonly [string, ...string[]][] = [
  ['a: 1\n---\nb: 2\n', 'yaml/several-documents at "---"'],
  ['---\n---\na: 1\n', 'yaml/several-documents at "---"'],
  ['a: 1\n...\nb: 2\n', 'yaml/several-documents at "b:"'],
  ['a: 1\n...\n\u3000\n', 'yaml/several-documents at "\u3000"'],
  ['%YAML 1.1\n---\na: yes\n', 'yaml/directive at "%YAML 1.1"'],
  ['%TAG ! tag:x,2000:\n---\na: !y z\n', 'yaml/directive at "%TAG ! tag:x,2000:"', 'yaml/tag at "!y"'],
  ['a: &x 1\nb: *x\n', 'yaml/anchor at "&x"', 'yaml/alias at "*x"'],
  ['*a : b\n', 'yaml/alias at "*a"'],
  ['a: &x [*x]\n', 'yaml/anchor at "&x"', 'yaml/alias at "*x"'],
  ['host: *.example.com\n', 'yaml/alias at "*.example.com"'],
  ['a: !!str 1\nb: !x 2\n', 'yaml/tag at "!!str"', 'yaml/tag at "!x"'],
  ['a: !<tag:yaml.org,2002:int> 1\n', 'yaml/tag at "!<tag:yaml.org,2002:int>"'],
  ['<<: { a: 1 }\n', 'yaml/merge-key at "<<"'],
  ['b: &b { a: 1 }\nc:\n  <<: *b\n', 'yaml/anchor at "&b"', 'yaml/merge-key at "<<"', 'yaml/alias at "*b"'],
  ['a: 1\nb: 2\na: 3\n', 'yaml/duplicate-key at "a"'],
  ['a: 1\n"a": 2\n\'a\': 3\n', 'yaml/duplicate-key at "\\"a\\""', 'yaml/duplicate-key at "\'a\'"'],
  ['1: a\n"1": b\n', 'yaml/duplicate-key at "\\"1\\""'],
  ['- { a: 1, b: { c: 1, c: 2 } }\n', 'yaml/duplicate-key at "c"'],
  ['? a\n: b\n', 'yaml/complex-key at "?"'],
  ['[a]: b\n', 'yaml/complex-key at "["'],
  ['{ { a: b }: c }\n', 'yaml/complex-key at "{"'],
  [': a\n', 'yaml/null-key at ":"'],
  ['~: a\nnull: b\n', 'yaml/null-key at "~"', 'yaml/null-key at "null"'],
  ['{ : a }\n', 'yaml/null-key at ":"'],
  [`${'k'.repeat(1025)}: a\n`, `yaml/long-key at "${'k'.repeat(1025)}"`],
  ['"a\n  b": c\n', 'yaml/multiline-key at "\\"a"'],
  ['a\nb: c\n', 'yaml/multiline-key at "a"'],
  ['a: 1\nb\n  : c\n', 'yaml/multiline-key at "b"'],
  ['a: 9007199254740992\n', 'yaml/unsafe-integer at "9007199254740992"'],
  ['a: 0x20000000000000\n', 'yaml/unsafe-integer at "0x20000000000000"'],
  ['a: 1e20\n', 'yaml/unsafe-integer at "1e20"'],
  [`a: ${'9'.repeat(400)}\n`, `yaml/unsafe-integer at "${'9'.repeat(400)}"`],
  [
    'a: .inf\nb: -.Inf\nc: .nan\n',
    'yaml/not-finite at ".inf"',
    'yaml/not-finite at "-.Inf"',
    'yaml/not-finite at ".nan"',
  ],
  ['a: 1e400\n', 'yaml/not-finite at "1e400"'],
  ['a: "x\\0y"\n', 'yaml/unsafe-text at "\\"x\\\\0y\\""'],
  ['"\\x00": b\n', 'yaml/unsafe-text at "\\"\\\\x00\\""'],
  ['a: "\\ud83d"\n', 'yaml/unsafe-text at "\\"\\\\ud83d\\""'],
  ['a: "\\d+"\n', 'yaml/bad-escape at "\\\\d"'],
  ['a: "\\u12"\n', 'yaml/bad-escape at "\\\\u12\\""'],
  ['a:\n\tb: 1\n', 'yaml/tab-indentation at "\\t"'],
  ['a:\n  b: 1\n\tc: 2\n', 'yaml/tab-indentation at "\\t"'],
  ['a:\n  - b\n \t- c\n', 'yaml/tab-indentation at "\\t"'],
  ['a:\n    b: 1\n  c: 2\n', 'yaml/bad-indentation at "c:"'],
  ['a:\n  - b\n c: d\n', 'yaml/bad-indentation at "c:"'],
  ['a: 1\n  b: 2\n', 'yaml/bad-indentation at "b:"'],
  ['a: "b\nc: d\n', 'yaml/unclosed-quote at "\\""'],
  ["a: 'b\nc: d\n", 'yaml/unclosed-quote at "\'"'],
  ['a: "b\\"', 'yaml/unclosed-quote at "\\""'],
  ["a: 'b''", 'yaml/unclosed-quote at "\'"'],
  ['a: [b, c\nd: e\n', 'yaml/unclosed-bracket at "["'],
  ['a: [b, { c: d\n', 'yaml/unclosed-bracket at "{"'],
  ['a: [b}\n', 'yaml/mismatched-bracket at "}"'],
  ['a: 1\nb\nc: 2\n', 'yaml/missing-colon at "b"'],
  ['a: 1\nb\n', 'yaml/missing-colon at "b"'],
  ['a: 1\nb:2\n', 'yaml/missing-colon at "b:2"'],
  ['a: { b: 1 c: 2 }\n', 'yaml/missing-comma at "c:"'],
  ['a: ["b" "c"]\n', 'yaml/missing-comma at "\\"c\\""'],
  ['a: b: c\n', 'yaml/nested-mapping at "b:"'],
  ['a: @b\n', 'yaml/bad-start at "@b"'],
  ['a: "b"#c\n', 'yaml/glued-comment at "#c"'],
  ['a: "b" c\n', 'yaml/unexpected at "c"'],
  ['- a\nb: c\n', 'yaml/unexpected at "b:"'],
  ['a: - b\n', 'yaml/unexpected at "-"'],
  ['a: [1,,2]\n', 'yaml/unexpected at ","'],
  ['a: b ]\nc: ]\n', 'yaml/unexpected at "]"'],
  ['a: |x\n  b\n', 'yaml/block-text at "x"'],
  ['a: |\n     \n  b\n', 'yaml/block-text at "b"'],
  ['a: [\n  - b\n  ]\n', 'yaml/block-in-brackets at "- b"'],
  ['-\n#c\n  a\n- b\n', 'yaml/bad-indentation at "-"'],
  ['--- a: b\n', 'yaml/unexpected at "a:"'],
];

describe('what is refused', () => {
  test.each(REFUSED)('%j', (text, ...expected) => {
    expect(errorsOf(text)).toEqual(expected);
  });
});

describe('bytes that are not a text', () => {
  const withBytes = (before: string, bytes: number[], after = '') =>
    Uint8Array.from([...bytesOf(before), ...bytes, ...bytesOf(after)]);

  test('invalid UTF-8 is shown where it is, after characters of all lengths and a genuine U+FFFD', () => {
    const { diagnostics } = readYaml('f', withBytes('\ufeffa: é\u3000😀\ufffd\nb: ', [0xc3, 0x28], '\n'));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: 'NC1002', name: 'yaml/invalid-utf-8' });
    expect(diagnostics[0]?.message).toBe('byte 0xc3 at offset 22 is not valid UTF-8');
    expect(diagnostics[0]?.primary).toMatchObject({ start: 12, end: 13 });
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut off at the end', [0xe2, 0x82]],
  ])('%s', (_, bytes) => {
    expect(errorsOf(withBytes('a: ', bytes))).toEqual(['yaml/invalid-utf-8 at "\ufffd"']);
  });

  test('UTF-16 is recognised', () => {
    const { diagnostics } = readYaml('f', Uint8Array.from([0xff, 0xfe, 0x61, 0x00]));
    expect(diagnostics[0]).toMatchObject({
      name: 'yaml/invalid-utf-8',
      help: expect.stringContaining('UTF-16'),
    });
  });

  test.each(['\0', '\x01', '\x08', '\x0b', '\x0c', '\x1b', '\x1f', '\x7f', '\x80', '\x85', '\x9f'])(
    'control character %j',
    (character) => {
      for (const text of [`a: ${character}b\n`, `# ${character}`, `a: "${character}"`]) {
        expect(errorsOf(text)).toEqual([`yaml/control-character at ${JSON.stringify(character)}`]);
      }
    },
  );

  test('a carriage return counts only before a line feed', () => {
    expect(errorsOf('a: b\r\n')).toEqual([]);
    expect(errorsOf('a: b # c\rd: e\n')).toEqual(['yaml/control-character at "\\r"']);
  });

  test.each([
    '\u061c',
    '\u200b',
    '\u200e',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2060',
    '\u2066',
    '\u2069',
    '\ufeff',
    '\uffff',
  ])('hidden character %j', (character) => {
    expect(errorsOf(`a: b # ${character}\n`)).toEqual([
      `yaml/hidden-character at ${JSON.stringify(character)}`,
    ]);
  });

  test('a byte order mark at the start is accepted and not a part of the text', () => {
    const { tree, diagnostics } = readYaml('f', bytesOf('\ufeffa: 1\n'));
    expect(diagnostics).toEqual([]);
    expect(tree.source.text).toBe('a: 1\n');
    expect(errorsOf('\ufeff\ufeffa: 1\n')).toEqual(['yaml/hidden-character at "\ufeff"']);
  });

  test('size counts in bytes, before decoding', () => {
    const full = new Uint8Array(MAX_BYTES).fill(0x23);
    expect(errorsOf(full)).toEqual([]);
    const { diagnostics, tree } = readYaml('f', new Uint8Array(MAX_BYTES + 1).fill(0xff));
    expect(diagnostics.map(({ name }) => name)).toEqual(['yaml/too-large']);
    expect(tree.root).toBeNull();
  });
});

describe('a text in memory', () => {
  const names = (text: string) => {
    const { tree, diagnostics } = readYamlText(new SourceFile('f', text));
    expect(tree.root === null).toBe(diagnostics.length > 0);
    return diagnostics.map(({ name, primary }) => `${name} at ${primary?.start}`);
  };

  test('is screened like a file', () => {
    expect(names('a: 😀')).toEqual([]);
    expect(names('a: \0')).toEqual(['yaml/control-character at 3']);
    expect(names('#'.repeat(MAX_BYTES + 1))).toEqual(['yaml/too-large at 0']);
  });

  test('may not hold half of a character', () => {
    expect(names('a: 😀\ude00')).toEqual(['yaml/lone-surrogate at 5']);
  });
});

describe('diagnostics', () => {
  const entries = Object.values(catalog);

  test('a repeated key names the first one', () => {
    const { diagnostics } = readYaml('f', bytesOf('a: 1\nb: 2\na: 3\n'));
    expect(diagnostics[0]?.related).toMatchObject([{ label: 'first here', span: { start: 0, end: 1 } }]);
  });

  test('a wrong bracket names the one it should close', () => {
    const { diagnostics } = readYaml('f', bytesOf('a: [b}\n'));
    expect(diagnostics[0]?.related).toMatchObject([{ label: 'opened here', span: { start: 3, end: 4 } }]);
  });

  test('a tree with errors has no root', () => {
    expect(readYaml('f', bytesOf('a: 1\na: 2\n')).tree.root).toBeNull();
  });

  test('many errors are cut off, and it is said', () => {
    const { diagnostics } = readYaml('f', bytesOf('a: 1\n'.repeat(100)));
    expect(diagnostics).toHaveLength(MAX_ERRORS + 1);
    expect(diagnostics.at(-1)).toMatchObject({ name: 'yaml/more-errors', severity: 'note' });
    expect(errorsOf('- {a: 1, a: 2}\n'.repeat(MAX_ERRORS))).toHaveLength(MAX_ERRORS);
  });

  test('quoted words stay on one line and short', () => {
    const { diagnostics } = readYaml(
      'f',
      bytesOf(`"a\\n\\x1b${'k'.repeat(500)}": 1\n"a\\n\\x1b${'k'.repeat(500)}": 2\n`),
    );
    expect(diagnostics[0]?.message).toMatch(/^the key `a\\n\\u001bk+…` appears twice in the same mapping$/);
  });

  test('every entry of the catalog has a case here', () => {
    const shown = new Set(REFUSED.flatMap(([, ...expected]) => expected.map((line) => line.split(' ')[0])));
    const elsewhere = [
      'yaml/too-large',
      'yaml/lone-surrogate',
      'yaml/invalid-utf-8',
      'yaml/control-character',
      'yaml/hidden-character',
      'yaml/more-errors',
      'yaml/too-deep',
      'yaml/too-many-values',
    ];
    const without = entries
      .map(({ name }) => name)
      .filter((name) => !shown.has(name) && !elsewhere.includes(name));
    expect(without).toEqual(['yaml/syntax']);
  });

  test('codes and names are unique and in their range, and the words keep to the style', () => {
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    for (const { code, name, explanation } of entries) {
      expect(code).toMatch(/^NC10[0-9]{2}$/);
      expect(name).toMatch(/^yaml\/[a-z0-9-]+$/);
      expect(explanation).toMatch(/^[A-Z].*\.$/s);
    }
    for (const [text] of REFUSED) {
      for (const { message } of readYaml('f', bytesOf(text)).diagnostics) {
        expect(message).toMatch(/^[^A-Z]/);
        expect(message).not.toMatch(/\.$/);
      }
    }
  });
});
