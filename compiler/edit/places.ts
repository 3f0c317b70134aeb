import type { YamlNode } from '../frontend/yaml/tree.ts';

/** Keys and zero-based positions from the root to a node. */
export type TreePath = readonly (string | number)[];

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The innermost list item that holds the range. */
export function placeOfItem(root: YamlNode, range: Range): TreePath | null {
  const path = placeOfInnermost(root, range);
  const last = path.findLastIndex((step) => typeof step === 'number');
  return last === -1 ? null : path.slice(0, last + 1);
}

/** The scalar that stands exactly at the range. */
export function placeOfScalar(root: YamlNode, range: Range): TreePath | null {
  const path = placeOfInnermost(root, range);
  const node = nodeIn(root, path);
  const isThere = node?.kind === 'scalar' && node.start === range.start && node.end === range.end;
  return isThere ? path : null;
}

/** The node at a path; null where there is none. */
export function nodeIn(root: YamlNode, path: TreePath): YamlNode | null {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    if (node?.kind === 'sequence') node = node.items[Number(step)];
    else if (node?.kind === 'mapping') node = node.entries.find(({ key }) => key === step)?.value;
    else return null;
  }
  return node ?? null;
}

function placeOfInnermost(root: YamlNode, { start, end }: Range): TreePath {
  const path: (string | number)[] = [];
  const holds = (node: YamlNode) => node.start <= start && end <= node.end;
  for (let node = root; node.kind !== 'scalar'; ) {
    const children =
      node.kind === 'sequence'
        ? node.items.map((item, at) => [item, at] as const)
        : node.entries.map(({ value, key }) => [value, key] as const);
    const inner: readonly [YamlNode, string | number] | undefined = children.find(([child]) => holds(child));
    if (inner === undefined) break;
    path.push(inner[1]);
    node = inner[0];
  }
  return path;
}
