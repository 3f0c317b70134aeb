import type { Phrase } from '../phrase.ts';
import type { Approved, PermissionGroup, Place } from './permission.ts';
import { prose, say, words } from './phrase.ts';
import { NO_END, NOBODY } from './state-words.ts';

/** `preset:npm:19:15`. */
export function placeText({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

/** How a file came in, innermost last; empty where it is the blueprint itself. */
export function trailPhrase({ trail }: Pick<PermissionGroup, 'trail'>): Phrase {
  if (trail.length < 2) return [];
  return trail.flatMap((part, at) => [...words(at === 0 ? '' : ' → '), ...say`${part}`]);
}

/** Who answers, why, by which ticket, and until when; one phrase each. */
export function approvalPhrases(approval: Approved): Phrase[] {
  const { owner, reason, ticket, approvedBy, request, maxUses, usesCounted } = approval;
  return [
    owner === null ? words(NOBODY) : say`${owner} answers for it`,
    ...(reason === null ? [] : [say`because ${prose(reason)}`]),
    ...(ticket === null ? [] : [say`ticket ${ticket}`]),
    ...(request === null ? [] : [say`request ${request}`]),
    ...(approvedBy === null ? [] : [say`approved by ${approvedBy}`]),
    ...(maxUses === null
      ? []
      : [usesCounted ? say`at most ${maxUses} uses` : say`at most ${maxUses} uses, which nothing counts`]),
    endPhrase(approval),
  ];
}

export function endPhrase({ endsAt, ended }: Approved): Phrase {
  if (endsAt === null) return words(NO_END);
  return words(`${ended ? 'ended' : 'ends'} ${endsAt}`);
}
