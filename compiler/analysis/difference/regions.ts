import type { Grant } from '../../ir/origin.ts';
import type { Reason } from './gain.ts';

/** The values that an entry speaks about: `single` just the text `start`, otherwise every text that begins with it. */
export interface Place {
  /** How the entry names them; one name a place. */
  readonly name: string;
  readonly start: string;
  readonly single: boolean;
}

/**
 * The values of a place that no more specific entry of either policy speaks about. Within it each policy gives every
 * value the same answer, by one entry or by none.
 */
export interface Region<E> {
  readonly place: Place;
  readonly above: Region<E> | null;
  readonly from: E | null;
  readonly to: E | null;
}

/**
 * All regions of two lists of entries in which the most specific one decides, those above others first. What lies
 * outside of all of them is spoken about by no entry.
 */
export function regionsOf<E>(
  from: readonly E[],
  to: readonly E[],
  placeOf: (entry: E) => Place,
): Region<E>[] {
  const own = new Map<string, { place: Place; from: E | null; to: E | null }>();
  for (const entry of from) {
    const place = placeOf(entry);
    own.set(place.name, { place, from: entry, to: null });
  }
  for (const entry of to) {
    const place = placeOf(entry);
    own.set(place.name, { place, from: own.get(place.name)?.from ?? null, to: entry });
  }
  // Texts with a common start stand together, the shortest first, so those above the next one are always on the way.
  const sorted = [...own.values()].sort((a, b) => compare(a.place, b.place));
  const way: Region<E>[] = [];
  return sorted.map(({ place, from, to }) => {
    while (way.length > 0 && !place.start.startsWith(way.at(-1)!.place.start)) way.pop();
    const above = way.at(-1) ?? null;
    const region = { place, above, from: from ?? above?.from ?? null, to: to ?? above?.to ?? null };
    if (!place.single) way.push(region);
    return region;
  });
}

function compare(a: Place, b: Place): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return Number(a.single) - Number(b.single);
}

/** Regions that changed alike, as whole places with exceptions. */
export interface RegionSet<E> {
  readonly regions: readonly Region<E>[];
  readonly parts: readonly RegionPart<E>[];
}

/** A place and all below it, without the exceptions and all below those. */
export interface RegionPart<E> {
  readonly root: Region<E>;
  readonly except: readonly Region<E>[];
}

/** Puts together what has the same key; regions without one did not change. Keys in the order of their first region. */
export function gather<E>(
  regions: readonly Region<E>[],
  keyOf: (region: Region<E>) => string | null,
): ReadonlyMap<string, RegionSet<E>> {
  const sets = new Map<string, { regions: Region<E>[]; parts: { root: Region<E>; except: Region<E>[] }[] }>();
  const keys = new Map<Region<E>, string | null>();
  const partOf = new Map<Region<E>, { root: Region<E>; except: Region<E>[] }>();
  for (const region of regions) {
    const key = keyOf(region);
    keys.set(region, key);
    const around = region.above === null ? undefined : partOf.get(region.above);
    const isAlike = around !== undefined && keys.get(region.above!) === key;
    if (around !== undefined && !isAlike) around.except.push(region);
    if (key === null) continue;
    const set = sets.get(key) ?? { regions: [], parts: [] };
    sets.set(key, set);
    const part = isAlike ? around : { root: region, except: [] };
    if (!isAlike) set.parts.push(part);
    set.regions.push(region);
    partOf.set(region, part);
  }
  return sets;
}

/**
 * Why `to` answers otherwise in a region: its own entry is new there, or says something else than the one of `from` at
 * the same place, or stands in both and a more specific one of `from` is gone.
 */
export function reasonFor<E extends { readonly grant: Grant }>(
  region: Region<E>,
  before: ReadonlyMap<string, E>,
  placeOf: (entry: E) => Place,
  saysTheSame: (a: E, b: E) => boolean,
): Reason {
  const { from, to } = region;
  if (to === null) throw new Error('what no entry speaks about cannot be gained');
  const place = placeOf(to);
  const earlier = before.get(place.name) ?? null;
  if (earlier === null) return { kind: 'granted', by: to.grant };
  if (from !== null && from !== earlier && saysTheSame(earlier, to))
    return { kind: 'lifted', by: from.grant };
  return { kind: 'changed', from: earlier.grant, to: to.grant };
}

/** The same for two reasons exactly when they name the same entry in the same way. */
export function reasonKey(reason: Reason): string {
  return reason.kind === 'changed' ? `changed ${reason.to.id}` : `${reason.kind} ${reason.by.id}`;
}
