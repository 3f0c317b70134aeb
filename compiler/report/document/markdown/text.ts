import { visible } from '../../../diagnostics/render/visible.ts';
import type { Phrase } from '../../phrase.ts';

/** Characters that begin or end something within a line of Markdown; the bar of tables is for `cell`. */
const MARKS = /[\\`*_{}[\]<>()!~&]/g;
/** What begins a list, a rule or a heading at the start of a line. */
const STARTS = /^(?:[-+=#>]|\d+(?=[.)]))/;
/** Words that GitHub makes a link or a mention of wherever they stand, but in code. */
const LINKED = /[@#]|:\/\/|www\./i;

/** Untrusted text as a code span: shown as it is, and never a link, a tag or an end of the span. */
export function codeSpan(text: string): string {
  const shown = visible(text);
  if (shown === '') return '`""`';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // One space at each end is taken away again; without it a backtick at an end would belong to the fence.
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Untrusted prose: it reads as it was written and does nothing; a word that would become a link is shown as code. */
export function prose(text: string): string {
  return visible(text)
    .split(' ')
    .map((word) => (LINKED.test(word) ? codeSpan(word) : word.replace(MARKS, (mark) => `\\${mark}`)))
    .join(' ')
    .replace(STARTS, (start) => (/^\d/.test(start) ? `${start}\\` : `\\${start}`));
}

const PART = { words: (text: string) => text, value: codeSpan, prose } as const;

/** A phrase: values as code, words of ours as they are. */
export function markdownOf(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => PART[kind](text)).join('');
}

/** A block of code that no line of it can end. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const shown = lines.map(visible);
  const longest = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...shown, fence, ''];
}

/** For the cell of a table, where a bar ends the cell even in code. */
export function cell(markdown: string): string {
  return markdown.replaceAll('|', '\\|');
}

/** A table with a head; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

export function list(items: readonly Phrase[]): string[] {
  return items.map((item) => `- ${markdownOf(item)}`);
}
