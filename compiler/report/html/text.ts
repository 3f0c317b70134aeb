import { visibleWhole } from '../../diagnostics/render/visible.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Untrusted text for an element or a quoted attribute: nothing in it ends either, or acts on how it is shown. */
export function escapeHtml(text: string): string {
  return visibleWhole(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

export function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}
