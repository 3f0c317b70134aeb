import type { CallWithConditions } from '../../../analysis/reach/call-conditions.ts';
import type { CallGroup, CallSource, CallUse, SyscallReach } from '../../../analysis/reach/syscalls.ts';
import type { Phrase } from '../../phrase.ts';
import { grouped, type Permission, permission } from '../permission.ts';
import { counted, listed, say, words } from '../phrase.ts';
import { callPhrase } from './call-words.ts';
import type { Chapter } from './chapter.ts';

const MOST_NAMED = 8;
/** Groups that are left out for their age, which tells a reader nothing. */
const UNINTERESTING = ['@obsolete'];

export function syscallsChapter({ groups, counts, limited, sources }: SyscallReach, now: number): Chapter {
  const has = (group: CallGroup, use: CallUse) => group.calls.some((call) => call.use === use);
  const closed = groups.filter(
    (group) => !has(group, 'free') && !has(group, 'limited') && !UNINTERESTING.includes(group.name),
  );
  return {
    facet: 'syscalls',
    title: 'System calls',
    can: [
      say`use ${counts.free} kinds of calls to the kernel without further conditions`,
      ...(limited.length === 0
        ? []
        : [say`use ${counts.limited} more with certain arguments only; arguments count from 0`]),
      ...limited.map((call) => say`use ${callPhrase(call)}`),
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

function rowOf({ grant, allows, refuses, allowsWhere, refusesWhere }: CallSource, now: number): Permission {
  const what: Phrase = say`${grant.id.replace(/^syscalls:/, '')}`;
  const details = [
    ...callLines('allows', allows, allowsWhere),
    ...callLines('refuses', refuses, refusesWhere),
  ];
  return permission(grant, what, now, details);
}

function callLines(
  verb: string,
  names: readonly string[],
  limited: readonly CallWithConditions[],
): readonly Phrase[] {
  if (names.length === 0) return [];
  const all = say`${words(verb)} ${counted(names.length, 'call')}: ${listed(names, MOST_NAMED)}`;
  if (limited.length === 0) return [all];
  // The many conditions of a profile are in what the agent can do.
  if (limited.length > MOST_NAMED)
    return [all, say`${limited.length} of them with certain arguments only, which are listed above`];
  return [all, ...limited.map((call) => say`${words(verb)} ${callPhrase(call)}`)];
}
