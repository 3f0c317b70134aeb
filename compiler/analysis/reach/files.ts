import { parentOf } from '../../domain/path.ts';
import {
  type FileRight,
  type FilesystemPolicy,
  listRights,
  type PathEntry,
  rightBit,
} from '../../ir/filesystem.ts';
import type { Grant } from '../../ir/origin.ts';
import { entryAbove } from '../../ir/path-lookup.ts';

/**
 * What a place is to the agent: `hidden` there is something and it cannot be opened; `read` it can be read; `run` read
 * and executed; `write` changed as well; `scratch` a private folder in memory; `device` a device that can be written to;
 * `processes` the sandbox's own /proc.
 */
export type PlaceUse = 'hidden' | 'read' | 'run' | 'write' | 'scratch' | 'device' | 'processes';

/** One path with all that lies below it, down to the next more specific place. */
export interface FilePlace {
  readonly path: string;
  readonly use: PlaceUse;
  readonly rights: readonly FileRight[];
  /** Whether programs that lie there can be started. */
  readonly runs: boolean;
  /** A missing path is passed over when true, and stops the launch when false. */
  readonly optional: boolean;
  /** The place around it, where there is one: this one is an exception to that. */
  readonly within: string | null;
  /** Whether it takes away writing that the place around it gives. */
  readonly protects: boolean;
  readonly grant: Grant;
}

export interface FileReach {
  readonly workdir: string;
  /** Best effort: on a kernel that lacks a part of Landlock the agent starts all the same. */
  readonly landlock: FilesystemPolicy['landlock'];
  /** Sorted by path. What is in none of them does not exist for the agent. */
  readonly places: readonly FilePlace[];
}

export function reachOfFiles(filesystem: FilesystemPolicy): FileReach {
  const { entries, workdir, landlock } = filesystem;
  return { workdir, landlock, places: entries.map((entry) => placeOf(entry, entries)) };
}

function placeOf(entry: PathEntry, entries: readonly PathEntry[]): FilePlace {
  const { path, rights, optional, grant } = entry;
  const parent = parentOf(path);
  const around = parent === null ? null : entryAbove(entries, parent);
  return {
    path,
    use: useOf(entry),
    rights: listRights(rights),
    runs: (rights & rightBit('execute')) !== 0,
    optional,
    within: around?.path ?? null,
    protects: around !== null && writes(around) && !writes(entry),
    grant,
  };
}

function useOf(entry: PathEntry): PlaceUse {
  if (entry.source === 'hidden') return 'hidden';
  if (entry.source === 'scratch') return 'scratch';
  if (entry.source === 'proc') return 'processes';
  if (writes(entry)) return entry.path.startsWith('/dev/') ? 'device' : 'write';
  return (entry.rights & rightBit('execute')) === 0 ? 'read' : 'run';
}

function writes({ rights }: PathEntry): boolean {
  return (rights & rightBit('write_file')) !== 0;
}
