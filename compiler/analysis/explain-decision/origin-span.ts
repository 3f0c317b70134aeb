import type { Origin } from '../../ir/origin.ts';
import { inputName } from '../../resolve/file-name.ts';
import type { Input } from '../../resolve/resolved.ts';
import { SourceFile } from '../../source/source-file.ts';
import type { Span } from '../../source/span.ts';

/** A quoted text, or all up to what ends a plain one. */
const TOKEN = /"[^"\n]*"|'[^'\n]*'|[^\s,[\]{}]+/y;

/**
 * The text at which a grant was written, so that findings can point at it. Null for a file that is not among the inputs.
 *
 * @param root the name of the blueprint that the policy was made from, as its inputs are named by it
 */
export function originSpan(origin: Origin, inputs: readonly Input[], root: string): Span | null {
  const isShipped = /^(preset|tier):/.test(origin.file);
  const name = isShipped ? origin.file : inputName(origin.file, root);
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined) return null;
  const source = new SourceFile(origin.file, new TextDecoder().decode(input.bytes));
  const start = startOfLine(source.text, origin.line) + origin.column - 1;
  TOKEN.lastIndex = start;
  const token = TOKEN.exec(source.text)?.[0].replace(/:$/, '') ?? '';
  return { source, start, end: start + token.length };
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1;
  return start;
}
