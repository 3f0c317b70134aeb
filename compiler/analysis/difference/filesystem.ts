import type { AbsolutePath } from '../../domain/path.ts';
import { type FilesystemPolicy, NO_RIGHTS, type PathEntry, type PathSource } from '../../ir/filesystem.ts';
import { entryAbove } from '../../ir/path-lookup.ts';
import type { Change } from './change.ts';
import { pathSide, placeOfPath, reasonForPath } from './file-places.ts';
import { fileRightGains } from './file-rights.ts';
import { changesBetween, type Gain, sideOf } from './gain.ts';
import { gather, type Region, reasonKey, regionsOf } from './regions.ts';

/**
 * What may be done to which paths, and what stands there: exact over all paths and all rights, without a change exactly
 * when the facets have the same canonical form.
 */
export function filesystemChanges(old: FilesystemPolicy, next: FilesystemPolicy): readonly Change[] {
  return changesBetween(old, next, (from, to) => {
    const regions = regionsOf(from.entries, to.entries, placeOfPath);
    const before = new Map(from.entries.map((entry) => [entry.path as string, entry]));
    return [
      ...fileRightGains(regions, before),
      ...sourceGains(regions, before),
      ...workdirGains(from, to),
      ...landlockGains(from, to),
    ];
  });
}

/** What stands at a path, and where that begins if it is not the host's: scratch folders in each other are two. */
interface Standing {
  readonly source: Exclude<PathSource, 'hidden'>;
  readonly begins: AbsolutePath | null;
}

function standingOf(entry: PathEntry | null): Standing | null {
  if (entry === null || entry.source === 'hidden' || entry.rights === NO_RIGHTS) return null;
  return { source: entry.source, begins: entry.source === 'host' ? null : entry.path };
}

/** The same rights to something else. No single access can tell, because it is granted both before and after. */
function sourceGains(regions: readonly Region<PathEntry>[], before: ReadonlyMap<string, PathEntry>): Gain[] {
  const sets = gather(regions, (region) => {
    const gained = gainedStanding(region);
    if (gained === null) return null;
    return `${gained.source} ${reasonKey(reasonForPath(region, before))}`;
  });
  return [...sets.values()].map((set) => {
    const region = set.regions[0]!;
    const { source } = gainedStanding(region)!;
    return {
      facet: 'filesystem',
      classes: [source === 'host' ? 'host-folder' : 'private-folder'],
      sides: [pathSide(set), sideOf('source', [source])],
      shownBy: `${SOURCE_WORDS[source]} \`${region.place.name}\``,
      reason: reasonForPath(region, before),
    };
  });
}

const SOURCE_WORDS: Readonly<Record<Standing['source'], string>> = {
  host: 'use what the host itself has at',
  scratch: 'use a scratch folder of its own at',
  proc: "see the sandbox's own processes at",
};

/** What `to` has in the region in place of something of `from`, unless it is the host's that was there. */
function gainedStanding({ from, to }: Region<PathEntry>): Standing | null {
  const [before, after] = [standingOf(from), standingOf(to)];
  if (before === null || after === null || before.source === 'host') return null;
  if (before.source !== after.source) return after;
  return after.begins !== null && before.begins !== null && after.begins.length > before.begins.length
    ? after
    : null;
}

function workdirGains(from: FilesystemPolicy, to: FilesystemPolicy): Gain[] {
  if (from.workdir === to.workdir) return [];
  const grantOf = ({ entries, workdir, landlockGrant }: FilesystemPolicy) =>
    entryAbove(entries, workdir)?.grant ?? landlockGrant;
  return [
    {
      facet: 'filesystem',
      classes: ['workdir-changed'],
      sides: [sideOf('workdir', [to.workdir])],
      shownBy: `start in \`${to.workdir}\``,
      reason: { kind: 'changed', from: grantOf(from), to: grantOf(to) },
    },
  ];
}

function landlockGains(from: FilesystemPolicy, to: FilesystemPolicy): Gain[] {
  if (from.landlock === to.landlock || to.landlock === 'hard_requirement') return [];
  return [
    {
      facet: 'enforcement',
      classes: ['requirement-waived'],
      sides: [sideOf('landlock', [to.landlock])],
      shownBy: 'start on a kernel whose Landlock cannot hold all of its file rights',
      reason: { kind: 'changed', from: from.landlockGrant, to: to.landlockGrant },
    },
  ];
}
