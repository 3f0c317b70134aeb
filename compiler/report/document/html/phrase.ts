import { code, escapeHtml } from '../../html/text.ts';
import type { Phrase } from '../../phrase.ts';

export function htmlOf(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => (kind === 'value' ? code(text) : escapeHtml(text))).join('');
}

/** A sentence that was made to follow other words, standing by itself. */
export function sentence(phrase: Phrase): string {
  const [first, ...rest] = phrase;
  if (first === undefined || first.kind === 'value') return htmlOf(phrase);
  return htmlOf([{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest]);
}
