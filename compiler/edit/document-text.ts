import { SourceFile } from '../source/source-file.ts';
import { formatBlueprint } from './format.ts';

/** Plain values in the words of a language. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * A document as `nemoclaw fmt` would print it.
 *
 * @param head lines of a comment at the top
 */
export function documentText(document: Plain, head: readonly string[]): string {
  const comment = head.map((line) => `# ${line}\n`).join('');
  return formatBlueprint(new SourceFile('', `${comment}\n${written(document, 0)}\n`)).text;
}

/** As JSON, one line for what fits on it and holds nothing large: the formatter keeps the breaks. */
function written(value: Plain, depth: number): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const parts = Array.isArray(value)
    ? value.map((item: Plain) => written(item, depth + 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${written(item, depth + 1)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const line = `${open}${parts.join(', ')}${close}`;
  const mayBeShort = depth >= (Array.isArray(value) ? 4 : 3);
  if (mayBeShort && line.length <= 90 && !line.includes('\n')) return line;
  return `${open}\n${parts.join(',\n')}\n${close}`;
}
