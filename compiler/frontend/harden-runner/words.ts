import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/**
 * The words of a text over one or several lines, each at its own place. A text without escapes shows each word as it is;
 * where one does not show, the whole text stands for it.
 */
export function wordsOf(node: YamlScalar, source: SourceFile): Located<string>[] {
  const whole: Span = { source, start: node.start, end: node.end };
  const raw = source.text.slice(node.start, node.end);
  // The first line of a block holds its indicators, such as `>-`.
  let at = /^[|>]/.test(raw) ? raw.indexOf('\n') + 1 : 0;
  return split(String(node.value)).map((word) => {
    const found = raw.indexOf(word, at);
    if (found === -1) return located(word, whole);
    at = found + word.length;
    const start = node.start + found;
    return located(word, { source, start, end: start + word.length });
  });
}

/** The words of a plain list: one or more a line, `-` in front of them or not, and comments from `#` to the end of a line. */
export function wordsOfList(source: SourceFile): Located<string>[] {
  const words: Located<string>[] = [];
  let start = 0;
  for (const line of source.text.split('\n')) {
    const said = line.replace(/(^|\s)#.*$/, '$1');
    for (const match of said.matchAll(/[^\s"',]+/g)) {
      const at = start + match.index;
      if (match[0] !== '-') words.push(located(match[0], { source, start: at, end: at + match[0].length }));
    }
    start += line.length + 1;
  }
  return words;
}

function split(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
