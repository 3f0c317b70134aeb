import { createHash } from 'node:crypto';
import { LONGEST_SUBJECT, oneLine } from '../proposals/message.ts';
import type { BlueprintChange } from './change.ts';
import { type DueEntry, useWords, whyWords } from './due.ts';

/** All branches that this makes are below it. */
export const BRANCHES = 'nemoclaw/expire';
export const REMOVAL_TRAILER = 'Nemoclaw-Removes';

const LONGEST_OWNER = 40;
const DIGITS = 12;

/**
 * The name of the branch follows from the entries that go, and shows who answers for them; it holds only what is harmless
 * everywhere.
 */
export function branchFor(due: readonly DueEntry[], owners: readonly string[]): string {
  const ids = due.map(({ entry }) => entry.id).sort();
  const digest = createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, DIGITS);
  const [owner, ...others] = owners;
  const word = others.length > 0 ? 'several' : (owner ?? 'nobody');
  const slug = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_OWNER)
    .replace(/^-+|-+$/g, '');
  return `${BRANCHES}/${slug === '' ? '' : `${slug}-`}${digest}`;
}

/** The first line of the commit and the title of a pull request. */
export function titleOf(due: readonly DueEntry[], owners: readonly string[]): string {
  const ended = due.filter(({ why }) => why.kind === 'ended').length;
  const unused = due.length - ended;
  const what = [
    ...(ended === 0 ? [] : [`${ended} ended`]),
    ...(unused === 0 ? [] : [`${unused} unused`]),
  ].join(' and ');
  const grants = due.length === 1 ? 'grant' : 'grants';
  const whose = owners.length === 1 ? ` of ${oneLine(owners[0]!)}` : '';
  const title = `Remove ${what} ${grants}${whose}`;
  return title.length <= LONGEST_SUBJECT ? title : `${title.slice(0, LONGEST_SUBJECT - 3)}...`;
}

/**
 * Subject, what goes, and trailers. What a person wrote stands on one line, so that it forms no trailer and no second
 * paragraph at the end.
 */
export function commitMessage(changes: readonly BlueprintChange[], owners: readonly string[]): string {
  const due = changes.flatMap((change) => change.due);
  const lines = due.map((one) => {
    const use = useWords(one);
    const words = `- ${one.entry.blueprint}: ${one.entry.name} (${whyWords(one)}${use === '' ? '' : `; ${use}`})`;
    return oneLine(words);
  });
  const trailers = [
    ...due.map(({ entry }) => `${REMOVAL_TRAILER}: ${entry.id}`),
    ...changes.flatMap(({ policies: [old, next] }) =>
      old === null || next === null ? [] : [`Nemoclaw-Policy: ${old} -> ${next}`],
    ),
  ];
  return `${titleOf(due, owners)}\n\n${lines.join('\n')}\n\n${trailers.join('\n')}\n`;
}

/** The ids of the entries that a commit says it removes. */
export function removalsIn(message: string): string[] {
  const [last = ''] = message.trimEnd().split('\n\n').slice(-1);
  const trailer = new RegExp(`^${REMOVAL_TRAILER}: (sha256:[0-9a-f]{64})$`, 'gm');
  return [...last.matchAll(trailer)].map(([, id]) => id!);
}
