import { visible } from '../../diagnostics/render/visible.ts';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';

const SHOWN_LENGTH = 60;

/** A value of the user's, in backticks, on one line and not too long. */
export function quoted(value: YamlScalar['value']): string {
  const text = visible(String(value)).replaceAll('`', "'");
  return `\`${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}\``;
}

/** The same without the backticks, for where the message brings them. */
export function shortened(word: string): string {
  return quoted(word).slice(1, -1);
}

/** What stands there, in words: `text \`abc\``, `a list`, `nothing`. */
export function inWords(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  const { value } = node;
  if (value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return `text ${quoted(value)}`;
  return typeof value === 'number' ? `number ${quoted(value)}` : quoted(value);
}
