import type { FilePlace, FileReach, PlaceUse } from '../../../analysis/reach/files.ts';
import type { FileRight } from '../../../ir/filesystem.ts';
import type { Phrase } from '../../phrase.ts';
import { foldPaths } from '../fold-paths.ts';
import { grouped, type Permission, permission } from '../permission.ts';
import { listed, say, words } from '../phrase.ts';
import type { Chapter } from './chapter.ts';

/** How many paths a sentence names before it counts the rest. */
const MOST_NAMED = 8;

const USE_WORDS: Readonly<Record<PlaceUse, string>> = {
  write: 'read and change',
  scratch: 'read and change, private and empty at the start',
  run: 'read and run',
  read: 'read, and not run',
  device: 'read, write and control',
  processes: 'its own list of processes',
  hidden: 'hidden: it cannot be opened',
};

/** @param ownerFiles calls by which files are made that run as their owner */
export function filesChapter(
  { places, workdir, landlock }: FileReach,
  ownerFiles: readonly string[],
  now: number,
): Chapter {
  const of = (use: PlaceUse) => places.filter((place) => place.use === use);
  return {
    facet: 'filesystem',
    title: 'Files and folders',
    can: canDo(of, workdir, ownerFiles),
    cannot: cannotDo(places, landlock, ownerFiles),
    permissions: grouped(places.map((place) => rowOf(place, now))),
  };
}

function canDo(
  of: (use: PlaceUse) => readonly FilePlace[],
  workdir: string,
  ownerFiles: readonly string[],
): Phrase[] {
  const sentences: Phrase[] = [];
  const add = (use: PlaceUse, start: Phrase) => {
    const found = of(use);
    if (found.length > 0) sentences.push([...start, ...namedPaths(found)]);
  };
  add('write', words('read and change what is in '));
  add('scratch', words('use private folders in memory that begin empty and end with it: '));
  add('device', words('use the devices '));
  add('run', words('read, and run programs from, '));
  add('read', words('read '));
  if (ownerFiles.length > 0 && of('write').length > 0)
    sentences.push(say`make files that run as their owner, whoever starts them, by ${listed(ownerFiles)}`);
  sentences.push(say`start in the folder ${workdir}`);
  return sentences;
}

function cannotDo(
  places: readonly FilePlace[],
  landlock: FileReach['landlock'],
  ownerFiles: readonly string[],
): Phrase[] {
  const hidden = places.filter(({ use }) => use === 'hidden');
  const guarded = places.filter((place) => place.protects && place.use !== 'hidden');
  const still = places.filter((place) => place.use === 'write' && !place.runs);
  return [
    places.length === 0
      ? words('open any file at all')
      : words('open, list or find any other path: what is not listed here is not there for it'),
    ...(hidden.length === 0 ? [] : [[...words('open what is hidden from it: '), ...namedPaths(hidden)]]),
    ...(guarded.length === 0
      ? []
      : [[...words('change, remove or replace, though it may write around it: '), ...namedPaths(guarded)]]),
    ...(still.length === 0 ? [] : [[...words('run programs from '), ...namedPaths(still)]]),
    words(
      ownerFiles.length === 0 ? 'make device files, or files that run as their owner' : 'make device files',
    ),
    ...(landlock === 'best_effort'
      ? [words('rely on every kernel for this: Landlock is best effort here, see the accepted gaps')]
      : []),
  ];
}

function namedPaths(places: readonly FilePlace[]): Phrase {
  return listed(
    foldPaths(places).map(({ path, count }) => (count === 1 ? path : say`${count} paths in ${path}`)),
    MOST_NAMED,
  );
}

function rowOf(place: FilePlace, now: number): Permission {
  const { path, use, within, optional, protects, grant } = place;
  const details: Phrase[] = [words(USE_WORDS[use])];
  if (use === 'write' && !place.runs) details.push(words('programs there cannot be started'));
  const lacking = lackingRights(place);
  if (lacking.length > 0) details.push(words(`without: ${lacking.join(', ')}`));
  if (within !== null && (protects || use === 'hidden')) details.push(say`an exception within ${within}`);
  if (optional) details.push(words('passed over where it is missing at the start'));
  return permission(grant, say`${path}`, now, details);
}

/** Rights of a writable place that one would take for granted and that are not given. */
function lackingRights({ use, rights }: FilePlace): string[] {
  if (use !== 'write' && use !== 'scratch') return [];
  return Object.entries(EXPECTED)
    .filter(([right]) => !rights.includes(right as FileRight))
    .map(([, phrase]) => phrase);
}

const EXPECTED: Partial<Record<FileRight, string>> = {
  read_file: 'reading files',
  read_dir: 'listing folders',
  remove_file: 'removing files',
  remove_dir: 'removing folders',
  make_reg: 'making files',
  make_dir: 'making folders',
};
