import { describe, expect, test } from 'vitest';
import { keySpanOf, nodeAt, spanOf } from '../../../../compiler/frontend/yaml/places.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { toValue } from '../../../../compiler/frontend/yaml/value.ts';
import { bytesOf } from './reading.ts';

const TEXT = 'list:\n  - name: "x"\n    ports: [80, 443]\n  - null\n1: one\n';

const treeOf = (text: string) => {
  const { tree, diagnostics } = readYaml('file.yaml', bytesOf(text));
  expect(diagnostics).toEqual([]);
  return tree;
};

describe('toValue', () => {
  const read = (text: string) => {
    const { root } = treeOf(text);
    if (root === null) throw new Error('the text is empty');
    return toValue(root);
  };

  test('gives plain values', () => {
    expect(read(TEXT)).toEqual({ list: [{ name: 'x', ports: [80, 443] }, null], 1: 'one' });
  });

  test('keeps keys that JavaScript gives a meaning to, and pollutes nothing', () => {
    const value = read('__proto__: { polluted: true }\nconstructor: 1\n') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(value.toString).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  });
});

describe('nodeAt', () => {
  const tree = treeOf(TEXT);
  const covered = ({ start, end }: { start: number; end: number }) => TEXT.slice(start, end);

  test.each([
    [['list', 0, 'name'], '"x"', 'name'],
    [['list', 0, 'ports', 1], '443', null],
    [['list', 0, 'ports'], '[80, 443]', 'ports'],
    [['list', 1], 'null', null],
    [['1'], 'one', '1'],
    [[1], 'one', '1'],
  ])('%j', (path, value, key) => {
    const found = nodeAt(tree.root, path);
    if (found === null) throw new Error('not found');
    expect(covered(spanOf(tree, found.node))).toBe(value);
    expect(found.entry && covered(keySpanOf(tree, found.entry))).toBe(key);
    expect(spanOf(tree, found.node).source).toBe(tree.source);
  });

  test('an empty path is the root, which has no key', () => {
    expect(nodeAt(tree.root, [])).toEqual({ node: tree.root, entry: null });
  });

  test.each([
    [['list', 2]],
    [['list', -1]],
    [['list', '0']],
    [['list', 0, 'name', 'deeper']],
    [['absent']],
    [['toString']],
  ])('%j is not there', (path) => {
    expect(nodeAt(tree.root, path)).toBeNull();
  });

  test('nothing is there in an empty text', () => {
    expect(nodeAt(treeOf('').root, [])).toBeNull();
  });
});
