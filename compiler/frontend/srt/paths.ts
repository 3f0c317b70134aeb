import { type Located, located } from '../../source/span.ts';

/** Where a path begins: in the working folder, in the home folder or at the root of the disk. */
export type Root = 'workdir' | 'home' | 'disk';

/** One path of the settings, taken apart. Two places compare only within one root: where the roots lie is not known yet. */
export interface Place {
  readonly written: Located<string>;
  readonly root: Root;
  readonly segments: readonly string[];
}

/** A path as the settings spell it: a place, or why it cannot be one. */
export type ParsedPath =
  | { readonly kind: 'place'; readonly place: Place }
  /** A pattern, and the folder in front of its first wildcard. */
  | { readonly kind: 'pattern'; readonly within: Place }
  | { readonly kind: 'unusable'; readonly why: string };

const WINDOWS = /^(?:[A-Za-z]:[\\/]|\\\\|%[A-Za-z]+%)/;
const LONGEST_PATH = 4096;

/**
 * Reads a path as sandbox-runtime does (normalizePathForSandbox of its src/sandbox/sandbox-utils.ts): `~` is the home
 * folder, what does not begin with `/` lies in the working folder, a final `/` or `/**` says nothing, and `*`, `?` and
 * brackets make a pattern.
 */
export function parsePath(written: Located<string>): ParsedPath {
  const text = written.value;
  if (WINDOWS.test(text)) return { kind: 'unusable', why: 'it is a path of Windows' };
  if (text.length > LONGEST_PATH) return { kind: 'unusable', why: 'it is longer than a path can be' };
  if (/\p{Cc}/u.test(text)) return { kind: 'unusable', why: 'it holds a control character' };
  const [root, rest] = rootOf(text);
  const segments = rest
    .replace(/(^|\/)\*\*\/?$/, '$1')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return { kind: 'unusable', why: 'it leaves its folder by `..`' };
  const wild = segments.findIndex((segment) => /[*?[\]]/.test(segment));
  if (wild === -1) return { kind: 'place', place: { written, root, segments } };
  return { kind: 'pattern', within: { written, root, segments: segments.slice(0, wild) } };
}

function rootOf(text: string): [Root, string] {
  if (text === '~' || text.startsWith('~/')) return ['home', text.slice(1)];
  return text.startsWith('/') ? ['disk', text] : ['workdir', text];
}

const PREFIX: Readonly<Record<Root, string>> = { workdir: '${workdir}', home: '${home}', disk: '' };

/** The path as a blueprint writes it, with variables for the folders that are not known. */
export function pathText({ root, segments, written }: Place): Located<string> {
  const below = segments.map((segment) => `/${segment.replaceAll('${', () => '$${')}`).join('');
  return located(PREFIX[root] + below || '/', written.span);
}

export function keyOf(place: Place): string {
  return `${place.root}:${place.segments.join('/')}`;
}

/** Whether `place` is `folder` or lies below it, as far as that is known. */
export function isIn(place: Place, folder: Place): boolean {
  return (
    place.root === folder.root &&
    folder.segments.length <= place.segments.length &&
    folder.segments.every((segment, at) => segment === place.segments[at])
  );
}

/** The most specific of the folders that hold a place, the place itself included. */
export function nearest<T extends { readonly place: Place }>(place: Place, folders: readonly T[]): T | null {
  let best: T | null = null;
  for (const folder of folders) {
    if (!isIn(place, folder.place)) continue;
    if (best === null || folder.place.segments.length > best.place.segments.length) best = folder;
  }
  return best;
}
