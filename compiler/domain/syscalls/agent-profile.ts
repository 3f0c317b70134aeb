import { argumentTest } from './argument-test.ts';
import { parseArgumentValue } from './constants.ts';
import { ENOSYS } from './errno.ts';
import type { ArgumentTest, Comparison, SyscallRule } from './filter.ts';

/**
 * Calls that the profile allows whatever their arguments: they reach only what the sandbox's files, sockets and
 * processes already are.
 */
const ALWAYS = `
  close close_range dup dup2 dup3 lseek pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv write
  writev sendfile splice tee copy_file_range
  access chdir faccessat faccessat2 fadvise64 fallocate fchdir fcntl fgetxattr file_getattr file_setattr flistxattr flock fremovexattr fsetxattr fstat fstatfs ftruncate futimesat getcwd getdents
  getdents64 getxattr getxattrat lgetxattr link linkat listxattr listxattrat llistxattr lremovexattr lsetxattr lstat
  mkdir mkdirat newfstatat readahead readlink readlinkat removexattr removexattrat rename renameat
  renameat2 rmdir setxattr setxattrat stat statfs statx symlink symlinkat truncate umask unlink unlinkat utime
  utimensat utimes chown fchown fchownat lchown
  fdatasync fsync msync sync sync_file_range syncfs
  inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
  epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 poll ppoll pselect6 select
  brk cachestat madvise map_shadow_stack membarrier mincore mlock mlock2 mmap mprotect mremap mseal munlock munlockall
  munmap pkey_alloc pkey_free pkey_mprotect
  execve exit exit_group fork vfork wait4 waitid kill tgkill tkill pidfd_open pidfd_send_signal restart_syscall
  rt_sigqueueinfo rt_tgsigqueueinfo getpgid getpgrp getpid getppid getsid gettid setpgid setsid
  arch_prctl get_robust_list rseq set_robust_list set_tid_address futex futex_requeue futex_wait futex_waitv futex_wake
  uprobe uretprobe
  rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sigaltstack signalfd signalfd4
  alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep pause setitimer time timer_create
  timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times
  getcpu getpriority getrandom getrlimit getrusage ioprio_get prlimit64 sched_get_priority_max sched_get_priority_min
  sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield
  setpriority setrlimit sysinfo uname
  capget capset getegid geteuid getgid getgroups getresgid getresuid getuid setgid setregid setresgid setresuid
  setreuid setuid
  accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg shutdown
  landlock_add_rule landlock_create_ruleset landlock_restrict_self
`;

type Test = readonly [index: number, comparison: Comparison, value: string, mask?: string];
type Case = readonly [name: string, ...tests: readonly Test[]];

const STREAM: Test = [1, 'masked-eq', 'SOCK_STREAM', 'SOCK_TYPE_MASK'];
const DATAGRAM: Test = [1, 'masked-eq', 'SOCK_DGRAM', 'SOCK_TYPE_MASK'];
const RAW: Test = [1, 'masked-eq', 'SOCK_RAW', 'SOCK_TYPE_MASK'];

/**
 * TCP and UDP by their plain protocols only: Landlock's connect rules do not see MPTCP. Unix sockets are kept in by
 * the sandbox's own file tree and network namespace. Netlink only to ask about routes and addresses.
 */
const SOCKETS: readonly Case[] = [
  ...['AF_INET', 'AF_INET6'].flatMap((family): readonly Case[] => [
    ['socket', [0, 'eq', family], STREAM, [2, 'eq', '0']],
    ['socket', [0, 'eq', family], STREAM, [2, 'eq', 'IPPROTO_TCP']],
    ['socket', [0, 'eq', family], DATAGRAM, [2, 'eq', '0']],
    ['socket', [0, 'eq', family], DATAGRAM, [2, 'eq', 'IPPROTO_UDP']],
  ]),
  ['socket', [0, 'eq', 'AF_UNIX'], STREAM, [2, 'eq', '0']],
  ['socket', [0, 'eq', 'AF_UNIX'], DATAGRAM, [2, 'eq', '0']],
  ['socket', [0, 'eq', 'AF_NETLINK'], RAW, [2, 'eq', 'NETLINK_ROUTE']],
  ['socket', [0, 'eq', 'AF_NETLINK'], DATAGRAM, [2, 'eq', 'NETLINK_ROUTE']],
  ['socketpair', [0, 'eq', 'AF_UNIX']],
  // Fast open connects without the check that connect(2) gets.
  ['sendto', [3, 'masked-eq', '0', 'MSG_FASTOPEN']],
  ['sendmsg', [2, 'masked-eq', '0', 'MSG_FASTOPEN']],
  ['sendmmsg', [3, 'masked-eq', '0', 'MSG_FASTOPEN']],
  // No programs in sockets, no packet filters of the network, no other protocol on top of TCP.
  [
    'setsockopt',
    [1, 'eq', 'SOL_SOCKET'],
    [2, 'ne', 'SO_ATTACH_FILTER'],
    [2, 'ne', 'SO_ATTACH_BPF'],
    [2, 'ne', 'SO_ATTACH_REUSEPORT_CBPF'],
    [2, 'ne', 'SO_ATTACH_REUSEPORT_EBPF'],
  ],
  ['setsockopt', [1, 'eq', 'SOL_IP'], [2, 'ne', 'IPT_SO_SET_REPLACE']],
  ['setsockopt', [1, 'eq', 'SOL_IPV6'], [2, 'ne', 'IP6T_SO_SET_REPLACE']],
  ['setsockopt', [1, 'eq', 'SOL_TCP'], [2, 'ne', 'TCP_ULP']],
  ['setsockopt', [1, 'eq', 'IPPROTO_UDP']],
];

/** Not CLONE_NEWTIME: clone(2) takes the low byte of its flags for the signal at the end. */
const NAMESPACES = [
  ...['CLONE_NEWNS', 'CLONE_NEWCGROUP', 'CLONE_NEWUTS', 'CLONE_NEWIPC', 'CLONE_NEWUSER', 'CLONE_NEWPID'],
  'CLONE_NEWNET',
].join('|');

const PROCESSES: readonly Case[] = [
  ['clone', [0, 'masked-eq', '0', NAMESPACES]],
  // Without a path it would run a memory file.
  ['execveat', [4, 'masked-eq', '0', 'AT_EMPTY_PATH']],
  ['memfd_create', [1, 'masked-eq', 'MFD_NOEXEC_SEAL', 'MFD_NOEXEC_SEAL']],
  // No listener: it could answer for calls of others.
  ['seccomp', [1, 'masked-eq', '0', 'SECCOMP_FILTER_FLAG_NEW_LISTENER']],
  ...['PER_LINUX', 'PER_LINUX32', 'UNAME26', '0xffffffff'].map(
    (value): Case => ['personality', [0, 'eq', value]],
  ),
  ...[
    ...['PR_SET_PDEATHSIG', 'PR_GET_PDEATHSIG', 'PR_GET_DUMPABLE', 'PR_SET_DUMPABLE', 'PR_GET_KEEPCAPS'],
    ...[
      'PR_SET_NAME',
      'PR_GET_NAME',
      'PR_GET_SECCOMP',
      'PR_SET_SECCOMP',
      'PR_CAPBSET_READ',
      'PR_CAPBSET_DROP',
    ],
    ...['PR_GET_SECUREBITS', 'PR_SET_TIMERSLACK', 'PR_GET_TIMERSLACK', 'PR_SET_CHILD_SUBREAPER'],
    ...['PR_GET_CHILD_SUBREAPER', 'PR_SET_NO_NEW_PRIVS', 'PR_GET_NO_NEW_PRIVS', 'PR_GET_TID_ADDRESS'],
    ...['PR_SET_THP_DISABLE', 'PR_GET_THP_DISABLE', 'PR_CAP_AMBIENT', 'PR_SVE_SET_VL', 'PR_SVE_GET_VL'],
    ...['PR_GET_SPECULATION_CTRL', 'PR_PAC_RESET_KEYS', 'PR_SET_TAGGED_ADDR_CTRL', 'PR_GET_TAGGED_ADDR_CTRL'],
    ...['PR_PAC_SET_ENABLED_KEYS', 'PR_PAC_GET_ENABLED_KEYS', 'PR_SME_SET_VL', 'PR_SME_GET_VL'],
    ...['PR_SET_MDWE', 'PR_GET_MDWE', 'PR_SET_VMA', 'PR_GET_AUXV'],
  ].map((option): Case => ['prctl', [0, 'eq', option]]),
];

/**
 * A file of the workspace belongs to the user who started the sandbox. With this bit anybody on the host who can reach it
 * would run the agent's program as that user. Set-gid stays allowed: folders of shared repositories carry it, and no
 * filter can tell a folder from a file.
 */
const RUNS_AS_OWNER = 'S_ISUID';
/** The second is what O_TMPFILE adds to O_DIRECTORY, the kernel's own __O_TMPFILE (asm-generic/fcntl.h). */
const MAKES_A_FILE = 'O_CREAT|0x400000';

const FILES: readonly Case[] = [
  // Typing into the terminal that started the sandbox; kernel modules as line disciplines; the console's output.
  ['ioctl', [1, 'ne', 'TIOCSTI'], [1, 'ne', 'TIOCLINUX'], [1, 'ne', 'TIOCSETD'], [1, 'ne', 'TIOCCONS']],
  // Plain files and pipes; no devices, and none that runs as its owner.
  ...['0', 'S_IFREG', 'S_IFIFO'].flatMap((type): readonly Case[] => [
    ['mknod', [1, 'masked-eq', type, `S_IFMT|${RUNS_AS_OWNER}`]],
    ['mknodat', [2, 'masked-eq', type, `S_IFMT|${RUNS_AS_OWNER}`]],
  ]),
  ['chmod', [1, 'masked-eq', '0', RUNS_AS_OWNER]],
  ['fchmod', [1, 'masked-eq', '0', RUNS_AS_OWNER]],
  ['fchmodat', [2, 'masked-eq', '0', RUNS_AS_OWNER]],
  ['fchmodat2', [2, 'masked-eq', '0', RUNS_AS_OWNER]],
  ['creat', [1, 'masked-eq', '0', RUNS_AS_OWNER]],
  // The kernel reads the mode only where a file is made; elsewhere the register may hold anything.
  ['open', [1, 'masked-eq', '0', MAKES_A_FILE]],
  ['open', [2, 'masked-eq', '0', RUNS_AS_OWNER]],
  ['openat', [2, 'masked-eq', '0', MAKES_A_FILE]],
  ['openat', [3, 'masked-eq', '0', RUNS_AS_OWNER]],
];

/**
 * Refused as if the kernel did not have them, so that C libraries and tools use what they used before. A filter cannot
 * look into the structures that clone3 and openat2 take.
 */
const ABSENT = ['clone3', 'listmount', 'openat2', 'statmount'];

/**
 * The list that a blueprint starts from: enough for shells, node with workers, python with its subprocesses, git,
 * npm, curl and gcc. What it leaves out returns EPERM: namespaces, mounts, tracing, io_uring, BPF, keys, modules,
 * clocks, System V IPC, devices, and sockets other than TCP, UDP, unix and route.
 */
export const AGENT_PROFILE: readonly SyscallRule[] = [
  ...ALWAYS.trim()
    .split(/\s+/)
    .map((name): SyscallRule => ({ name, effect: { kind: 'allow' }, tests: [] })),
  ...[...SOCKETS, ...PROCESSES, ...FILES].map(allowWhen),
  ...ABSENT.map((name): SyscallRule => ({ name, effect: { kind: 'refuse', errno: ENOSYS }, tests: [] })),
];

function allowWhen([name, ...tests]: Case): SyscallRule {
  return { name, effect: { kind: 'allow' }, tests: tests.map((test) => readTest(name, test)) };
}

function readTest(name: string, [index, comparison, value, mask]: Test): ArgumentTest {
  const wanted = {
    index,
    comparison,
    value: constant(value),
    mask: mask === undefined ? null : constant(mask),
  };
  const made = argumentTest(name, wanted);
  if (!made.ok) throw new Error(`argument ${index} of ${name} cannot be tested for ${value}: ${made.fault}`);
  return made.test;
}

function constant(text: string): bigint {
  const value = parseArgumentValue(text);
  if (value === null) throw new Error(`there is no constant ${text}`);
  return value;
}
