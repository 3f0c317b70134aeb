import type { FilePlace } from '../../analysis/reach/files.ts';

/** One path, or how many there are below one folder. */
export interface FoldedPath {
  readonly path: string;
  readonly count: number;
  /** Readable, and not to be run. */
  readonly only: boolean;
}

/** So many paths of one folder are told as one. */
const MANY = 4;

/** What the blueprint itself says comes first; many paths in one folder of what it extends become one, but for devices. */
export function foldPaths(places: readonly FilePlace[]): FoldedPath[] {
  const isOwn = ({ grant, use }: FilePlace) => grant.origin.trail.length < 2 || use === 'device';
  const own = places.filter(isOwn).map(single);
  const extended = places.filter((place) => !isOwn(place));
  const byFolder = new Map<string, FilePlace[]>();
  for (const place of extended) {
    const folder = `/${place.path.split('/')[1]}`;
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), place]);
  }
  const folded = [...byFolder].flatMap(([folder, members]): FoldedPath[] =>
    members.length < MANY
      ? members.map(single)
      : [{ path: folder, count: members.length, only: members.every(({ use }) => use === 'read') }],
  );
  return [...own, ...folded];
}

function single({ path, use }: FilePlace): FoldedPath {
  return { path, count: 1, only: use === 'read' };
}
