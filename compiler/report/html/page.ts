import { createHash } from 'node:crypto';
import { escapeHtml } from './text.ts';

/**
 * One self-contained page: only its own style applies; nothing is loaded, run, sent or embedded.
 *
 * @param title plain text
 * @param style ours, without anything untrusted
 * @param body HTML in which everything that is not ours is escaped
 */
export function htmlPage(title: string, style: string, body: readonly string[]): string {
  const digest = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
