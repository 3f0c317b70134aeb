import { type AbsolutePath, parentOf } from '../../domain/path.ts';
import { sensitivePathsAround } from '../../domain/sensitive-paths.ts';
import {
  type FileRights,
  NO_RIGHTS,
  type PathEntry,
  READ_EXECUTE_RIGHTS,
  READ_RIGHTS,
  rightBit,
} from '../../ir/filesystem.ts';
import type { ChangeClass } from './change.ts';
import { pathSide, reasonForPath } from './file-places.ts';
import { type Gain, sideOf } from './gain.ts';
import { gather, type Region, type RegionSet, reasonKey } from './regions.ts';
import { tellingRight, wordsOfRights } from './right-words.ts';

/** Rights that `to` grants and `from` does not, together where the same entry gives the same ones. */
export function fileRightGains(
  regions: readonly Region<PathEntry>[],
  before: ReadonlyMap<string, PathEntry>,
): Gain[] {
  const sets = gather(regions, (region) => {
    const rights = gainedRights(region);
    if (rights === NO_RIGHTS) return null;
    return `${rights} ${region.to!.source} ${reasonKey(reasonForPath(region, before))}`;
  });
  const deciding = new Map(regions.map((region) => [region.place.name, region]));
  return [...sets.values()].map((set) => {
    const first = set.regions[0]!;
    const rights = gainedRights(first);
    const isHost = first.to!.source === 'host';
    const sensitive = isHost && changesFiles(rights) ? sensitivePathIn(set, deciding) : null;
    return {
      facet: 'filesystem',
      classes: isHost ? classesOf(rights, sensitive !== null) : ['private-folder'],
      sides: [
        pathSide(set),
        sideOf('right', wordsOfRights(rights)),
        ...(isHost ? [] : [sideOf('source', [first.to!.source])]),
      ],
      shownBy: { facet: 'filesystem', path: sensitive ?? first.place.name, right: tellingRight(rights) },
      reason: reasonForPath(first, before),
    };
  });
}

function gainedRights({ from, to }: Region<PathEntry>): FileRights {
  return (to?.rights ?? NO_RIGHTS) & ~(from?.rights ?? NO_RIGHTS);
}

function changesFiles(rights: FileRights): boolean {
  return (rights & ~READ_EXECUTE_RIGHTS) !== 0;
}

function classesOf(rights: FileRights, isSensitive: boolean): ChangeClass[] {
  const classes: ChangeClass[] = [];
  if (isSensitive) classes.push('credentials-writable');
  if (changesFiles(rights)) classes.push('path-writable');
  if ((rights & rightBit('execute')) !== 0) classes.push('path-executable');
  if ((rights & READ_RIGHTS) !== 0) classes.push('path-readable');
  return classes;
}

/** One place of credentials, start files or configuration that lies in the set and in none of its exceptions. */
function sensitivePathIn(
  set: RegionSet<PathEntry>,
  deciding: ReadonlyMap<string, Region<PathEntry>>,
): AbsolutePath | null {
  const members = new Set(set.regions);
  const isMember = (path: AbsolutePath) => {
    const region = regionAround(path, deciding);
    return region !== null && members.has(region);
  };
  for (const { root } of set.parts) {
    const found = sensitivePathsAround(root.place.name as AbsolutePath).find(isMember);
    if (found !== undefined) return found;
  }
  return null;
}

function regionAround(
  path: AbsolutePath,
  deciding: ReadonlyMap<string, Region<PathEntry>>,
): Region<PathEntry> | null {
  for (let at: AbsolutePath | null = path; at !== null; at = parentOf(at)) {
    const region = deciding.get(at);
    if (region !== undefined) return region;
  }
  return null;
}
