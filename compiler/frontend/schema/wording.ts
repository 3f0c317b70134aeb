import type { YamlNode, YamlScalar } from '../yaml/tree.ts';

const SHOWN_LENGTH = 60;

/** A value of the user's, in backticks, on one line and not too long. */
export function quoted(value: YamlScalar['value']): string {
  const text = visible(String(value));
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

/** Control characters and backticks would break a message, or act on the terminal that shows it. */
function visible(text: string): string {
  let shown = '';
  for (const character of text.slice(0, SHOWN_LENGTH * 2)) {
    const code = character.codePointAt(0)!;
    if (character === '`') shown += "'";
    else if (isUnseen(code)) shown += `\\u{${code.toString(16)}}`;
    else shown += character;
  }
  return shown;
}

/** C0 and C1 controls, line separators, and the marks that change the direction of text. */
function isUnseen(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  );
}
