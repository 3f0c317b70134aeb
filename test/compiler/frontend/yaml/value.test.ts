import { describe, expect, test } from 'vitest';
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
