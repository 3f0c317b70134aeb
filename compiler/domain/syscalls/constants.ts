/**
 * Names for argument values, from the kernel's headers (Linux 6.1; newer values from those of Linux 6.12 are marked).
 * Only those that are the same on x86_64 and aarch64 are here; a test compiles them against the headers of both.
 */
export const ARGUMENT_CONSTANTS: Readonly<Record<string, bigint>> = {
  // socket, socketpair: linux/socket.h, linux/net.h, linux/in.h, linux/netlink.h
  AF_UNSPEC: 0n,
  AF_UNIX: 1n,
  AF_LOCAL: 1n,
  AF_INET: 2n,
  AF_AX25: 3n,
  AF_IPX: 4n,
  AF_APPLETALK: 5n,
  AF_X25: 9n,
  AF_INET6: 10n,
  AF_KEY: 15n,
  AF_NETLINK: 16n,
  AF_ROUTE: 16n,
  AF_PACKET: 17n,
  AF_RDS: 21n,
  AF_PPPOX: 24n,
  AF_CAN: 29n,
  AF_TIPC: 30n,
  AF_BLUETOOTH: 31n,
  AF_RXRPC: 33n,
  AF_ALG: 38n,
  AF_NFC: 39n,
  AF_VSOCK: 40n,
  AF_KCM: 41n,
  AF_QIPCRTR: 42n,
  AF_SMC: 43n,
  AF_XDP: 44n,
  AF_MCTP: 45n,
  SOCK_STREAM: 1n,
  SOCK_DGRAM: 2n,
  SOCK_RAW: 3n,
  SOCK_RDM: 4n,
  SOCK_SEQPACKET: 5n,
  SOCK_DCCP: 6n,
  SOCK_PACKET: 10n,
  /** The kernel's own mask of the type (include/linux/net.h); flags lie above it. */
  SOCK_TYPE_MASK: 0xfn,
  SOCK_NONBLOCK: 0x800n,
  SOCK_CLOEXEC: 0x80000n,
  IPPROTO_IP: 0n,
  IPPROTO_ICMP: 1n,
  IPPROTO_TCP: 6n,
  IPPROTO_UDP: 17n,
  IPPROTO_IPV6: 41n,
  IPPROTO_ICMPV6: 58n,
  IPPROTO_SCTP: 132n,
  IPPROTO_UDPLITE: 136n,
  IPPROTO_RAW: 255n,
  IPPROTO_MPTCP: 262n,
  NETLINK_ROUTE: 0n,
  NETLINK_SOCK_DIAG: 4n,
  NETLINK_XFRM: 6n,
  NETLINK_AUDIT: 9n,
  NETLINK_NETFILTER: 12n,
  NETLINK_KOBJECT_UEVENT: 15n,
  NETLINK_GENERIC: 16n,
  // sendto, sendmsg, sendmmsg: linux/socket.h
  MSG_OOB: 1n,
  MSG_PEEK: 2n,
  MSG_DONTWAIT: 0x40n,
  MSG_NOSIGNAL: 0x4000n,
  MSG_ZEROCOPY: 0x4000000n,
  MSG_FASTOPEN: 0x20000000n,
  MSG_CMSG_CLOEXEC: 0x40000000n,
  // setsockopt: asm/socket.h, linux/tcp.h, linux/netfilter_ipv4/ip_tables.h
  SOL_SOCKET: 1n,
  SOL_IP: 0n,
  SOL_TCP: 6n,
  SOL_IPV6: 41n,
  SO_ATTACH_FILTER: 26n,
  SO_ATTACH_BPF: 50n,
  SO_ATTACH_REUSEPORT_CBPF: 51n,
  SO_ATTACH_REUSEPORT_EBPF: 52n,
  IPT_SO_SET_REPLACE: 64n,
  IP6T_SO_SET_REPLACE: 64n,
  TCP_REPAIR: 19n,
  TCP_FASTOPEN_CONNECT: 30n,
  TCP_ULP: 31n,
  // clone, unshare, setns: linux/sched.h
  CLONE_NEWTIME: 0x80n,
  CLONE_VM: 0x100n,
  CLONE_FS: 0x200n,
  CLONE_FILES: 0x400n,
  CLONE_SIGHAND: 0x800n,
  CLONE_PIDFD: 0x1000n,
  CLONE_PTRACE: 0x2000n,
  CLONE_VFORK: 0x4000n,
  CLONE_PARENT: 0x8000n,
  CLONE_THREAD: 0x10000n,
  CLONE_NEWNS: 0x20000n,
  CLONE_SYSVSEM: 0x40000n,
  CLONE_UNTRACED: 0x800000n,
  CLONE_NEWCGROUP: 0x2000000n,
  CLONE_NEWUTS: 0x4000000n,
  CLONE_NEWIPC: 0x8000000n,
  CLONE_NEWUSER: 0x10000000n,
  CLONE_NEWPID: 0x20000000n,
  CLONE_NEWNET: 0x40000000n,
  CLONE_IO: 0x80000000n,
  // ioctl: asm-generic/ioctls.h, linux/fs.h
  TCGETS: 0x5401n,
  TIOCSCTTY: 0x540en,
  TIOCSTI: 0x5412n,
  TIOCGWINSZ: 0x5413n,
  FIONREAD: 0x541bn,
  TIOCLINUX: 0x541cn,
  TIOCCONS: 0x541dn,
  FIONBIO: 0x5421n,
  TIOCNOTTY: 0x5422n,
  TIOCSETD: 0x5423n,
  FIOCLEX: 0x5451n,
  FICLONE: 0x40049409n,
  FS_IOC_SETFLAGS: 0x40086602n,
  FS_IOC_FSSETXATTR: 0x401c5820n,
  // prctl: linux/prctl.h
  PR_SET_PDEATHSIG: 1n,
  PR_GET_PDEATHSIG: 2n,
  PR_GET_DUMPABLE: 3n,
  PR_SET_DUMPABLE: 4n,
  PR_GET_KEEPCAPS: 7n,
  PR_SET_KEEPCAPS: 8n,
  PR_SET_NAME: 15n,
  PR_GET_NAME: 16n,
  PR_GET_SECCOMP: 21n,
  PR_SET_SECCOMP: 22n,
  PR_CAPBSET_READ: 23n,
  PR_CAPBSET_DROP: 24n,
  PR_GET_TSC: 25n,
  PR_SET_TSC: 26n,
  PR_GET_SECUREBITS: 27n,
  PR_SET_SECUREBITS: 28n,
  PR_SET_TIMERSLACK: 29n,
  PR_GET_TIMERSLACK: 30n,
  PR_MCE_KILL: 33n,
  PR_SET_MM: 35n,
  PR_SET_CHILD_SUBREAPER: 36n,
  PR_GET_CHILD_SUBREAPER: 37n,
  PR_SET_NO_NEW_PRIVS: 38n,
  PR_GET_NO_NEW_PRIVS: 39n,
  PR_GET_TID_ADDRESS: 40n,
  PR_SET_THP_DISABLE: 41n,
  PR_GET_THP_DISABLE: 42n,
  PR_CAP_AMBIENT: 47n,
  PR_SVE_SET_VL: 50n,
  PR_SVE_GET_VL: 51n,
  PR_GET_SPECULATION_CTRL: 52n,
  PR_SET_SPECULATION_CTRL: 53n,
  PR_PAC_RESET_KEYS: 54n,
  PR_SET_TAGGED_ADDR_CTRL: 55n,
  PR_GET_TAGGED_ADDR_CTRL: 56n,
  PR_SET_SYSCALL_USER_DISPATCH: 59n,
  PR_PAC_SET_ENABLED_KEYS: 60n,
  PR_PAC_GET_ENABLED_KEYS: 61n,
  PR_SCHED_CORE: 62n,
  PR_SME_SET_VL: 63n,
  PR_SME_GET_VL: 64n,
  PR_SET_MDWE: 65n, // Linux 6.3
  PR_GET_MDWE: 66n, // Linux 6.3
  PR_SET_VMA: 0x53564d41n,
  PR_GET_AUXV: 0x41555856n, // Linux 6.4
  PR_SET_PTRACER: 0x59616d61n,
  // seccomp: linux/seccomp.h
  SECCOMP_SET_MODE_STRICT: 0n,
  SECCOMP_SET_MODE_FILTER: 1n,
  SECCOMP_GET_ACTION_AVAIL: 2n,
  SECCOMP_FILTER_FLAG_NEW_LISTENER: 8n,
  // memfd_create: linux/memfd.h
  MFD_CLOEXEC: 1n,
  MFD_ALLOW_SEALING: 2n,
  MFD_HUGETLB: 4n,
  MFD_NOEXEC_SEAL: 8n, // Linux 6.3
  MFD_EXEC: 0x10n, // Linux 6.3
  // execveat and others: linux/fcntl.h
  AT_SYMLINK_NOFOLLOW: 0x100n,
  AT_EMPTY_PATH: 0x1000n,
  // mknod, mknodat: linux/stat.h
  S_IFMT: 0xf000n,
  S_IFSOCK: 0xc000n,
  S_IFREG: 0x8000n,
  S_IFBLK: 0x6000n,
  S_IFDIR: 0x4000n,
  S_IFCHR: 0x2000n,
  S_IFIFO: 0x1000n,
  S_ISUID: 0o4000n,
  S_ISGID: 0o2000n,
  // mmap, mprotect: asm-generic/mman-common.h
  PROT_READ: 1n,
  PROT_WRITE: 2n,
  PROT_EXEC: 4n,
  MAP_SHARED: 1n,
  MAP_PRIVATE: 2n,
  MAP_FIXED: 0x10n,
  MAP_ANONYMOUS: 0x20n,
  // open: asm-generic/fcntl.h; its other flags differ between the architectures
  O_RDONLY: 0n,
  O_WRONLY: 1n,
  O_RDWR: 2n,
  O_CREAT: 0o100n,
  O_EXCL: 0o200n,
  O_TRUNC: 0o1000n,
  O_APPEND: 0o2000n,
  O_NONBLOCK: 0o4000n,
  O_CLOEXEC: 0o2000000n,
  O_PATH: 0o10000000n,
  // fcntl: asm-generic/fcntl.h, linux/fcntl.h
  F_DUPFD: 0n,
  F_GETFD: 1n,
  F_SETFD: 2n,
  F_GETFL: 3n,
  F_SETFL: 4n,
  F_SETOWN: 8n,
  F_SETSIG: 10n,
  F_SETLEASE: 1024n,
  F_NOTIFY: 1026n,
  F_SETPIPE_SZ: 1031n,
  F_ADD_SEALS: 1033n,
  // personality: linux/personality.h
  PER_LINUX: 0n,
  PER_LINUX32: 8n,
  UNAME26: 0x20000n,
  ADDR_NO_RANDOMIZE: 0x40000n,
  READ_IMPLIES_EXEC: 0x400000n,
};

const LARGEST = 0xffff_ffff_ffff_ffffn;

/**
 * Reads an argument value: a decimal, `0x` or `0o` number below 2^64, a constant such as `AF_UNIX`, or several of either
 * joined by `|`. Null for anything else, which includes constants that differ between architectures, and `04755`, which
 * is one number to C and another one to YAML.
 */
export function parseArgumentValue(text: string): bigint | null {
  let all = 0n;
  for (const word of text.split('|')) {
    const value = parseWord(word.trim());
    if (value === null) return null;
    all |= value;
  }
  return all;
}

function parseWord(word: string): bigint | null {
  if (/^(0x[0-9a-f]{1,16}|0o[0-7]{1,22}|0|[1-9][0-9]{0,19})$/i.test(word)) {
    const value = BigInt(word);
    return value <= LARGEST ? value : null;
  }
  return Object.hasOwn(ARGUMENT_CONSTANTS, word) ? ARGUMENT_CONSTANTS[word]! : null;
}
