import type { Syscall } from './table.ts';

/**
 * Calls that the headers of Linux 6.1 lack, up to Linux 6.19. Numbers from the kernel's
 * arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (all calls added since 424 share one number,
 * uretprobe and uprobe exist on x86_64 only); argument types from its include/linux/syscalls.h.
 */
export const NEWER_SYSCALLS: Readonly<Record<string, Syscall>> = {
  uretprobe: { x86_64: 335, aarch64: null, arguments: [] },
  uprobe: { x86_64: 336, aarch64: null, arguments: [] },
  cachestat: { x86_64: 451, aarch64: 451, arguments: [32, 64, 64, 32] },
  fchmodat2: { x86_64: 452, aarch64: 452, arguments: [32, 64, 16, 32] },
  map_shadow_stack: { x86_64: 453, aarch64: 453, arguments: [64, 64, 32] },
  futex_wake: { x86_64: 454, aarch64: 454, arguments: [64, 64, 32, 32] },
  futex_wait: { x86_64: 455, aarch64: 455, arguments: [64, 64, 64, 32, 64, 32] },
  futex_requeue: { x86_64: 456, aarch64: 456, arguments: [64, 32, 32, 32] },
  statmount: { x86_64: 457, aarch64: 457, arguments: [64, 64, 64, 32] },
  listmount: { x86_64: 458, aarch64: 458, arguments: [64, 64, 64, 32] },
  lsm_get_self_attr: { x86_64: 459, aarch64: 459, arguments: [32, 64, 64, 32] },
  lsm_set_self_attr: { x86_64: 460, aarch64: 460, arguments: [32, 64, 32, 32] },
  lsm_list_modules: { x86_64: 461, aarch64: 461, arguments: [64, 64, 32] },
  mseal: { x86_64: 462, aarch64: 462, arguments: [64, 64, 64] },
  setxattrat: { x86_64: 463, aarch64: 463, arguments: [32, 64, 32, 64, 64, 64] },
  getxattrat: { x86_64: 464, aarch64: 464, arguments: [32, 64, 32, 64, 64, 64] },
  listxattrat: { x86_64: 465, aarch64: 465, arguments: [32, 64, 32, 64, 64] },
  removexattrat: { x86_64: 466, aarch64: 466, arguments: [32, 64, 32, 64] },
  open_tree_attr: { x86_64: 467, aarch64: 467, arguments: [32, 64, 32, 64, 64] },
  file_getattr: { x86_64: 468, aarch64: 468, arguments: [32, 64, 64, 64, 32] },
  file_setattr: { x86_64: 469, aarch64: 469, arguments: [32, 64, 64, 64, 32] },
  listns: { x86_64: 470, aarch64: 470, arguments: [64, 64, 64, 32] },
};
