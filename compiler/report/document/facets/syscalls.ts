import type { CallGroup, CallSource, CallUse, SyscallReach } from '../../../analysis/reach/syscalls.ts';
import type { Phrase } from '../../phrase.ts';
import { grouped, type Permission, permission } from '../permission.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Chapter } from './chapter.ts';

const MOST_NAMED = 8;
/** Groups that are left out for their age, which tells a reader nothing. */
const UNINTERESTING = ['@obsolete'];

export function syscallsChapter({ groups, counts, sources }: SyscallReach, now: number): Chapter {
  const has = (group: CallGroup, use: CallUse) => group.calls.some((call) => call.use === use);
  const closed = groups.filter(
    (group) => !has(group, 'free') && !has(group, 'limited') && !UNINTERESTING.includes(group.name),
  );
  const limited = groups.flatMap(({ calls }) => calls.filter(({ use }) => use === 'limited'));
  return {
    facet: 'syscalls',
    title: 'System calls',
    can: [
      say`use ${counts.free} kinds of calls to the kernel without further conditions`,
      ...(limited.length === 0
        ? []
        : [
            say`use ${counts.limited} more with certain arguments only: ${listed(
              limited.map(({ name }) => name),
              limited.length,
            )}`,
          ]),
    ],
    cannot: [
      say`use any of the other ${counts.refused} calls that are known, nor any that a newer kernel adds`,
      ...closed.map(
        ({ name, phrase, calls }) => say`${words(phrase)} (${name}, ${counted(calls.length, 'call')})`,
      ),
    ],
    permissions: grouped(sources.map((source) => rowOf(source, now))),
  };
}

function rowOf({ grant, allows, refuses }: CallSource, now: number): Permission {
  const what: Phrase = say`${grant.id.replace(/^syscalls:/, '')}`;
  const details = [
    ...(allows.length === 0
      ? []
      : [say`allows ${counted(allows.length, 'call')}: ${listed(allows, MOST_NAMED)}`]),
    ...(refuses.length === 0
      ? []
      : [say`refuses ${counted(refuses.length, 'call')}: ${listed(refuses, MOST_NAMED)}`]),
  ];
  return permission(grant, what, now, details);
}
