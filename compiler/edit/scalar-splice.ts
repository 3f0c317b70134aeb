import type { YamlTree } from '../frontend/yaml/tree.ts';
import { nodeIn, type TreePath } from './places.ts';
import type { Splice } from './splice.ts';

/** What every version of YAML reads as a text, in brackets and out of them. */
const PLAIN = /^[A-Za-z_/][\w/.@+-]*$/;
const NOT_A_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;

/** Writes another text in the place of a scalar, in quotes as before or where it needs them; null for block texts. */
export function scalarSplice({ root, source }: YamlTree, path: TreePath, value: string): Splice | null {
  const node = root === null ? null : nodeIn(root, path);
  if (node?.kind !== 'scalar') return null;
  const { start, end } = node;
  const [first = ''] = source.text.slice(start, end);
  if (first === '|' || first === '>') return null;
  const isPlain = PLAIN.test(value) && !NOT_A_TEXT.test(value);
  if (first === "'" && isPlain) return { start, end, text: `'${value}'` };
  const isQuoted = first === '"' || first === "'" || !isPlain;
  return { start, end, text: isQuoted ? JSON.stringify(value) : value };
}
