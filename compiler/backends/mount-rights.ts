import type { AbsolutePath } from '../domain/path.ts';
import { PathTrie } from '../domain/path-trie.ts';
import {
  FILE_ONLY_RIGHTS,
  FILE_RIGHTS,
  type FileRights,
  NO_RIGHTS,
  READ_EXECUTE_RIGHTS,
  rightBit,
  rightsOf,
} from '../ir/filesystem.ts';
import type { MountView, ViewMount } from './parts.ts';

/** What mounts let through at a path, whatever other mechanisms say about it. */
export interface MountRights {
  at(path: AbsolutePath): FileRights;
}

/** A mount and what it lets through at its path and below, down to the next mount. */
export interface RightsOfMount {
  readonly path: string;
  readonly rights: FileRights;
}

export const ALL_RIGHTS: FileRights = rightsOf(...FILE_RIGHTS);
/** Nobody in a sandbox has the capability to make device nodes (mknod(2)), under any backend. */
export const POSSIBLE_RIGHTS: FileRights = ALL_RIGHTS & ~rightsOf('make_char', 'make_block');
export const DEVICE_RIGHTS: FileRights = rightsOf('write_file', 'ioctl_dev');
export const DEVICES = '/dev' as AbsolutePath;

/** No mounts of the sandbox's own: it sees the host's tree. */
export const HOST_TREE: MountRights = { at: () => POSSIBLE_RIGHTS };

/** The tree of a mount view. Folders that only lead to mounts are on the read-only root and can be listed. */
export function viewRights(view: MountView): MountRights {
  const mounts = view.mounts.map((mount) => ({ path: mount.path, rights: rightsThroughMount(mount) }));
  return layeredRights(mounts, rightBit('read_dir'));
}

/** The rights of the mount nearest above a path, and `elsewhere` where there is none. */
export function layeredRights(mounts: readonly RightsOfMount[], elsewhere: FileRights): MountRights {
  const trie = new PathTrie<FileRights>();
  for (const { path, rights } of mounts) trie.add(path as AbsolutePath, rights);
  return { at: (path) => trie.mostSpecific(path)?.value ?? elsewhere };
}

/**
 * Only a device that is granted by its own path can be opened; folders are mounted without devices (MS_NODEV). A
 * read-only mount does not stop writing to a device, pipe or socket that is there already (mount(2), MS_RDONLY):
 * devices count here, pipes and sockets hold no content.
 */
function rightsThroughMount(mount: ViewMount): FileRights {
  switch (mount.kind) {
    case 'hidden':
      return NO_RIGHTS;
    case 'proc':
      return POSSIBLE_RIGHTS;
    case 'scratch':
      return withoutDevices(rightsThroughFlags(true, mount.executable));
    case 'bind': {
      const content = rightsThroughFlags(mount.writable, mount.executable);
      if (mount.path === DEVICES) return content & ~FILE_ONLY_RIGHTS;
      return isDevice(mount.path) ? content | DEVICE_RIGHTS : withoutDevices(content);
    }
  }
}

/** What a mount that is writable or not and executable or not lets through. */
export function rightsThroughFlags(writable: boolean, executable: boolean): FileRights {
  const content = writable ? POSSIBLE_RIGHTS : READ_EXECUTE_RIGHTS;
  return executable ? content : content & ~rightBit('execute');
}

/** Whether the path is taken for a device: anything below `/dev`. */
export function isDevice(path: string): boolean {
  return path.startsWith(`${DEVICES}/`);
}

export function withoutDevices(rights: FileRights): FileRights {
  return rights & ~rightBit('ioctl_dev');
}
