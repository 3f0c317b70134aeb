import type { AbsolutePath } from '../domain/path.ts';
import type { Grant } from './origin.ts';

/**
 * What can be done to a file or folder: the kernel's own list of Landlock rights (include/uapi/linux/landlock.h),
 * because it is the finest that any backend can enforce. The order is the kernel's bit order.
 */
export const FILE_RIGHTS = [
  'execute',
  'write_file',
  'read_file',
  'read_dir',
  'remove_dir',
  'remove_file',
  'make_char',
  'make_dir',
  'make_reg',
  'make_sock',
  'make_fifo',
  'make_block',
  'make_sym',
  'refer',
  'truncate',
  'ioctl_dev',
] as const;
export type FileRight = (typeof FILE_RIGHTS)[number];

/** A set of rights: bit `i` stands for `FILE_RIGHTS[i]`. */
export type FileRights = number;

export function rightBit(right: FileRight): FileRights {
  return 1 << FILE_RIGHTS.indexOf(right);
}

export function rightsOf(...rights: readonly FileRight[]): FileRights {
  return rights.reduce((set, right) => set | rightBit(right), 0);
}

export function listRights(rights: FileRights): FileRight[] {
  return FILE_RIGHTS.filter((right) => (rights & rightBit(right)) !== 0);
}

export const NO_RIGHTS: FileRights = 0;
export const READ_RIGHTS: FileRights = rightsOf('read_file', 'read_dir');
export const READ_EXECUTE_RIGHTS: FileRights = READ_RIGHTS | rightBit('execute');
/** Device nodes are never made: `make_char` and `make_block` are granted by nothing. */
export const WRITE_RIGHTS: FileRights = rightsOf(
  'write_file',
  'remove_dir',
  'remove_file',
  'make_dir',
  'make_reg',
  'make_sock',
  'make_fifo',
  'make_sym',
  'refer',
  'truncate',
  'ioctl_dev',
);
/** Rights that mean something on a file that is no folder; the kernel refuses the others there. */
export const FILE_ONLY_RIGHTS: FileRights = rightsOf(
  'execute',
  'write_file',
  'read_file',
  'truncate',
  'ioctl_dev',
);

/**
 * What stands at the path in the sandbox: `host` the host's own file or folder, `scratch` a private empty folder in
 * memory that ends with the sandbox, `hidden` nothing (a deny below a grant), `proc` the sandbox's own process list.
 */
export type PathSource = 'host' | 'scratch' | 'hidden' | 'proc';

/** One path and all that lies below it, down to the next more specific entry. */
export interface PathEntry {
  readonly path: AbsolutePath;
  readonly source: PathSource;
  /** Empty for `hidden`, and only for it. */
  readonly rights: FileRights;
  /** A missing path is passed over when true, and stops the launch when false. */
  readonly optional: boolean;
  readonly grant: Grant;
}

/** Entries sorted by path, one a path. The most specific entry on the way to a path decides; none means denied. */
export interface FilesystemPolicy {
  readonly entries: readonly PathEntry[];
  /** Where the agent starts, always inside an entry. */
  readonly workdir: AbsolutePath;
  /** Best effort is an explicit waiver: what an older kernel cannot refuse is then printed and lost. */
  readonly landlock: 'hard_requirement' | 'best_effort';
  /** Where `landlock` is said; the blueprint's name where nothing says it. */
  readonly landlockGrant: Grant;
}
