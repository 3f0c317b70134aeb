import { visibleWhole } from '../../diagnostics/render/visible.ts';
import type { Phrase } from '../phrase.ts';

/** Nothing in it can begin a link, a mention, a tag, an entity or an emphasis in GitHub's Markdown. */
const HARMLESS = /^(?!.*(?:www|http))[A-Za-z0-9 ,.;:()'-]*$/i;

/** Untrusted text as a code span: shown as it is, and never a link, a mention or a tag. */
export function codeSpan(text: string): string {
  const shown = visibleWhole(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // Where backticks touch the fence, or spaces would be taken away, a space on each side is taken away instead.
  const pad = /^[` ]|[` ]$/.test(shown) && shown.trim() !== '' ? ' ' : '';
  return shown === '' ? '`""`' : `${fence}${pad}${shown}${pad}${fence}`;
}

/** A phrase in Markdown: values as code, and our own words only where they are harmless. */
export function markdownPhrase(phrase: Phrase): string {
  return phrase
    .map(({ kind, text }) => (kind === 'words' && HARMLESS.test(text) ? text : codeSpan(text)))
    .join('');
}

/** For the cell of a table, where a bar ends the cell even in code. */
export function inCell(markdown: string): string {
  return markdown.replaceAll('|', '\\|');
}

/** A block of code with lines of untrusted text. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const shown = lines.map(visibleWhole);
  const longest = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...shown, fence];
}
