import { approvalPhrases, trailPhrase } from '../approval-words.ts';
import { lessThanGranted } from '../coverage-notes.ts';
import type { AuditDocument } from '../document.ts';
import type { Chapter } from '../facets/chapter.ts';
import { alike, type PermissionGroup } from '../permission.ts';
import { codeSpan, list, markdownOf, table } from './text.ts';

/** One facet: what it can, what it cannot, and every permission with its place and its people. */
export function facetSection(chapter: Chapter, document: AuditDocument): string[] {
  const { title, can, cannot, permissions } = chapter;
  return [
    `## ${title}`,
    '',
    ...(can.length === 0 ? ['The agent can do nothing here.'] : ['The agent can', '', ...list(can)]),
    '',
    ...(cannot.length === 0 ? [] : ['The agent cannot', '', ...list(cannot), '']),
    ...lessThanGranted(chapter, document).flatMap((note) => [`> ${markdownOf(note)}`, '']),
    ...permissions.flatMap(groupTable),
  ];
}

function groupTable(group: PermissionGroup): string[] {
  const trail = trailPhrase(group);
  const rows = alike(group.permissions).map(({ details, permissions }) => [
    permissions.map(({ what, place }) => `${markdownOf(what)} (${place.line}:${place.column})`).join(', '),
    details.map(markdownOf).join('; '),
  ]);
  return [
    `**${codeSpan(group.file)}**${trail.length === 0 ? '' : `, by ${markdownOf(trail)}`}: ${approvalPhrases(group.approval).map(markdownOf).join(', ')}`,
    '',
    ...table(['permission (line:column)', 'meaning'], rows),
  ];
}
