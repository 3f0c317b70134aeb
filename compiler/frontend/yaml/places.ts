import type { Span } from '../../source/span.ts';
import type { YamlEntry, YamlNode, YamlTree } from './tree.ts';

/** A node found by its path, and the mapping entry that holds it; `entry` is null for the root and for list items. */
export interface FoundNode {
  readonly node: YamlNode;
  readonly entry: YamlEntry | null;
}

/** Follows keys and zero-based list positions from `root`. Null when the text has nothing there. */
export function nodeAt(root: YamlNode | null, path: readonly (string | number)[]): FoundNode | null {
  if (root === null) return null;
  let found: FoundNode = { node: root, entry: null };
  for (const step of path) {
    const next = childAt(found.node, step);
    if (next === null) return null;
    found = next;
  }
  return found;
}

function childAt(node: YamlNode, step: string | number): FoundNode | null {
  if (node.kind === 'sequence' && typeof step === 'number') {
    const item = node.items[step];
    return item ? { node: item, entry: null } : null;
  }
  if (node.kind !== 'mapping') return null;
  const entry = node.entries.find(({ key }) => key === String(step));
  return entry ? { node: entry.value, entry } : null;
}

/** Where a node is written, for a diagnostic. */
export function spanOf(tree: YamlTree, node: YamlNode): Span {
  return { source: tree.source, start: node.start, end: node.end };
}

/** Where the key of an entry is written, with its quotes. */
export function keySpanOf(tree: YamlTree, entry: YamlEntry): Span {
  return { source: tree.source, start: entry.keyStart, end: entry.keyEnd };
}
