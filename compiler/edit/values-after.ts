import { isDeepStrictEqual } from 'node:util';
import { readYamlText } from '../frontend/yaml/read.ts';
import type { YamlNode } from '../frontend/yaml/tree.ts';
import { type PlainValue, toValue } from '../frontend/yaml/value.ts';
import { SourceFile } from '../source/source-file.ts';
import type { TreePath } from './places.ts';

/** Whether a text can be read and has exactly these values. */
export function says(text: string, wanted: PlainValue): boolean {
  const { tree, diagnostics } = readYamlText(new SourceFile('', text));
  return diagnostics.length === 0 && tree.root !== null && isDeepStrictEqual(toValue(tree.root), wanted);
}

/** The values that must come out: the old ones without what was removed, and with what was replaced. */
export function valueAfter(
  root: YamlNode,
  removed: readonly TreePath[],
  replaced: ReadonlyMap<string, string>,
): PlainValue {
  const gone = new Set(removed.map(keyOf));
  const walk = (node: YamlNode, path: TreePath): PlainValue => {
    if (node.kind === 'scalar') return replaced.get(keyOf(path)) ?? node.value;
    if (node.kind === 'sequence') {
      return node.items.flatMap((item, at) => {
        const below = [...path, at];
        return gone.has(keyOf(below)) ? [] : [walk(item, below)];
      });
    }
    const value = Object.create(null) as { [key: string]: PlainValue };
    for (const entry of node.entries) {
      const below = [...path, entry.key];
      if (!gone.has(keyOf(below))) value[entry.key] = walk(entry.value, below);
    }
    return value;
  };
  return walk(root, []);
}

/** One text for each path, to look it up by. */
export function keyOf(path: TreePath): string {
  return JSON.stringify(path);
}
