import {
  builtInProtection,
  mustExist,
  nothingReadable,
  readsAreClosed,
} from '../../diagnostics/catalog/imported.ts';
import { located, type Span } from '../../source/span.ts';
import type { PathItem, PathMode } from '../blueprint/blueprint.ts';
import { pathItem } from '../imported/draft.ts';
import type { Importing } from '../imported/importing.ts';
import { reportDeniedAround } from './elsewhere.ts';
import { type Grants, grantsOf } from './grants.ts';
import { isIn, keyOf, nearest, type Place, pathText } from './paths.ts';
import type { Wanted } from './wanted.ts';

/** One path and what may be done with it, before what says nothing new is left out. */
export interface Marked {
  readonly place: Place;
  readonly mode: PathMode;
  /** Whether it takes something away from the folder around it, rather than adding to it. */
  readonly takesAway: boolean;
}

export interface Files {
  readonly tier: 'restricted' | null;
  readonly includeWorkdir: boolean;
  readonly paths: readonly PathItem[];
}

const TEMPORARY = ['disk:tmp', 'disk:var/tmp', 'disk:dev/shm'];

/**
 * Files as sandbox-runtime's README says: everything may be read but `denyRead`, where a more specific `allowRead` allows
 * again and wins over an equal one; nothing may be written but `allowWrite`, and `denyWrite` beats it. In a blueprint the
 * most specific path decides, so the lists become one table of paths.
 */
export function translateFiles(wanted: Wanted, place: Span, importing: Importing): Files {
  const grants = grantsOf(wanted, importing);
  const workdir: Place = { written: located('.', place), root: 'workdir', segments: [] };
  const marked = markedPlaces(grants, workdir);
  const isShut = grants.denyRead.some((denied) => keyOf(denied) === 'disk:');
  if (isShut) importing.change(nothingReadable, place, {});
  else importing.change(readsAreClosed, place, {});
  reportDeniedAround(grants, workdir, importing);
  const items = marked.flatMap((path) => itemOf(path, marked, importing));
  reportProtection(marked, importing);
  const own = marked.find((path) => keyOf(path.place) === keyOf(workdir));
  return {
    tier: isShut ? null : 'restricted',
    includeWorkdir: own?.mode === 'read_write',
    paths: items,
  };
}

function reportProtection(marked: readonly Marked[], importing: Importing): void {
  const writable = marked.filter(({ mode }) => mode === 'read_write').map(({ place }) => place);
  const outermost = writable.filter(
    (place) => !writable.some((other) => other !== place && isIn(place, other)),
  );
  if (outermost.length === 0) return;
  const folders = outermost.map((place) => pathText(place).value);
  importing.change(builtInProtection, outermost[0]!.written.span, { folders });
}

/** Every path once, with the one mode that holds there. Reading denied beats writing denied beats what is granted. */
function markedPlaces(grants: Grants, workdir: Place): Marked[] {
  const byKey = new Map<string, Marked>();
  const mark = (place: Place, mode: PathMode, takesAway = false) => {
    if (!byKey.has(keyOf(place))) byKey.set(keyOf(place), { place, mode, takesAway });
  };
  for (const place of grants.denyRead) if (keyOf(place) !== 'disk:') mark(place, 'deny', true);
  for (const place of grants.keepWhole) mark(place, 'deny', true);
  for (const place of grants.keepReadable) mark(place, 'read_only', true);
  for (const place of grants.write) mark(place, TEMPORARY.includes(keyOf(place)) ? 'scratch' : 'read_write');
  for (const place of grants.read) mark(place, 'read_only');
  mark(workdir, 'read_only');
  return withoutRedundant([...byKey.values()]);
}

/** From the outside in, so that each path is compared with the folder around it that stays. */
function withoutRedundant(all: readonly Marked[]): Marked[] {
  const kept = new Set<Marked>();
  for (const path of [...all].sort((a, b) => a.place.segments.length - b.place.segments.length)) {
    if (saysSomething(path, [...kept])) kept.add(path);
  }
  return all.filter((path) => kept.has(path));
}

/**
 * What the folder above says already needs no entry of its own. An outermost denial stays, because the working folder may
 * turn out to hold it; not that of a home, which holds the working folder instead and would hide it.
 */
function saysSomething({ place, mode, takesAway }: Marked, all: readonly Marked[]): boolean {
  const above = folderAround(place, all);
  if (above === null) return mode !== 'deny' || !isHome(place);
  return above.mode !== mode && (takesAway || mode !== 'read_only' || !isWritable(above));
}

/** Somebody's home, all of them, or another folder at the root of the disk. */
function isHome({ root, segments }: Place): boolean {
  if (root !== 'disk') return root === 'home' && segments.length === 0;
  return segments.length < 2 || (segments.length === 2 && ['home', 'Users'].includes(segments[0]!));
}

function isWritable({ mode }: Marked): boolean {
  return mode === 'read_write' || mode === 'scratch';
}

function folderAround(place: Place, all: readonly Marked[]): Marked | null {
  return nearest(
    place,
    all.filter((other) => keyOf(other.place) !== keyOf(place)),
  );
}

function itemOf(
  { place, mode, takesAway }: Marked,
  all: readonly Marked[],
  importing: Importing,
): PathItem[] {
  const path = pathText(place);
  if (place.root === 'workdir' && place.segments.length === 0 && mode === 'read_write') return [];
  const above = folderAround(place, all);
  // The agent could make a missing path in a folder where it may write. In a private folder a hidden one is always made.
  if (
    above !== null &&
    takesAway &&
    (above.mode === 'read_write' || (isWritable(above) && mode === 'read_only'))
  ) {
    importing.change(mustExist, path.span, { path: path.value, above: pathText(above.place).value });
    return [pathItem(mode, path, mode === 'deny' ? false : null)];
  }
  const isAlwaysThere = mode === 'deny' || mode === 'scratch' || path.value === '${workdir}';
  return [pathItem(mode, path, isAlwaysThere ? null : true)];
}
