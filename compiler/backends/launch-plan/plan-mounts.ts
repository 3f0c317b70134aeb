import { type AbsolutePath, parentOf } from '../../domain/path.ts';
import { PathTrie } from '../../domain/path-trie.ts';
import type { MountView, ViewMount } from '../parts.ts';
import { cutAtSegment, followLength, outermost } from './follow.ts';
import type { PlanMount } from './format.ts';

/**
 * The mounts of a view as the launcher makes them. Mount points on the view's own root and in scratch folders are made,
 * with the folders on the way; below a mount of the host's files they must be there already, because the launcher
 * makes nothing on the host.
 */
export function planMounts(view: MountView): PlanMount[] {
  const writable = outermost(view.mounts.filter((mount) => mount.kind === 'bind' && mount.writable));
  const above = new PathTrie<ViewMount>();
  const made = new Set<string>();
  const planned: PlanMount[] = [];
  for (const mount of view.mounts) {
    const path = mount.path as AbsolutePath;
    const around = above.mostSpecific(path)?.value ?? null;
    const create = path !== '/' && (around === null || around.kind === 'scratch');
    if (create) {
      for (const folder of missingFolders(path, around, made)) planned.push(emptyFolder(folder));
    }
    made.add(path);
    planned.push(planMount(mount, create, writable));
    above.add(path, mount);
  }
  return planned;
}

/** Folders between a mount point and the mount around it that nothing has made yet, outermost first. */
function missingFolders(path: AbsolutePath, around: ViewMount | null, made: Set<string>): string[] {
  const folders: string[] = [];
  const top = around?.path ?? '/';
  for (let folder = parentOf(path); folder !== null && folder !== top; folder = parentOf(folder)) {
    if (made.has(folder)) break;
    folders.unshift(folder);
  }
  for (const folder of folders) made.add(folder);
  return folders;
}

const NOTHING_SPECIAL = {
  readOnly: false,
  noExecute: false,
  optional: false,
  create: false,
  sizeBytes: null,
} as const;

function emptyFolder(path: string): PlanMount {
  return { ...NOTHING_SPECIAL, kind: 'folder', path, followTo: 0, create: true };
}

function planMount(mount: ViewMount, create: boolean, writable: PathTrie<true>): PlanMount {
  const { path } = mount;
  const place = { ...NOTHING_SPECIAL, path, create, followTo: followLength(path, writable) };
  switch (mount.kind) {
    case 'bind':
      return {
        ...place,
        kind: 'bind',
        followTo: Math.min(place.followTo, cutAtSegment(path, mount.followTo)),
        readOnly: !mount.writable,
        noExecute: !mount.executable,
        optional: mount.optional,
      };
    case 'scratch':
      return { ...place, kind: 'scratch', noExecute: !mount.executable, sizeBytes: mount.sizeBytes };
    case 'hidden':
      return { ...place, kind: 'hidden', readOnly: true, noExecute: true, optional: mount.optional };
    case 'proc':
      return { ...place, kind: 'proc', noExecute: true };
  }
}
