import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, changeText } from '../../../compiler/edit/change-text.ts';
import { lexedComments } from '../../../compiler/edit/same-meaning.ts';
import { readYamlText } from '../../../compiler/frontend/yaml/read.ts';
import type { YamlNode } from '../../../compiler/frontend/yaml/tree.ts';
import { type PlainValue, toValue } from '../../../compiler/frontend/yaml/value.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';

/** Removes the items at the texts, each of which must occur once. */
function without(text: string, ...items: string[]): string | null {
  const changes = items.map((item): Change => {
    const start = text.indexOf(item);
    expect(text.lastIndexOf(item)).toBe(start);
    return { kind: 'remove', span: { start, end: start + item.length } };
  });
  return changeText(new SourceFile('a.yaml', text), changes);
}

function replacing(text: string, old: string, value: string): string | null {
  const start = text.indexOf(old);
  const span = { start, end: start + old.length };
  return changeText(new SourceFile('a.yaml', text), [{ kind: 'replace', span, value }]);
}

describe('an item goes', () => {
  test.each([
    ['first of a block', 'l:\n  - aa\n  - bb\n', ['aa'], 'l:\n  - bb\n'],
    ['last of a block, without a line break at the end', 'l:\n  - aa\n  - bb', ['bb'], 'l:\n  - aa\n'],
    ['of several lines', 'l:\n  - k: aa\n    m: [1]\n  - bb\n', ['aa'], 'l:\n  - bb\n'],
    ['with its block text', 'l:\n  - k: aa\n    t: |\n      x\n\n      y\n  - bb\n', ['aa'], 'l:\n  - bb\n'],
    ['first in brackets', 'l: [aa, bb, cc]\n', ['aa'], 'l: [bb, cc]\n'],
    ['in the middle of brackets', 'l: [aa, bb, cc]\n', ['bb'], 'l: [aa, cc]\n'],
    ['last in brackets', 'l: [aa, bb, cc]\n', ['cc'], 'l: [aa, bb]\n'],
    ['several in brackets', 'l: [aa, bb, cc, dd]\n', ['aa', 'bb', 'dd'], 'l: [cc]\n'],
    ['in brackets over lines', 'l: [\n  aa,\n  bb,\n]\n', ['bb'], 'l: [\n  aa,\n]\n'],
    ['with a list that it leaves empty', 'k: 1\nl:\n  - aa\nm: 2\n', ['aa'], 'k: 1\nm: 2\n'],
    ['with all that it leaves empty', 'k: 1\na:\n  b:\n    l: [aa]\nm: 2\n', ['aa'], 'k: 1\nm: 2\n'],
    [
      'with its owner where that needs it',
      'n:\n  x: { binaries: [b], endpoints: [aa] }\n  y: 1\n',
      ['aa'],
      'n:\n  y: 1\n',
    ],
    ['beside its list', 'l: [[aa], [bb]]\n', ['aa'], 'l: [[bb]]\n'],
    ['in a list below the column of its key', 'l:\n- aa\n- bb\nm: 1\n', ['aa'], 'l:\n- bb\nm: 1\n'],
    [
      'in a text with Windows line ends',
      'l:\r\n  - aa # x\r\n  - bb\r\n',
      ['aa'],
      'l:\r\n  # x\r\n  - bb\r\n',
    ],
  ] as [string, string, string[], string][])('%s', (_name, text, items, expected) => {
    expect(without(text, ...items)).toBe(expected);
  });

  test('and leaves every comment, that above it, that beside it and those inside it', () => {
    const text = 'l:\n  # above\n  - k: aa # beside\n    # inside\n    m: 1\n  # below\n  - bb\n';
    expect(without(text, 'aa')).toBe('l:\n  # above\n  # beside\n  # inside\n  # below\n  - bb\n');
  });

  test('together with what stands inside of it', () => {
    expect(without('l:\n  - k: [aa, bb]\n    n: cc\n  - dd\n', 'aa', 'cc')).toBe('l:\n  - dd\n');
  });
});

describe('nothing is changed', () => {
  test.each([
    ['where a comment stands among the brackets', 'l: [\n  aa, # x\n  bb,\n]\n', ['aa']],
    ['where the item shares its line with another one', '- - aa\n  - bb\n- cc\n', ['aa']],
    ['where there is no list', 'k: aa\n', ['aa']],
  ] as [string, string, string[]][])('%s', (_name, text, items) => {
    expect(without(text, ...items)).toBeNull();
  });

  test('in a text that is no YAML', () => {
    expect(without('l: [aa\n', 'aa')).toBeNull();
  });
});

describe('a scalar gets another value', () => {
  test.each([
    ['plain', 'l: [/a/b] # x\n', '/a/b', '/c/d', 'l: [/c/d] # x\n'],
    ['in the quotes that it had', 'l: [\'/a/b\', "/e"]\n', "'/a/b'", '/c/d', 'l: [\'/c/d\', "/e"]\n'],
    ['in quotes where it needs them', 'l:\n  - /a/b\n', '/a/b', '/c: "d"', 'l:\n  - "/c: \\"d\\""\n'],
    ['which would read as something else', 'l:\n  - aa\n', 'aa', 'true', 'l:\n  - "true"\n'],
  ])('%s', (_name, text, old, value, expected) => {
    expect(replacing(text, old, value)).toBe(expected);
  });

  test('not where only a part of it is meant, nor in a block text', () => {
    expect(replacing('l: [/a/b]\n', '/a', '/x')).toBeNull();
    expect(replacing('l: |\n  aa\n', '|\n  aa\n', 'bb')).toBeNull();
  });
});

test('two changes of one place are refused', () => {
  const span = { start: 4, end: 6 };
  expect(
    changeText(new SourceFile('a', 'l: [aa, bb]\n'), [
      { kind: 'replace', span, value: 'x' },
      { kind: 'replace', span, value: 'y' },
    ]),
  ).toBeNull();
});

/** Random documents of lists and mappings, block and brackets, with comments. */
const leaf = fc.constantFrom('a', 'b', '1', '"x y"', "'z'");
const flow: fc.Arbitrary<string> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc
      .array(tie('node') as fc.Arbitrary<string>, { minLength: 1, maxLength: 3 })
      .map((items) => `[${items.join(', ')}]`),
  ),
})).node as fc.Arbitrary<string>;
const comment = fc.constantFrom('', '', ' # one', ' # two');
const above = fc.constantFrom('', '', '# three\n');
const block = (depth: number): fc.Arbitrary<(indent: string) => string> => {
  const inline = fc.tuple(flow, comment).map(
    ([text, note]) =>
      () =>
        ` ${text}${note}\n`,
  );
  if (depth === 0) return inline;
  const child = fc.oneof(inline, block(depth - 1));
  const items = fc
    .array(fc.tuple(above, child), { minLength: 1, maxLength: 3 })
    .map(
      (list) => (indent: string) =>
        `\n${list.map(([note, item]) => `${note === '' ? '' : indent + note}${indent}- k:${item(`${indent}    `)}`).join('')}`,
    );
  const keys = fc
    .array(fc.tuple(above, child), { minLength: 1, maxLength: 3 })
    .map(
      (list) => (indent: string) =>
        `\n${list.map(([note, item], at) => `${note === '' ? '' : indent + note}${indent}key${at}:${item(`${indent}  `)}`).join('')}`,
    );
  return fc.oneof(items, keys);
};
const document = block(3).map((write) => `root:${write('  ')}`);

/** Places of all list items. */
function itemsOf(node: YamlNode): YamlNode[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'sequence') return [...node.items, ...node.items.flatMap(itemsOf)];
  return node.entries.flatMap(({ value }) => itemsOf(value));
}

test('whatever is taken out of whatever text, nothing else is lost', () => {
  const done = { changed: 0, refused: 0 };
  fc.assert(
    fc.property(document, fc.nat(), (text, pick) => {
      const { tree, diagnostics } = readYamlText(new SourceFile('a', text));
      expect(diagnostics).toEqual([]);
      const items = itemsOf(tree.root!);
      const item = items[pick % Math.max(1, items.length)];
      if (item === undefined) return;
      const { start, end } = item;
      const after = changeText(new SourceFile('a', text), [{ kind: 'remove', span: { start, end } }]);
      if (after === null) {
        done.refused++;
        return;
      }
      done.changed++;
      const read = readYamlText(new SourceFile('a', after)).tree.root;
      expect(lexedComments(after)).toEqual(lexedComments(text));
      expect(leavesOf(read && toValue(read)).length).toBe(
        leavesOf(toValue(tree.root!)).length - leavesOf(toValue(item)).length,
      );
      // All lines are old ones, but for the one whose brackets hold less, and comments that moved to a line of their own.
      const old = new Set(text.split('\n'));
      const fresh = after.split('\n').filter((line) => !old.has(line) && !line.trim().startsWith('#'));
      expect(fresh.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 400 },
  );
  expect(done.changed).toBeGreaterThan(200);
});

function leavesOf(value: PlainValue): PlainValue[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}
