import { type FileRight, type FileRights, rightsOf } from '../../ir/filesystem.ts';
import { ALL_RIGHTS } from '../mount-rights.ts';

/**
 * Rights by the Landlock ABI that brought them (Documentation/userspace-api/landlock.rst, "Previous limitations");
 * every other right is in ABI 1.
 */
const LATER_RIGHTS: readonly { readonly abi: number; readonly right: FileRight }[] = [
  { abi: 2, right: 'refer' },
  { abi: 3, right: 'truncate' },
  { abi: 5, right: 'ioctl_dev' },
];

export const NETWORK_ABI = 4;
export const SCOPE_ABI = 6;
/** ABI 7 only adds flags for what the kernel logs; nothing more can be refused with it. */
export const NEWEST_ABI = 7;

/** First kernel release with each ABI. */
const KERNELS = ['5.13', '5.19', '6.2', '6.7', '6.10', '6.12', '6.15'] as const;

/** Bits of LANDLOCK_ACCESS_NET_* and LANDLOCK_SCOPE_* (include/uapi/linux/landlock.h). */
export const NETWORK_RIGHTS = { bind_tcp: 1, connect_tcp: 2 } as const;
export const SCOPES = { abstract_unix_socket: 1, signal: 2 } as const;

/** All file rights that a kernel of this ABI can refuse; none at ABI 0, which is no Landlock at all. */
export function handledFileRights(abi: number): FileRights {
  if (abi === 0) return 0;
  const unknown = LATER_RIGHTS.filter((later) => later.abi > abi).map(({ right }) => right);
  return ALL_RIGHTS & ~rightsOf(...unknown);
}

/** The first kernel release that offers the ABI. */
export function kernelWith(abi: number): string {
  return KERNELS[abi - 1]!;
}
