import { deniedWhole, notDenied, notGranted, temporaryPrivate } from '../../diagnostics/catalog/imported.ts';
import type { Located } from '../../source/span.ts';
import { type Importing, short } from '../imported/importing.ts';
import { isIn, keyOf, nearest, type Place, parsePath, pathText } from './paths.ts';
import type { Wanted } from './wanted.ts';

/** The lists of the settings as places, after what beats what within one root. */
export interface Grants {
  readonly read: readonly Place[];
  readonly write: readonly Place[];
  readonly denyRead: readonly Place[];
  /** Below a folder that may be written: to be read, not written. */
  readonly keepReadable: readonly Place[];
  /** Not below a folder that is granted by name, but perhaps where the agent runs: not to be touched at all. */
  readonly keepWhole: readonly Place[];
}

/** Folders that the tier grants for reading at most, so that nothing has to keep them from being written. */
const SYSTEM = ['bin', 'boot', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'proc', 'sbin', 'sys', 'usr'];
const PATTERN = 'it is a pattern, and a blueprint names paths';

export function grantsOf(wanted: Wanted, importing: Importing): Grants {
  const allowRead = granted(wanted.allowRead, 'may be read', importing);
  const denyRead = denied(wanted.denyRead, 'cannot be read', importing).filter(
    (place) => !allowRead.some((allowed) => keyOf(allowed) === keyOf(place)),
  );
  const denyWrite = denied(wanted.denyWrite, 'cannot be written', importing);
  const reads = [
    ...denyRead.map((place) => ({ place, allows: false })),
    ...allowRead.map((place) => ({ place, allows: true })),
  ];
  const write = places(wanted.allowWrite, importing).filter((place) => {
    if (denyWrite.some((folder) => isIn(place, folder))) {
      importing.exact(place.written, 'is denied by `denyWrite`');
      return false;
    }
    if (nearest(place, reads)?.allows === false) {
      refuseGrant(place.written, 'it cannot be read, and here what may be written may be read', importing);
      return false;
    }
    reportGrant(place, 'may be written', importing);
    return true;
  });
  const below = (place: Place) => write.some((folder) => isIn(place, folder));
  const kept = denyWrite.filter((place) => nearest(place, reads)?.allows !== false);
  const keepWhole = kept.filter((place) => !below(place) && !isSystem(place) && !isRoot(place));
  for (const place of keepWhole) {
    importing.change(deniedWhole, place.written.span, { path: pathText(place).value });
  }
  return { read: allowRead, write, denyRead, keepReadable: kept.filter(below), keepWhole };
}

/** Places that a blueprint can name; the others are said to be left out. */
function granted(texts: readonly Located<string>[], taken: string, importing: Importing): Place[] {
  const all = places(texts, importing);
  for (const place of all) importing.exact(place.written, taken);
  return all;
}

function places(texts: readonly Located<string>[], importing: Importing): Place[] {
  return texts.flatMap((text) => {
    const parsed = parsePath(text);
    const why = parsed.kind === 'pattern' ? PATTERN : parsed.kind === 'unusable' ? parsed.why : null;
    if (parsed.kind === 'place' && !isRoot(parsed.place) && !isBelowProc(parsed.place)) return [parsed.place];
    refuseGrant(text, why ?? 'the sandbox starts from nothing, and not from the whole disk', importing);
    return [];
  });
}

function refuseGrant(text: Located<string>, why: string, importing: Importing): void {
  importing.change(notGranted, text.span, { path: short(text.value), why });
}

function reportGrant(place: Place, taken: string, importing: Importing): void {
  const isTemporary = ['disk:tmp', 'disk:var/tmp', 'disk:dev/shm'].includes(keyOf(place));
  if (isTemporary) importing.change(temporaryPrivate, place.written.span, { path: pathText(place).value });
  else importing.exact(place.written, taken);
}

/**
 * A pattern within a folder that is denied as a whole is denied with it. The list of processes in the sandbox is its own,
 * so what lies below it needs no denial, and could have none.
 */
function denied(texts: readonly Located<string>[], taken: string, importing: Importing): Place[] {
  const parsed = texts.map((text) => ({ text, path: parsePath(text) }));
  const named = parsed.flatMap(({ path }) => (path.kind === 'place' ? [path.place] : []));
  const whole = named.filter((place) => !isBelowProc(place) || place.segments.length === 1);
  for (const { text, path } of parsed) {
    const isCovered = path.kind === 'pattern' && named.some((folder) => isIn(path.within, folder));
    if (path.kind === 'place' || isCovered) importing.exact(text, taken);
    else {
      const why = path.kind === 'pattern' ? PATTERN : path.why;
      importing.change(notDenied, text.span, { path: short(text.value), why });
    }
  }
  return whole;
}

function isRoot(place: Place): boolean {
  return keyOf(place) === 'disk:';
}

/** Nothing is granted below the list of processes, nor the list for writing. */
function isBelowProc({ root, segments }: Place): boolean {
  return root === 'disk' && segments[0] === 'proc';
}

function isSystem({ root, segments }: Place): boolean {
  return root === 'disk' && SYSTEM.includes(segments[0] ?? '');
}
