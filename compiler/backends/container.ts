import { type AbsolutePath, isBeneath } from '../domain/path.ts';
import { PathTrie } from '../domain/path-trie.ts';
import { type FileRights, type FilesystemPolicy, NO_RIGHTS } from '../ir/filesystem.ts';
import { entryAbove } from '../ir/path-lookup.ts';
import type { Policy } from '../ir/policy.ts';
import { buildFileTree, holdsAgentFiles, isWritable, scratchSizeOf } from './file-tree.ts';
import {
  DEVICE_RIGHTS,
  DEVICES,
  isDevice,
  layeredRights,
  type MountRights,
  POSSIBLE_RIGHTS,
  rightsThroughFlags,
  withoutDevices,
} from './mount-rights.ts';
import type { ViewMount } from './parts.ts';

/** One mount over the image's read-only files, at the same path inside as the policy names. */
export type ContainerMount =
  /** The host's folder or file of that path. `followTo`: links may be followed in so much of the path only. */
  | {
      readonly kind: 'bind';
      readonly path: string;
      readonly writable: boolean;
      readonly optional: boolean;
      readonly followTo: number;
    }
  /** What the image has there, copied into a volume that ends with the container. */
  | { readonly kind: 'volume'; readonly path: string; readonly writable: boolean }
  | {
      readonly kind: 'scratch';
      readonly path: string;
      readonly sizeBytes: number | null;
      readonly executable: boolean;
    }
  | { readonly kind: 'hidden'; readonly path: string; readonly optional: boolean };

/**
 * The mounts of a container, parents before children. A granted path is the image's own; only the working folder, with
 * what lies in it, is the host's. The image is read-only, so a path that may be written gets a volume. `/proc` and
 * `/dev` are Docker's: its own process list and a few harmless devices.
 */
export function containerMounts(policy: Policy): readonly ContainerMount[] {
  const { filesystem } = policy;
  const tree = buildFileTree(filesystem, scratchSizeOf(policy)).mounts;
  const writable = new PathTrie<ViewMount>();
  for (const mount of tree) if (holdsAgentFiles(mount)) writable.add(mount.path as AbsolutePath, mount);
  const workdir = workdirMounts(filesystem);
  const others = tree
    .filter(({ path }) => !workdir.some((mount) => mount.path === path))
    .flatMap((mount) => mountInContainer(mount, filesystem.workdir, writable));
  return [...workdir, ...others].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The host's working folder, unless it lies in a private scratch folder. */
function workdirMounts({ entries, workdir }: FilesystemPolicy): ContainerMount[] {
  const entry = entryAbove(entries, workdir);
  if (entry?.source !== 'host') return [];
  const writable = isWritable(entry);
  return [{ kind: 'bind', path: workdir, writable, optional: false, followTo: workdir.length }];
}

function mountInContainer(
  mount: ViewMount,
  workdir: AbsolutePath,
  writableMounts: PathTrie<ViewMount>,
): ContainerMount[] {
  if (mount.path === DEVICES || isDevice(mount.path) || mount.kind === 'proc') return [];
  if (mount.kind !== 'bind') return [mount];
  const { writable, optional, followTo } = mount;
  const path = mount.path as AbsolutePath;
  if (isBeneath(path, workdir)) return [{ kind: 'bind', path, writable, optional, followTo }];
  const coversWritable = writableMounts.mostSpecific(path) !== null;
  return coversWritable ? [{ kind: 'volume', path, writable }] : [];
}

/**
 * What the container's mounts let through. Docker cannot mount a host's folder or a volume without execution. Its
 * `/dev` holds only devices that are the same for everyone; the device control group refuses all others.
 */
export function containerRights(mounts: readonly ContainerMount[]): MountRights {
  const rights = mounts.map((mount) => ({ path: mount.path, rights: rightsThroughMount(mount) }));
  const image = rightsThroughFlags(false, true);
  const devices = { path: DEVICES, rights: image | DEVICE_RIGHTS };
  const processes = { path: '/proc', rights: POSSIBLE_RIGHTS };
  return layeredRights([...rights, devices, processes], withoutDevices(image));
}

function rightsThroughMount(mount: ContainerMount): FileRights {
  switch (mount.kind) {
    case 'hidden':
      return NO_RIGHTS;
    case 'scratch':
      return withoutDevices(rightsThroughFlags(true, mount.executable));
    case 'bind':
    case 'volume':
      return withoutDevices(rightsThroughFlags(mount.writable, true));
  }
}
