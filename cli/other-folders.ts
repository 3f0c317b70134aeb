import { createHash } from 'node:crypto';
import type { Folders } from '../compiler/analysis/difference/elsewhere.ts';
import { placeOfPath } from '../compiler/analysis/difference/file-places.ts';
import { regionsOf } from '../compiler/analysis/difference/regions.ts';
import { NO_RIGHTS, type PathEntry } from '../compiler/ir/filesystem.ts';
import { endOf, usesOf } from '../compiler/ir/limits.ts';
import type { PlaceArguments } from './arguments/place.ts';
import { unescapedText } from './git/spelling.ts';
import { HOST, type Place, USUAL_FOLDERS } from './place.ts';

/** Which of the folders nobody named, so that the agent may be started with others. */
export type OpenFolders = Readonly<Record<keyof Folders, boolean>>;

export const NONE_OPEN: OpenFolders = { workdir: false, home: false };

/** What this machine, a target file or the command line names is not open. */
export function openFolders(place: Place | null, { workdir, home }: PlaceArguments): OpenFolders {
  if (place === null || place.name === HOST) return NONE_OPEN;
  const { bindings } = place;
  return {
    workdir: workdir === null && bindings.workdir === USUAL_FOLDERS.workdir,
    home: home === null && bindings.home === USUAL_FOLDERS.home,
  };
}

const SPEAKS: Readonly<Record<keyof Folders, RegExp>> = {
  workdir: /\$\{workdir\}|include_workdir/,
  home: /\$\{home\}/,
};
const DIGITS = 8;
const MOST_PLACES = 32;

/**
 * `apart`: from everything that the texts name. `nested`: one folder is the other one or lies in it. `within`: below a path that
 * the texts name.
 */
export interface OtherFolders {
  readonly folders: Folders;
  readonly how: 'apart' | 'nested' | 'within';
}

/** Which of the open folders the texts speak of, in whatever spelling, and where others of them may stand. */
interface Spoken {
  readonly home: boolean;
  readonly workdir: boolean;
  readonly varies: OpenFolders;
  readonly top: string;
}

function spokenIn(texts: readonly string[], open: OpenFolders): Spoken | null {
  if (!open.workdir && !open.home) return null;
  const spelled = texts.map(unescapedText);
  const [home, workdir] = [SPEAKS.home, SPEAKS.workdir].map((word) =>
    spelled.some((text) => word.test(text)),
  );
  const varies = { workdir: open.workdir && workdir!, home: open.home && home! };
  if (!varies.workdir && !varies.home) return null;
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, DIGITS);
  return { home: home!, workdir: workdir!, varies, top: `/elsewhere-${digest}` };
}

/**
 * Other folders with which the same texts have to mean no more: apart from everything that the texts name, and, where they
 * speak of the home, one and the same or one within the other, as when an agent is started in somebody's home.
 *
 * @param texts all files of both sides; the folders are called by their digest, so that none of them can name them
 */
export function otherFolders(
  open: OpenFolders,
  here: Folders,
  texts: readonly string[],
): readonly OtherFolders[] {
  const spoken = spokenIn(texts, open);
  if (spoken === null) return [];
  const { varies, top } = spoken;
  const workdir = varies.workdir ? `${top}/workdir` : here.workdir;
  const home = varies.home ? `${top}/home` : here.home;
  const folders = (how: OtherFolders['how'], inWork: string, inHome: string): OtherFolders => ({
    folders: { workdir: inWork, home: inHome },
    how,
  });
  const apart = folders('apart', workdir, home);
  if (!spoken.home || !spoken.workdir) return [apart];
  const both = varies.workdir ? home : workdir;
  return [
    apart,
    // A text may be of use in one of the usual folders alone, and open something where only the other one is another.
    ...(varies.workdir && varies.home
      ? [folders('apart', here.workdir, home), folders('apart', workdir, here.home)]
      : []),
    folders('nested', both, both),
    ...(varies.workdir ? [folders('nested', `${home}/workdir`, home)] : []),
    ...(varies.home ? [folders('nested', workdir, `${workdir}/home`)] : []),
  ];
}

/**
 * The folders below paths that the policies grant, such as a home below `/home`: one path for all that say the same of what lies
 * there. Null where they say too many things.
 *
 * @param sides the entries of both policies in the folders `here`
 */
export function foldersWithin(
  open: OpenFolders,
  here: Folders,
  texts: readonly string[],
  sides: { readonly [side in 'old' | 'next']: readonly PathEntry[] },
): readonly OtherFolders[] | null {
  const spoken = spokenIn(texts, open);
  if (spoken === null) return [];
  const { varies, top } = spoken;
  const places = new Map<string, OtherFolders>();
  for (const { place, from, to } of regionsOf(sides.old, sides.next, placeOfPath)) {
    if (!isGranted(from) && !isGranted(to)) continue;
    const below = `${place.name === '/' ? '' : place.name}${top}`;
    const mayStart = isGranted(from) && isGranted(to);
    if (!varies.home && !mayStart) continue;
    const folders = {
      workdir: varies.workdir && mayStart ? `${below}/workdir` : here.workdir,
      home: varies.home ? `${below}/home` : here.home,
    };
    const key = JSON.stringify([from, to].map(saying));
    const known = places.get(key);
    if (known === undefined || known.folders.home.length > folders.home.length) {
      places.set(key, { folders, how: 'within' });
    }
  }
  return places.size > MOST_PLACES ? null : [...places.values()];
}

function isGranted(entry: PathEntry | null): boolean {
  return entry !== null && entry.rights !== NO_RIGHTS;
}

/** All that an entry says of what lies below it. */
function saying(entry: PathEntry | null): unknown {
  return entry && [entry.source, entry.rights, String(endOf(entry.grant)), String(usesOf(entry.grant))];
}
