import { countsUses } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Phrase } from '../phrase.ts';

/** One entry of a policy as a row of the document. */
export interface Permission {
  /** The grant's name, as logs and other reports use it. */
  readonly id: string;
  readonly what: Phrase;
  /** More about it, one phrase a line. */
  readonly details: readonly Phrase[];
  readonly place: Place;
  readonly approval: Approved;
}

/** Where something is written. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How the file came in, outermost first. */
  readonly trail: readonly string[];
}

/** Who answers for an entry; null where the blueprint says nothing. */
export interface Approved {
  readonly owner: string | null;
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly approvedBy: string | null;
  readonly request: string | null;
  readonly maxUses: number | null;
  /** Whether anything holds it to `maxUses`; false where that is null. */
  readonly usesCounted: boolean;
  /** RFC 3339 in UTC. */
  readonly endsAt: string | null;
  readonly ended: boolean;
}

/** Permissions that are written in one file, came in one way, and have the same people and the same end. */
export interface PermissionGroup {
  readonly file: string;
  readonly trail: readonly string[];
  readonly approval: Approved;
  readonly permissions: readonly Permission[];
}

/** @param now milliseconds since 1970 UTC */
export function permission(
  grant: Grant,
  what: Phrase,
  now: number,
  details: readonly Phrase[] = [],
): Permission {
  return { id: grant.id, what, details, place: placeOf(grant), approval: approvedBy(grant, now) };
}

export function placeOf({ origin }: Pick<Grant, 'origin'>): Place {
  const { file, line, column, trail } = origin;
  return { file, line, column, trail };
}

function approvedBy({ id, approval }: Pick<Grant, 'id' | 'approval'>, now: number): Approved {
  const expiresAt = approval?.expiresAt ?? null;
  return {
    owner: approval?.owner ?? null,
    reason: approval?.reason ?? null,
    ticket: approval?.ticket ?? null,
    approvedBy: approval?.approvedBy ?? null,
    request: approval?.request ?? null,
    maxUses: approval?.maxUses ?? null,
    usesCounted: (approval?.maxUses ?? null) !== null && countsUses({ id }),
    endsAt: expiresAt === null ? null : timeText(expiresAt),
    ended: expiresAt !== null && now >= expiresAt,
  };
}

/** Groups in the order in which their first permission comes. */
export function grouped(permissions: readonly Permission[]): PermissionGroup[] {
  const groups = new Map<string, Permission[]>();
  for (const one of permissions) {
    const key = JSON.stringify([one.place.file, one.place.trail, one.approval]);
    const known = groups.get(key);
    if (known) known.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map((members) => {
    const { place, approval } = members[0]!;
    return { file: place.file, trail: place.trail, approval, permissions: members };
  });
}

/** Permissions that mean the same, of one group. */
export interface Alike {
  readonly details: readonly Phrase[];
  readonly permissions: readonly Permission[];
}

/** In the order in which the first of each kind comes. */
export function alike(permissions: readonly Permission[]): Alike[] {
  const kinds = new Map<string, Permission[]>();
  for (const one of permissions) {
    const key = JSON.stringify(one.details);
    const known = kinds.get(key);
    if (known) known.push(one);
    else kinds.set(key, [one]);
  }
  return [...kinds.values()].map((members) => ({ details: members[0]!.details, permissions: members }));
}

/** The latest time that a date can hold (ECMA-262, time values). */
const LATEST = 8.64e15;

/** RFC 3339 in UTC to the second. */
export function timeText(milliseconds: number): string {
  const held = Math.max(-LATEST, Math.min(LATEST, milliseconds));
  return new Date(held).toISOString().replace('.000Z', 'Z');
}
