import type { Origin } from '../compiler/ir/origin.ts';
import type { Input } from '../compiler/resolve/resolved.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { Span } from '../compiler/source/span.ts';

/**
 * Finds the text that a grant was written as, in the files that a policy was made from: from its line and column to the
 * end of the word or of the quoted text.
 *
 * @param name the blueprint as the user named it; the other inputs go by names seen from its folder
 */
export function originPlaces(name: string, inputs: readonly Input[]): (origin: Origin) => Span | null {
  const folder = name.replace(/[^/]*$/, '');
  const sources = new Map<string, SourceFile>();
  for (const input of inputs) {
    const text = new TextDecoder().decode(input.bytes);
    for (const path of [input.name, `${folder}${input.name}`]) sources.set(path, new SourceFile(path, text));
  }
  return ({ file, line, column }) => {
    const source = sources.get(file);
    if (source === undefined) return null;
    const start = lineStart(source.text, line) + column - 1;
    return { source, start, end: start + wordLength(source.text.slice(start)) };
  };
}

function lineStart(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1;
  return start;
}

function wordLength(text: string): number {
  const quoted = /^"(?:[^"\\\n]|\\.)*"|^'[^'\n]*'/.exec(text)?.[0];
  return (quoted ?? /^[^\s,\]}]*?(?=:?(?:[\s,\]}]|$))/.exec(text)?.[0] ?? '').length;
}
