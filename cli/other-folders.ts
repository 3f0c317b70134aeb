import { createHash } from 'node:crypto';
import type { Folders } from '../compiler/analysis/difference/elsewhere.ts';
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
): readonly { readonly folders: Folders; readonly nested: boolean }[] {
  if (!open.workdir && !open.home) return [];
  const spelled = texts.map(unescapedText);
  const speakOf = (folder: keyof Folders) => spelled.some((text) => SPEAKS[folder].test(text));
  const isOpen = (folder: keyof Folders) => open[folder] && speakOf(folder);
  const varies = { workdir: isOpen('workdir'), home: isOpen('home') };
  if (!varies.workdir && !varies.home) return [];
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, DIGITS);
  const top = `/elsewhere-${digest}`;
  const workdir = varies.workdir ? `${top}/workdir` : here.workdir;
  const home = varies.home ? `${top}/home` : here.home;
  const apart = { folders: { workdir, home }, nested: false };
  const oneOther = [
    { folders: { workdir: here.workdir, home }, nested: false },
    { folders: { workdir, home: here.home }, nested: false },
  ];
  if (!speakOf('home') || !speakOf('workdir')) return [apart];
  const both = varies.workdir ? home : workdir;
  return [
    apart,
    // A text may be of use in one of the usual folders alone, and open something where only the other one is another.
    ...(varies.workdir && varies.home ? oneOther : []),
    { folders: { workdir: both, home: both }, nested: true },
    ...(varies.workdir ? [{ folders: { workdir: `${home}/workdir`, home }, nested: true }] : []),
    ...(varies.home ? [{ folders: { workdir, home: `${workdir}/home` }, nested: true }] : []),
  ];
}
