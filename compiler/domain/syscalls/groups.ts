/**
 * Groups of system calls, for blueprints that allow or deny `@mount` instead of naming fourteen calls. Every call of
 * the table is in exactly one group. Names and members are those of systemd's `SystemCallFilter=` where it has them
 * (src/shared/seccomp-util.c of systemd 252), with these differences: calls that systemd lists in several groups are
 * in one; pipes are with basic input and output; io_uring is apart from the older AIO; reading another process is
 * with debugging, setting the user of file accesses with the other user ids. `@io-uring`, `@memory`, `@sandbox` and `@other` are ours.
 */
const GROUPS: Readonly<Record<string, string>> = {
  // Linux AIO
  '@aio': 'io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit',
  // reading, writing and duplicating descriptors, pipes
  '@basic-io': `
    close close_range dup dup2 dup3 lseek pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2
    read readv write writev
  `,
  // changing owners
  '@chown': 'chown fchown fchownat lchown',
  // setting the clock
  '@clock': 'adjtimex clock_adjtime clock_settime settimeofday',
  // tables of the processor
  '@cpu-emulation': 'modify_ldt',
  // looking into other processes
  '@debug': `
    kcmp lookup_dcookie perf_event_open pidfd_getfd process_madvise process_vm_readv process_vm_writev
    ptrace
  `,
  // what every program needs
  '@default': `
    arch_prctl brk clock_getres clock_gettime clock_nanosleep execve exit exit_group futex futex_requeue
    futex_wait futex_waitv futex_wake get_robust_list get_thread_area getegid geteuid getgid getgroups
    getpgid getpgrp getpid getppid getrandom getresgid getresuid getrlimit getsid gettid gettimeofday
    getuid membarrier mmap mprotect munmap nanosleep pause prlimit64 restart_syscall rseq rt_sigreturn
    sched_getaffinity sched_yield set_robust_list set_thread_area set_tid_address time uprobe uretprobe
  `,
  // files, folders and their attributes
  '@file-system': `
    access chdir chmod copy_file_range creat faccessat faccessat2 fadvise64 fallocate fchdir fchmod
    fchmodat fchmodat2 fcntl fgetxattr file_getattr file_setattr flistxattr flock fremovexattr fsetxattr
    fstat fstatfs ftruncate futimesat getcwd getdents getdents64 getxattr getxattrat inotify_add_watch
    inotify_init inotify_init1 inotify_rm_watch lgetxattr link linkat listxattr listxattrat llistxattr
    lremovexattr lsetxattr lstat mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat
    openat2 readahead readlink readlinkat removexattr removexattrat rename renameat renameat2 rmdir
    setxattr setxattrat stat statfs statx symlink symlinkat truncate umask unlink unlinkat utime
    utimensat utimes
  `,
  // waiting for input and output
  '@io-event': `
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
    epoll_wait_old eventfd eventfd2 poll ppoll pselect6 select
  `,
  // the io_uring rings, which carry out calls behind a filter
  '@io-uring': 'io_uring_enter io_uring_register io_uring_setup',
  // System V IPC, message queues, memory files
  '@ipc': `
    memfd_create mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget
    msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget
  `,
  // kernel keys
  '@keyring': 'add_key keyctl request_key',
  // locking memory
  '@memlock': 'mlock mlock2 mlockall munlock munlockall',
  // mapping and advising memory
  '@memory': `
    cachestat madvise map_shadow_stack memfd_secret mincore mremap mseal process_mrelease
    remap_file_pages userfaultfd
  `,
  // loading kernel modules
  '@module': 'delete_module finit_module init_module',
  // mounting, changing the root
  '@mount': `
    chroot fsconfig fsmount fsopen fspick listmount mount mount_setattr move_mount open_tree
    open_tree_attr pivot_root statmount umount2
  `,
  // sockets
  '@network-io': `
    accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
    sendmmsg sendmsg sendto setsockopt shutdown socket socketpair
  `,
  // calls that new programs do not use
  '@obsolete': `
    _sysctl afs_syscall create_module get_kernel_syms getpmsg putpmsg query_module security sysfs
    tuxcall uselib ustat vserver
  `,
  // everything else
  '@other': `
    get_mempolicy getcpu getpriority ioctl ioprio_get personality sched_get_priority_max
    sched_get_priority_min sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sendfile setpgid setsid splice sysinfo tee uname vmsplice
  `,
  // memory protection keys
  '@pkey': 'pkey_alloc pkey_free pkey_mprotect',
  // calls for the superuser
  '@privileged': `
    acct bpf capset fanotify_init fanotify_mark nfsservctl open_by_handle_at quotactl quotactl_fd
    setdomainname sethostname syslog vhangup
  `,
  // processes, threads, namespaces
  '@process': `
    capget clone clone3 execveat fork getrusage kill listns pidfd_open pidfd_send_signal prctl
    rt_sigqueueinfo rt_tgsigqueueinfo setns tgkill tkill unshare vfork wait4 waitid
  `,
  // ports of the machine
  '@raw-io': 'ioperm iopl',
  // restarting, loading another kernel
  '@reboot': 'kexec_file_load kexec_load reboot',
  // scheduling and memory placement
  '@resources': `
    ioprio_set mbind migrate_pages move_pages sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler set_mempolicy set_mempolicy_home_node setpriority setrlimit
  `,
  // confining oneself
  '@sandbox': `
    landlock_add_rule landlock_create_ruleset landlock_restrict_self lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr seccomp
  `,
  // changing user and group
  '@setuid': 'setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid',
  // handling signals
  '@signal': `
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigsuspend rt_sigtimedwait sigaltstack signalfd
    signalfd4
  `,
  // swap space
  '@swap': 'swapoff swapon',
  // writing files out to disk
  '@sync': 'fdatasync fsync msync sync sync_file_range syncfs',
  // timers
  '@timer': `
    alarm getitimer setitimer timer_create timer_delete timer_getoverrun timer_gettime timer_settime
    timerfd_create timerfd_gettime timerfd_settime times
  `,
};

/** Group name with its `@` to the names of its calls, both sorted. */
export const SYSCALL_GROUPS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(GROUPS).map(([group, calls]) => [group, calls.trim().split(/\s+/)]),
);

const groupOf = new Map([...SYSCALL_GROUPS].flatMap(([group, calls]) => calls.map((call) => [call, group])));

/** The one group that a call is in, or null for a name that the table does not have. */
export function groupOfSyscall(name: string): string | null {
  return groupOf.get(name) ?? null;
}
