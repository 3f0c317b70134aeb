import { code } from '../../html/text.ts';
import type { Phrase } from '../../phrase.ts';
import { approvalPhrases, trailPhrase } from '../approval-words.ts';
import { lessThanGranted } from '../coverage-notes.ts';
import type { AuditDocument } from '../document.ts';
import type { Chapter } from '../facets/chapter.ts';
import { type Alike, alike, type PermissionGroup } from '../permission.ts';
import { NOBODY } from '../state-words.ts';
import { htmlOf, sentence } from './phrase.ts';

/** One facet: what it can, what it cannot, and every permission with its place and its people. */
export function facetSection(chapter: Chapter, document: AuditDocument): string[] {
  const { facet, title, can, cannot, permissions } = chapter;
  return [
    `<section id="${facet}">`,
    `<h2>${title}</h2>`,
    ...lessThanGranted(chapter, document).map((note) => `<p class="remark">${htmlOf(note)}</p>`),
    '<div class="two">',
    sentences('can', 'It can', can, 'Nothing.'),
    sentences('cannot', 'It cannot', cannot, 'Nothing is refused here.'),
    '</div>',
    ...(permissions.length === 0 ? [] : ['<h3>Where each permission is written</h3>']),
    ...permissions.map(group),
    '</section>',
  ];
}

function sentences(name: string, title: string, phrases: readonly Phrase[], none: string): string {
  const items = phrases.map((phrase) => `<li>${htmlOf(phrase)}</li>`).join('');
  const body = phrases.length === 0 ? `<p>${none}</p>` : `<ul>${items}</ul>`;
  return `<div class="${name}"><h3>${title}</h3>${body}</div>`;
}

function group(one: PermissionGroup): string {
  const trail = trailPhrase(one);
  return [
    '<div class="group">',
    `<header>${code(one.file)}${trail.length === 0 ? '' : ` <span class="trail">by ${htmlOf(trail)}</span>`}`,
    `<ul class="who">${approvalPhrases(one.approval).map(who).join('')}</ul></header>`,
    '<table><tbody>',
    ...alike(one.permissions).map(row),
    '</tbody></table>',
    '</div>',
  ].join('\n');
}

function who(phrase: Phrase): string {
  const [first] = phrase;
  const kind =
    first?.text === NOBODY ? ' class="nobody"' : first?.text.startsWith('ended') ? ' class="ended"' : '';
  return `<li${kind}>${htmlOf(phrase)}</li>`;
}

function row({ details, permissions }: Alike): string {
  const items = permissions.map(
    ({ what, place, id }) =>
      `<li title="${htmlOf([{ kind: 'words', text: id }])}">${htmlOf(what)} <span class="at">${place.line}:${place.column}</span></li>`,
  );
  const meaning =
    details.length === 1
      ? sentence(details[0]!)
      : `<ul>${details.map((detail) => `<li>${htmlOf(detail)}</li>`).join('')}</ul>`;
  return `<tr><td><ul class="items">${items.join('')}</ul></td><td class="means">${meaning}</td></tr>`;
}
