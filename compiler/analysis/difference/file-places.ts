import type { PathEntry } from '../../ir/filesystem.ts';
import type { Side, Term } from './change.ts';
import type { Reason } from './gain.ts';
import { type Place, type Region, type RegionSet, reasonFor } from './regions.ts';

export function placeOfPath({ path }: PathEntry): Place {
  return { name: path, start: path === '/' ? path : `${path}/`, single: false };
}

/** Paths of a set: each whole folder as itself and all below it, without the folders that are excepted. */
export function pathSide({ parts }: RegionSet<PathEntry>): Side {
  return {
    name: 'path',
    terms: parts.flatMap(({ root, except }): Term[] => [
      { all: [root.place.name], except: [] },
      {
        all: [`${root.place.start}**`],
        except: except.flatMap(({ place }) => [place.name, `${place.start}**`]),
      },
    ]),
  };
}

/** Why a region has more than before; `before` holds the entries of `from` by path. */
export function reasonForPath(region: Region<PathEntry>, before: ReadonlyMap<string, PathEntry>): Reason {
  return reasonFor(region, before, placeOfPath, (a, b) => a.source === b.source && a.rights === b.rights);
}
