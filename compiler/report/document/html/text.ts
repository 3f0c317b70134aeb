import { visible } from '../../../diagnostics/render/visible.ts';
import type { Phrase } from '../phrase.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Untrusted text for an element or a quoted attribute: nothing in it ends either, or acts on how it is shown. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

export function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

export function htmlOf(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => (kind === 'value' ? code(text) : escapeHtml(text))).join('');
}

/** A sentence that was made to follow other words, standing by itself. */
export function sentence(phrase: Phrase): string {
  const [first, ...rest] = phrase;
  if (first === undefined || first.kind === 'value') return htmlOf(phrase);
  return htmlOf([{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest]);
}
