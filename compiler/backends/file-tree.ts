import { type AbsolutePath, parentOf } from '../domain/path.ts';
import { PathTrie } from '../domain/path-trie.ts';
import { type FilesystemPolicy, type PathEntry, rightBit, WRITE_RIGHTS } from '../ir/filesystem.ts';
import type { Policy } from '../ir/policy.ts';
import { isDevice } from './mount-rights.ts';
import type { MountView, ViewMount } from './parts.ts';

/** Rights that need a writable mount. Control of a device does not: a device ignores whether its mount is read-only. */
const WRITABLE_MOUNT_RIGHTS = WRITE_RIGHTS & ~rightBit('ioctl_dev');

/** Bytes that each scratch folder may hold; null when the blueprint does not say. */
export function scratchSizeOf(policy: Policy): number | null {
  return policy.resources.limits.find(({ name }) => name === 'scratch_size')?.maximum ?? null;
}

/**
 * Which mounts make up the sandbox's file tree, parents before children.
 *
 * An entry that its surrounding mount already serves gets no mount of its own, so that files can be moved between the
 * two. Folders between a writable mount and a mount below it are mounted onto themselves: the kernel refuses to rename
 * or remove a mount point, but not the folder that holds one, and moving that away would free the protected path.
 * Nothing can be reached through a hidden folder, so there are no mounts below one.
 */
export function buildFileTree(filesystem: FilesystemPolicy, scratchSize: number | null): MountView {
  const writable = writableGrants(filesystem.entries);
  const mounts = new PathTrie<ViewMount>();
  const inOrder: ViewMount[] = [];
  const add = (mount: ViewMount) => {
    if (mounts.add(mount.path as AbsolutePath, mount)) inOrder.push(mount);
  };
  for (const entry of filesystem.entries) {
    const followTo = followableLength(entry.path, writable);
    const around = mounts.mostSpecific(entry.path)?.value ?? null;
    const mount = mountOf(entry, followTo, scratchSize);
    if (around?.kind === 'hidden' || isServed(mount, around)) continue;
    for (const folder of foldersBetween(around, entry.path)) {
      add(pin(folder, around!, followTo));
    }
    add(mount);
  }
  return { mounts: inOrder.sort((left, right) => (left.path < right.path ? -1 : 1)) };
}

function mountOf(entry: PathEntry, followTo: number, scratchSize: number | null): ViewMount {
  const { path, optional } = entry;
  const executable = (entry.rights & rightBit('execute')) !== 0;
  switch (entry.source) {
    case 'hidden':
      return { kind: 'hidden', path, optional };
    case 'proc':
      return { kind: 'proc', path };
    case 'scratch':
      return { kind: 'scratch', path, sizeBytes: scratchSize, executable };
    case 'host':
      return { kind: 'bind', path, writable: isWritable(entry), executable, optional, followTo };
  }
}

/** Whether the mount around a path already shows what the path's own mount would. */
function isServed(mount: ViewMount, around: ViewMount | null): boolean {
  if (mount.kind === 'hidden') return around === null;
  if (mount.kind !== 'bind' || around?.kind !== 'bind' || isDevice(mount.path)) return false;
  return mount.writable === around.writable && mount.executable === around.executable;
}

function foldersBetween(around: ViewMount | null, path: AbsolutePath): AbsolutePath[] {
  const folders: AbsolutePath[] = [];
  if (around === null || !holdsAgentFiles(around)) return folders;
  for (let folder = parentOf(path); folder !== null && folder !== around.path; folder = parentOf(folder)) {
    folders.unshift(folder);
  }
  return folders;
}

/** Whether the agent can make and rename things in the mount. */
export function holdsAgentFiles(mount: ViewMount): boolean {
  return mount.kind === 'scratch' || (mount.kind === 'bind' && mount.writable);
}

/** Always optional: where the folder is missing, the mount below it decides whether that stops the launch. */
function pin(folder: AbsolutePath, around: ViewMount, followTo: number): ViewMount {
  if (around.kind !== 'bind') return { ...around, path: folder };
  return { ...around, path: folder, optional: true, followTo };
}

/** Whether the entry grants anything that a read-only mount would refuse. */
export function isWritable(entry: PathEntry): boolean {
  return (entry.rights & WRITABLE_MOUNT_RIGHTS) !== 0;
}

function writableGrants(entries: readonly PathEntry[]): PathTrie<PathEntry> {
  const grants = new PathTrie<PathEntry>();
  for (const entry of entries)
    if (entry.source === 'host' && isWritable(entry)) grants.add(entry.path, entry);
  return grants;
}

/**
 * The agent may have planted symbolic links anywhere below the outermost folder that it can write on the host, now or
 * in an earlier run; below that folder none is followed.
 */
function followableLength(path: AbsolutePath, writable: PathTrie<PathEntry>): number {
  return writable.alongTheWay(path)[0]?.path.length ?? path.length;
}
