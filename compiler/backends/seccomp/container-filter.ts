import type { SyscallFilter, SyscallRule } from '../../domain/syscalls/filter.ts';

/**
 * What has to work in a container before the launcher has installed the exact filter: the launcher's own calls
 * (runtime/launcher/launcher.c without its mounts, which the container engine makes) and those of runc's start.
 */
const STARTING = `
  arch_prctl brk capget capset chdir clone close close_range dup3 epoll_create1 epoll_ctl epoll_pwait eventfd2 execve
  exit exit_group fchdir fchown fcntl fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getpid getppid
  getrandom gettid getuid ioctl kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lseek madvise
  mmap mprotect munmap nanosleep newfstatat openat openat2 pidfd_open ppoll prctl prlimit64 read readlinkat rt_sigaction
  rt_sigprocmask rt_sigreturn rt_sigtimedwait sched_getaffinity sched_yield seccomp set_robust_list set_tid_address
  setgid setgroups setresgid setresuid setsid setuid sigaltstack statx tgkill umask wait4 write
`;

/**
 * The filter that the container engine installs: that of the policy, widened by what starting takes. It is an outer
 * fence only; the launcher in the container adds the exact one, and of two filters the stricter answer counts.
 */
export function containerFilter(filter: SyscallFilter): SyscallFilter {
  return withAllOf(filter, STARTING.trim().split(/\s+/));
}

/** The filter with every use of some more calls. */
export function withAllOf(filter: SyscallFilter, names: readonly string[]): SyscallFilter {
  const rules = filter.rules.filter(({ name }) => !names.includes(name));
  return { defaultErrno: filter.defaultErrno, rules: [...rules, ...names.map(allowed)] };
}

function allowed(name: string): SyscallRule {
  return { name, effect: { kind: 'allow' }, tests: [] };
}
