/*
 * nemoclaw-launcher [--plan FILE] [--status] [--hold] [--ask-connects] [--die-with-parent] -- COMMAND [ARGUMENT...]
 * nemoclaw-launcher --host-facts
 * Reads a binary launch plan, confines itself as the plan says and starts the command. It decides nothing: the plan,
 * from FILE or descriptor 3, says all (compiler/backends/launch-plan/format.ts), and is checked whole before the first
 * step. A step that fails ends the launch: one line on standard error names it, the exit code is 125, the command never
 * starts. 126: it could not be executed, 127: not found; else its own exit code, or 128 plus the signal that ended it.
 * With --status the line goes to descriptor 4 in place of standard error, as does `ready` before executing. --hold:
 * there the command waits for one byte, and from then on a witness reads numbers of processes there, four bytes each.
 * --ask-connects: each connect() of the sandbox waits for the answer of whoever holds the descriptor that `connects`
 * names, of the process that `started` names.
 */
typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long u64;
/* Entering the kernel; numbers from arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h. */
#if defined(__x86_64__)
#define NR(x86_64, aarch64) x86_64
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call launch\n");
static long enter_kernel(long number, long a, long b, long c, long d, long e) {
  register long fourth __asm__("r10") = d, fifth __asm__("r8") = e;
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth) : "rcx", "r11", "memory");
  return number;
}
#elif defined(__aarch64__)
#define NR(x86_64, aarch64) aarch64
__asm__(".globl _start\n_start: mov x0, sp\n bl launch\n");
static long enter_kernel(long number, long a, long b, long c, long d, long e) {
  register long nr __asm__("x8") = number, first __asm__("x0") = a, second __asm__("x1") = b;
  register long third __asm__("x2") = c, fourth __asm__("x3") = d, fifth __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(first) : "r"(nr), "r"(second), "r"(third), "r"(fourth), "r"(fifth) : "memory");
  return first;
}
#endif
#define CALL(name, ...) CALL_PADDED(NR_##name, __VA_ARGS__, 0, 0, 0, 0, 0)
#define CALL_PADDED(nr, a, b, c, d, e, ...) enter_kernel(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
enum {
  NR_read = NR(0, 63), NR_write = NR(1, 64), NR_close = NR(3, 57), NR_rt_sigaction = NR(13, 134), NR_ioctl = NR(16, 29),
  NR_rt_sigprocmask = NR(14, 135), NR_socket = NR(41, 198), NR_clone = NR(56, 220), NR_execve = NR(59, 221),
  NR_wait4 = NR(61, 260), NR_kill = NR(62, 129), NR_chdir = NR(80, 49), NR_fchdir = NR(81, 50), NR_umask = NR(95, 166),
  NR_geteuid = NR(107, 175), NR_getegid = NR(108, 177), NR_setsid = NR(112, 157), NR_setgroups = NR(116, 159),
  NR_setresuid = NR(117, 147), NR_setresgid = NR(119, 149), NR_capset = NR(126, 91), NR_rt_sigtimedwait = NR(128, 137),
  NR_pivot_root = NR(155, 41), NR_prctl = NR(157, 167), NR_mount = NR(165, 40), NR_umount2 = NR(166, 39),
  NR_exit_group = NR(231, 94), NR_openat = NR(257, 56), NR_mkdirat = NR(258, 34), NR_mknodat = NR(259, 33),
  NR_unshare = NR(272, 97), NR_dup3 = NR(292, 24), NR_ppoll = NR(271, 73), NR_getpid = NR(39, 172),
  NR_prlimit64 = NR(302, 261), NR_seccomp = NR(317, 277), NR_statx = NR(332, 291), NR_connect = NR(42, 203),
  NR_open_tree = 428, NR_move_mount = 429, NR_fsopen = 430, NR_fsconfig = 431, NR_fsmount = 432,
  NR_pidfd_open = 434, NR_close_range = 436, NR_openat2 = 437, NR_get_robust_list = NR(274, 100),
  NR_mount_setattr = 442, NR_landlock_create_ruleset = 444, NR_landlock_add_rule = 445, NR_landlock_restrict_self = 446,
};
/* From include/uapi/: errno, fcntl, stat, openat2, mount, sched, prctl, capability, seccomp, landlock, if, signal. */
enum { EPERM = 1, ENOENT = 2, EAGAIN = 11, ENOTDIR = 20, EINVAL = 22, EOPNOTSUPP = 95, AT_FDCWD = -100,
       AT_EMPTY_PATH = 0x1000, AT_RECURSIVE = 0x8000, O_WRONLY = 1, O_CLOEXEC = 02000000, O_PATH = 010000000,
       STATX_TYPE = 1, S_IFMT = 0170000, S_IFREG = 0100000, S_IFDIR = 040000, S_IFCHR = 020000,
       RESOLVE_NO_MAGICLINKS = 2, RESOLVE_NO_SYMLINKS = 4, RESOLVE_BENEATH = 8, RESOLVE_IN_ROOT = 16, MS_REC = 0x4000,
       MS_PRIVATE = 0x40000, MNT_DETACH = 2, OPEN_TREE_CLONE = 1, FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1,
       FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_CREATE = 6, MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_EMPTY_PATH = 64,
       MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NOSUID = 2, MOUNT_ATTR_NODEV = 4, MOUNT_ATTR_NOEXEC = 8,
       CLONE_NEWNS = 0x20000, CLONE_NEWCGROUP = 0x2000000, CLONE_NEWUTS = 0x4000000, CLONE_NEWIPC = 0x8000000,
       CLONE_NEWUSER = 0x10000000, CLONE_NEWPID = 0x20000000, CLONE_NEWNET = 0x40000000, CLONE_PARENT = 0x8000,
       CORE_NAMESPACES = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET,
       KNOWN_NAMESPACES = CORE_NAMESPACES | CLONE_NEWUSER | CLONE_NEWCGROUP, PR_SET_PDEATHSIG = 1, PR_SET_DUMPABLE = 4,
       PR_CAPBSET_DROP = 24, PR_SET_NO_NEW_PRIVS = 38, AF_INET = 2, SOCK_DGRAM = 2, SIOCSIFFLAGS = 0x8914, IFF_UP = 1,
       LINUX_CAPABILITY_VERSION_3 = 0x20080522, SECCOMP_SET_MODE_FILTER = 1, SECCOMP_NEW_LISTENER = 8,
       LANDLOCK_CREATE_RULESET_VERSION = 1, LANDLOCK_RULE_PATH_BENEATH = 1, LANDLOCK_SCOPE_SIGNAL = 2, SIGKILL = 9,
       SIGCHLD = 17, SIGTSTP = 20, SIG_SETMASK = 2, WNOHANG = 1, POLLIN = 1, RLIMIT_NPROC = 6 };
/* The plan, version 1, in the byte order of both architectures; format.ts says what each field means. */
enum { PLAN_MAGIC = 0x504c434e, PLAN_VERSION = 1, THIS_ARCHITECTURE = NR(1, 2), LARGEST_PLAN = 8 << 20,
       LONGEST_PATH = 4096, LONGEST_FILTER = 4096, MOST_DESCRIPTORS = 1 << 20 };
enum { NAMESPACES = 1, VIEW = 2, BOUNDING_SET = 4, LANDLOCK = 8, SECCOMP = 16, CORE_STEPS = 31, NEW_SESSION = 32,
       SWITCH_USER = 64, KNOWN_STEPS = 127, FOLDER = 1, BIND, SCRATCH, HIDDEN, PROC, RULE, LIMIT };
enum { READ_ONLY = MOUNT_ATTR_RDONLY, NO_EXECUTE = MOUNT_ATTR_NOEXEC, OPTIONAL = 16, CREATE = 32, KNOWN_FLAGS = 57 };
static const u32 INVOKER = ~0u, RIGHTS_ON_FILES = 0xc007;
struct landlock { u64 file_rights, net_rights, scopes; };
struct entry { u32 kind, flags, text, trusted; u64 number; };
struct header {
  u32 magic, version, size, checksum, architecture, steps, waived, namespaces, uid, gid;
  u32 landlock_required, landlock_best_effort, workdir, entry_count, filter_count, text_bytes;
  struct landlock landlock;
};
static const struct header *header; static const struct entry *entries, *entries_end; static const char *texts;
static int status_fd = 2; /* standard error, unless somebody asked for the status */
static const u64 supervised_signals = ~(7ul << (SIGTSTP - 1)); /* not those that stop a process */
/* ---- Text, and failing ---- */
struct line { u64 length; char text[LONGEST_PATH + 256]; };
static char *find(const char *text, char wanted) {
  while (*text && *text != wanted) text++;
  return (char *)text;
}
static int begins(const char *text, const char *start, u64 length) {
  for (u64 i = 0; i < length; i++) if (text[i] != start[i]) return 0;
  return 1;
}
static u64 length_of(const char *text) { return find(text, 0) - text; }
static int same(const char *a, const char *b) { return begins(a, b, length_of(b) + 1); }
#define PARTS(...) (const char *[]){__VA_ARGS__, 0}
/* What does not fit is cut off; a control character in a path cannot forge a second line. */
static void join(struct line *line, const char **parts) {
  for (line->length = 0; *parts; parts++)
    for (const char *text = *parts; *text && line->length < sizeof line->text - 2; text++)
      line->text[line->length++] = (unsigned char)*text < ' ' ? '?' : *text;
  line->text[line->length] = 0;
}
static const char *decimal(char digits[21], u64 number) {
  char *first = digits + 20;
  for (*first = 0; number || !*first; number /= 10) *--first = '0' + number % 10;
  return first;
}
static void report(const char *what, const char *subject, const char *detail, const char *unit, u64 number) {
  struct line line; char digits[21];
  join(&line, PARTS("nemoclaw-launcher: ", what, subject, ": ", detail, unit, decimal(digits, number)));
  line.text[line.length++] = '\n';
  CALL(write, status_fd, line.text, line.length);
}
static _Noreturn void leave(int code) { for (;;) CALL(exit_group, code); }
static _Noreturn void fail(const char *step, const char *detail, long error) {
  report("step ", step, detail, ": error ", -error);
  leave(!same(step, "exec") ? 125 : error == -ENOENT ? 127 : 126);
}
static long check(const char *step, const char *detail, long result) {
  if (result < 0) fail(step, detail, result);
  return result;
}
/* ---- The plan: read whole and checked whole before anything is done ---- */
static void demand(int holds, const char *otherwise) { if (!holds) fail("plan", otherwise, -EINVAL); }
static const char *text_at(u32 offset) {
  demand(offset < header->text_bytes, "a text is out of bounds");
  return texts + offset;
}
/* Every core step is done or waived by name, so that an empty plan cannot pass for a strict one. */
static void check_steps(u32 steps, u32 namespaces) {
  demand(!(steps & ~KNOWN_STEPS) && !(namespaces & ~KNOWN_NAMESPACES), "unknown step or namespace");
  demand(header->waived == (CORE_STEPS & ~steps), "a core step is neither done nor waived");
  demand(steps & NAMESPACES ? (namespaces & CORE_NAMESPACES) == CORE_NAMESPACES : !namespaces, "wrong namespaces");
  demand(!(steps & VIEW) || ((steps & NAMESPACES) && header->entry_count), "a view without mounts");
  demand(!header->landlock.file_rights == !(steps & LANDLOCK), "the Landlock step disagrees with its rights");
  demand(!header->filter_count == !(steps & SECCOMP) && header->filter_count <= LONGEST_FILTER, "wrong filter length");
  demand(!(steps & SWITCH_USER) || (!(namespaces & CLONE_NEWUSER) && header->uid != INVOKER), "no user to become");
  demand(text_at(header->workdir)[0] == '/', "the working folder is not absolute");
}
static void check_entry(const struct entry *entry) {
  const u32 kind = entry->kind, step = kind == RULE ? LANDLOCK : VIEW;
  demand(kind >= FOLDER && kind <= LIMIT && !(entry->flags & ~KNOWN_FLAGS), "unknown kind of entry or flag");
  const char *path = text_at(entry->text);
  if (kind == LIMIT) return;
  const char *trusted = text_at(entry->trusted), *rest = path + length_of(trusted);
  demand(header->steps & step, "an entry without its step");
  demand(path[0] == '/' && length_of(path) < LONGEST_PATH, "a path is not absolute or too long");
  demand(begins(path, trusted, rest - path) && (!*rest || *rest == '/'), "a path is cut wrongly");
  demand(kind == RULE || path[1] || (kind == BIND && entry == entries), "a mount over the root");
}
/* FNV-1a, 32 bits: any change of one byte changes it. It finds damage; the bundle's digests find intent. */
static u32 checksum_of(const char *bytes, u64 length) {
  u32 sum = 2166136261u;
  for (u64 i = 0; i < length; i++) sum = (sum ^ (unsigned char)bytes[i]) * 16777619u;
  return sum;
}
static void read_plan(int fd) {
  static char bytes[LARGEST_PLAN + 1] __attribute__((aligned(8)));
  u64 length = 0, got;
  while ((got = check("plan", "read", CALL(read, fd, bytes + length, sizeof bytes - length)))) length += got;
  header = (const struct header *)bytes;
  demand(length >= sizeof *header && header->magic == PLAN_MAGIC, "not a launch plan");
  demand(header->version == PLAN_VERSION, "another version than this launcher reads");
  demand(header->size == length, "cut off or too long");
  demand(header->checksum == checksum_of(bytes + 16, length - 16), "damaged");
  demand(header->architecture == THIS_ARCHITECTURE, "made for another architecture");
  u64 entry_bytes = header->entry_count * sizeof *entries, filter_bytes = header->filter_count * 8ul;
  demand(sizeof *header + entry_bytes + filter_bytes + header->text_bytes == length, "a section is out of bounds");
  demand(header->text_bytes && !bytes[length - 1], "the last text has no end");
  entries = (const struct entry *)(header + 1), entries_end = entries + header->entry_count;
  texts = (const char *)entries_end + filter_bytes;
  check_steps(header->steps, header->namespaces);
  for (const struct entry *entry = entries; entry < entries_end; entry++) check_entry(entry);
}
/* All descriptors are close-on-exec; whoever opens many closes from a mark on. */
static void close_from(u32 first) {
  if (CALL(close_range, first, ~0u, 0) >= 0) return;
  for (u32 fd = first; fd < MOST_DESCRIPTORS; fd++) CALL(close, fd);
}
/* ---- Namespaces and identity ---- */
static void write_file(const char *path, const char **parts) {
  struct line line;
  int fd = check("identity", path, CALL(openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC));
  join(&line, parts);
  check("identity", path, CALL(write, fd, line.text, line.length));
}
static void enter_namespaces(u32 namespaces, u32 inside_uid, u32 inside_gid) {
  struct { char name[16]; u16 flags; char rest[22]; } loopback = {"lo", IFF_UP, ""};
  u32 uid = CALL(geteuid, 0), gid = CALL(getegid, 0);
  char inside[21], outside[21];
  if (inside_uid == INVOKER) inside_uid = uid, inside_gid = gid;
  check("namespaces", "unshare", CALL(unshare, namespaces));
  if (namespaces & CLONE_NEWUSER) {
    write_file("/proc/self/setgroups", PARTS("deny"));
    write_file("/proc/self/uid_map", PARTS(decimal(inside, inside_uid), " ", decimal(outside, uid), " 1"));
    write_file("/proc/self/gid_map", PARTS(decimal(inside, inside_gid), " ", decimal(outside, gid), " 1"));
  }
  int socket = check("loopback", "socket", CALL(socket, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0));
  check("loopback", "lo", CALL(ioctl, socket, SIOCSIFFLAGS, &loopback));
  check("view", "/", CALL(mount, "none", "/", 0, MS_REC | MS_PRIVATE));
  check("view", "/", CALL(chdir, "/")); /* a working folder of the launcher's would keep the host's tree in sight */
}
/* ---- Processes: the launcher outside; its children `init`, process 1 of the sandbox, and the command ---- */
/* A child dies with the launcher, also when that dies before the kernel has been told so. Gives 0 in the child. */
static int start_child(void) {
  u64 at_once[2] = {0, 0};
  int process = check("fork", "pidfd", CALL(pidfd_open, CALL(getpid, 0)));
  struct { int process; u16 events, happened; } launcher = {process, POLLIN, 0};
  int child = check("fork", "clone", CALL(clone, SIGCHLD)); if (child) return child;
  CALL(prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (CALL(ppoll, &launcher, 1, at_once) != 0) leave(125);
  close_from(status_fd + 1);
  return 0;
}
/* Ends as the command ended. The terminal signals the command's whole group itself: that is not sent on. */
static _Noreturn void supervise(int command, int init, int own_session) {
  struct { int number, error, code; char rest[116]; } signal; int status = 0;
  for (close_from(3); CALL(wait4, command, &status, WNOHANG, 0) != command;) {
    long number = CALL(rt_sigtimedwait, &supervised_signals, &signal, 0, sizeof supervised_signals);
    if (number > 0 && number != SIGCHLD && (signal.code <= 0 || own_session)) CALL(kill, command, number);
  }
  if (init) CALL(kill, init, SIGKILL); /* it ends after all others there, and after those that are waited for here */
  while (init && command > 0 && command != init) command = CALL(wait4, -1, 0, 0, 0);
  leave(status & 127 ? 128 + (status & 127) : status >> 8 & 255);
}
/* Everything in the sandbox ends with `init`, which only takes in processes that lost their parents. */
static _Noreturn void be_init(void) {
  for (close_from(3);; CALL(rt_sigtimedwait, &supervised_signals, 0, 0, sizeof supervised_signals))
    while (CALL(wait4, -1, 0, WNOHANG, 0) > 0);
}
/* ---- The view: the sandbox's own file tree ---- */
/* The kernel says EAGAIN when something, anywhere, was renamed or mounted meanwhile. */
static long open_below(int folder, const char *path, u64 resolve) {
  struct { u64 flags, mode, resolve; } how = {O_PATH | O_CLOEXEC, 0, resolve | RESOLVE_NO_MAGICLINKS};
  long fd, tries = 1000;
  do fd = CALL(openat2, folder, path, &how, sizeof how); while (fd == -EAGAIN && --tries);
  return fd;
}
/* -1: optional and missing. Only the trusted head may hold links: further down an earlier run can have planted them. */
static int open_place(const char *step, int root, const struct entry *entry) {
  const char *path = text_at(entry->text), *trusted = text_at(entry->trusted), *rest = path + length_of(trusted);
  long fd = open_below(root, *trusted ? trusted : "/", RESOLVE_IN_ROOT);
  while (*rest == '/') rest++;
  if (fd >= 0 && *rest) fd = open_below(fd, rest, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  if ((entry->flags & OPTIONAL) && (fd == -ENOENT || fd == -ENOTDIR)) return -1;
  return check(step, path, fd);
}
static int type_of(int fd) {
  static struct { u32 before[7]; u16 mode; char after[226]; } found;
  check("view", "type", CALL(statx, fd, "", AT_EMPTY_PATH, STATX_TYPE, &found));
  return found.mode & S_IFMT;
}
/* Only ever adds restrictions, so what the host's own mount forbids stays forbidden. */
static void restrict_tree(const char *path, int tree, u64 attributes, int recursive) {
  struct { u64 set, clear, propagation, user_namespace; } change = {attributes, 0, 0, 0};
  check("view", path, CALL(mount_setattr, tree, "", AT_EMPTY_PATH | recursive, &change, sizeof change));
}
static int new_filesystem(const char *path, const char *type, const char *mode, u64 size, u64 attributes) {
  char digits[21];
  int made = check("view", path, CALL(fsopen, type, FSOPEN_CLOEXEC));
  if (mode) check("view", path, CALL(fsconfig, made, FSCONFIG_SET_STRING, "mode", mode));
  if (size) check("view", path, CALL(fsconfig, made, FSCONFIG_SET_STRING, "size", decimal(digits, size)));
  check("view", path, CALL(fsconfig, made, FSCONFIG_CMD_CREATE));
  return check("view", path, CALL(fsmount, made, FSMOUNT_CLOEXEC, attributes));
}
/* A hidden file shows the null device where no devices are allowed: it cannot be opened for anything. */
static int make_tree(const struct entry *entry, const char *path, int host, int source, int type) {
  u64 attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (entry->flags & (READ_ONLY | NO_EXECUTE));
  if (entry->kind == PROC) return new_filesystem(path, "proc", 0, 0, attributes);
  if (entry->kind == SCRATCH) return new_filesystem(path, "tmpfs", "1777", entry->number, attributes);
  if (entry->kind == HIDDEN && type == S_IFDIR) return new_filesystem(path, "tmpfs", "0", 0, attributes);
  if (entry->kind == HIDDEN) source = check("view", "/dev/null", open_below(host, "/dev/null", RESOLVE_IN_ROOT));
  if (entry->kind == BIND && type == S_IFCHR) attributes &= ~MOUNT_ATTR_NODEV;
  int flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
  int tree = check("view", path, CALL(open_tree, source, "", flags));
  restrict_tree(path, tree, attributes, AT_RECURSIVE);
  return tree;
}
static void add_to_view(int host, int root, const struct entry *entry) {
  const char *path = text_at(entry->text);
  int kind = entry->kind, creates = kind == FOLDER || (entry->flags & CREATE), source = -1, type = S_IFDIR;
  if (kind == BIND || (kind == HIDDEN && !creates)) {
    source = open_place("view", kind == BIND ? host : root, entry); if (source < 0) return;
    type = type_of(source);
  }
  if (creates && type == S_IFDIR) check("view", path, CALL(mkdirat, root, path + 1, 0755));
  if (creates && type != S_IFDIR) check("view", path, CALL(mknodat, root, path + 1, S_IFREG));
  if (kind == FOLDER) return;
  int tree = make_tree(entry, path, host, source, type), target = open_place("view", root, entry);
  check("view", path, CALL(move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}
static void build_view(void) {
  const struct entry *entry = entries;
  int host = check("view", "/", CALL(openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC)), umask = CALL(umask, 0);
  int of_host = entry->kind == BIND && same(text_at(entry->text), "/");
  int root = of_host ? make_tree(entry++, "/", host, host, S_IFDIR)
                     : new_filesystem("/", "tmpfs", "0755", 0, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  check("view", "/", CALL(move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));
  check("view", "/", CALL(fchdir, root)), check("view", "/", CALL(pivot_root, ".", "."));
  for (; entry < entries_end; entry++)
    if (entry->kind < RULE) add_to_view(host, root, entry), close_from(root + 1);
  if (!of_host) restrict_tree("/", root, MOUNT_ATTR_RDONLY, 0);
  check("view", "/", CALL(fchdir, host)), check("view", "/", CALL(umount2, ".", MNT_DETACH));
  check("view", "/", CALL(chdir, "/"));
  CALL(umask, umask), close_from(status_fd + 1);
}
/* ---- Confining the process itself ---- */
static void drop_privileges(u32 steps, u32 uid, u32 gid) {
  struct { u32 version; int process; } whom = {LINUX_CAPABILITY_VERSION_3, 0};
  u32 none[6] = {0}; long dropped = 0;
  for (int next = 0; (steps & BOUNDING_SET) && dropped >= 0; next++) dropped = CALL(prctl, PR_CAPBSET_DROP, next);
  if (dropped != -EINVAL) check("capabilities", "bounding set", dropped); /* EINVAL: past the last one */
  if (steps & SWITCH_USER) {
    check("identity", "groups", CALL(setgroups, 0, 0));
    check("identity", "group", CALL(setresgid, gid, gid, gid));
    check("identity", "user", CALL(setresuid, uid, uid, uid));
    CALL(prctl, PR_SET_PDEATHSIG, SIGKILL); /* the change of user cleared it */
  }
  if (uid != INVOKER && (CALL(geteuid, 0) != uid || CALL(getegid, 0) != gid))
    fail("identity", "not the user that the plan names", -EPERM);
  check("capabilities", "none", CALL(capset, &whom, none)); /* empties the ambient set, too */
  check("capabilities", "no new privileges", CALL(prctl, PR_SET_NO_NEW_PRIVS, 1));
}
static void add_rule(int rules, int root, const struct entry *entry, u64 handled) {
  int fd = open_place("landlock", root, entry); if (fd < 0) return;
  if (type_of(fd) != S_IFDIR) handled &= RIGHTS_ON_FILES;
  struct { u64 rights; int fd; } __attribute__((packed)) rule = {entry->number & handled, fd};
  long added = rule.rights ? CALL(landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule) : 0;
  check("landlock", text_at(entry->text), added);
}
/* Gives the call that the kernel refuses about processes outside the domain made here; 0: no Landlock, no domain. */
static long restrict_files(struct landlock handled) {
  static const u64 rights_by_abi[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
  long offered = CALL(landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION), abi = offered < 0 ? 0 : offered;
  if (abi < header->landlock_required) {
    if (!header->landlock_best_effort) fail("landlock", "the kernel's ABI is too old", -EOPNOTSUPP);
    report("lost ", "landlock", "the kernel has only ABI", " ", abi);
  }
  if (!abi) return 0;
  handled.file_rights &= rights_by_abi[abi < 5 ? abi : 5];
  if (abi < 4) handled.net_rights = 0;
  if (abi < 6) handled.scopes = 0;
  int rules = check("landlock", "ruleset", CALL(landlock_create_ruleset, &handled, sizeof handled));
  int root = check("landlock", "/", CALL(openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC));
  for (const struct entry *entry = entries; entry < entries_end; entry++)
    if (entry->kind == RULE) add_rule(rules, root, entry, handled.file_rights), close_from(root + 1);
  check("landlock", "restrict", CALL(landlock_restrict_self, rules));
  return handled.scopes & LANDLOCK_SCOPE_SIGNAL ? NR_kill : NR_get_robust_list;
}
static long install_filter(u32 flags, u16 count, const void *instructions) {
  struct { u16 length; const void *instructions; } filter = {count, instructions};
  return CALL(seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}
/* A filter beside the plan's, see seccomp_unotify(2): USER_NOTIF for connect() on this architecture, else ALLOW. */
static void ask_about_connects(void) {
  static const u64 instructions[] = {0x400000020, NR(0xc000003eul, 0xc00000b7ul) << 32 | 0x03000015, 0x20,
    (u64)NR_connect << 32 | 0x01000015, 0x7fc0000000000006, 0x7fff000000000006};
  long fd = check("seccomp", "connects", install_filter(SECCOMP_NEW_LISTENER, 6, instructions));
  report("connects ", "command", "descriptor", " ", fd);
}
/* ---- The witness: in the command's Landlock domain, it says which processes are in that domain, too ---- */
/* The kernel refuses `question` about a process outside: a signal; where these are not scoped a look, which it refuses
 * about whoever lets nobody look, too. No failure is told, as the command runs by then: its silence is missed. */
static _Noreturn void be_witness(long question) {
  const u64 filter[] = {0x400000020, NR(0xc000003eul, 0xc00000b7ul) << 32 | 0x05000015, 0x20,
    (u64)NR_read << 32 | 0x00040015, (u64)NR_write << 32 | 0x00030015, (u64)NR_exit_group << 32 | 0x00020015,
    (u64)question << 32 | 0x00010015, 0x8000000000000006, 0x7fff000000000006};
  u64 list[2]; int asked;
  CALL(prctl, PR_SET_PDEATHSIG, SIGKILL), CALL(setsid, 0); /* what is sent to the command's group is not for it */
  for (int fd = 0; fd < status_fd; fd++) CALL(close, fd);
  close_from(status_fd + 1);
  if (install_filter(0, sizeof filter / sizeof *filter, filter) < 0) leave(125);
  while (CALL(read, status_fd, &asked, sizeof asked) == sizeof asked) {
    long error = question == NR_kill ? CALL(kill, asked, 0) : CALL(get_robust_list, asked, list, list + 1);
    report("witness ", decimal((char[21]){0}, asked), question == NR_kill ? "signal" : "look", ": error ", -error);
  }
  leave(0);
}
/* A child of the launcher; until it has a session and a filter of its own, signals wait and nobody may look into it. */
static void start_witness(long question, const u64 *signals) {
  static const u64 all = ~0ul;
  CALL(prctl, PR_SET_DUMPABLE, 0); /* the command lets others look again as soon as it is executed */
  CALL(rt_sigprocmask, SIG_SETMASK, &all, 0, sizeof all);
  if (!check("witness", "clone", CALL(clone, CLONE_PARENT | SIGCHLD))) be_witness(question);
  CALL(rt_sigprocmask, SIG_SETMASK, signals, 0, sizeof all);
}
/* Looks the command up in PATH as a shell does. */
static _Noreturn void execute(char **command, char **environment) {
  char *folders = (char[]){"/usr/local/bin:/usr/bin:/bin"}, *end, ended_by;
  long error = -ENOENT;
  if (*find(command[0], '/')) fail("exec", command[0], CALL(execve, command[0], command, environment));
  for (char **variable = environment; *variable; variable++) if (begins(*variable, "PATH=", 5)) folders = *variable + 5;
  for (; *folders; folders = end + (ended_by == ':')) {
    struct line path;
    end = find(folders, ':'), ended_by = *end, *end = 0;
    join(&path, PARTS(folders, *folders ? "/" : "", command[0]));
    *end = ended_by;
    long tried = CALL(execve, path.text, command, environment);
    if (tried != -ENOENT && tried != -ENOTDIR) error = tried;
  }
  fail("exec", command[0], error);
}
static _Noreturn void report_host(void) {
  long abi = CALL(landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION);
  status_fd = 1;
  report("fact ", "landlock", "ABI", " ", abi < 0 ? 0 : abi);
  enter_namespaces(KNOWN_NAMESPACES, INVOKER, INVOKER), leave(0);
}
__attribute__((used)) _Noreturn void launch(char **stack) {
  char **argument = stack + 1, **environment = stack + (long)stack[0] + 2;
  u64 original, by_default[4] = {0};
  int plan_fd = 3, holds = 0, asks = 0, init = 0;
  while (*++argument && !same(*argument, "--"))
    if (same(*argument, "--host-facts")) report_host();
    else if (same(*argument, "--status")) check("arguments", "--status", CALL(write, 4, "", 0)), status_fd = 4;
    else if (same(*argument, "--hold")) holds = 1;
    else if (same(*argument, "--ask-connects")) asks = 1;
    else if (same(*argument, "--die-with-parent")) CALL(prctl, PR_SET_PDEATHSIG, SIGKILL);
    else if (!same(*argument, "--plan")) fail("arguments", *argument, -EINVAL);
    else plan_fd = check("plan", "FILE", CALL(openat, AT_FDCWD, *++argument, O_CLOEXEC));
  if (!argument[0] || !argument[1]) fail("arguments", "no command after --", -EINVAL);
  demand(status_fd != 2 || !(holds | asks), "--hold and --ask-connects need --status");
  read_plan(plan_fd);
  if (status_fd != 2) status_fd = check("arguments", "--status", CALL(dup3, status_fd, 3, O_CLOEXEC));
  if (header->steps & NAMESPACES) enter_namespaces(header->namespaces, header->uid, header->gid);
  CALL(prctl, PR_SET_DUMPABLE, 0); /* nobody inside may look into the launcher or trace it */
  CALL(rt_sigaction, SIGCHLD, by_default, 0, sizeof original);
  CALL(rt_sigprocmask, SIG_SETMASK, &supervised_signals, &original, sizeof original);
  if ((header->namespaces & CLONE_NEWPID) && !(init = start_child())) be_init();
  int command = start_child();
  if (command && holds) report("started ", "command", "process", " ", command);
  if (command) supervise(command, init, header->steps & NEW_SESSION);
  if (header->steps & NEW_SESSION) check("session", "new", CALL(setsid, 0));
  if (header->steps & VIEW) build_view();
  CALL(rt_sigprocmask, SIG_SETMASK, &original, 0, sizeof original);
  check("workdir", text_at(header->workdir), CALL(chdir, text_at(header->workdir)));
  drop_privileges(header->steps, header->uid, header->gid);
  long question = header->steps & LANDLOCK ? restrict_files(header->landlock) : 0;
  for (const struct entry *entry = entries; entry < entries_end; entry++) {
    u64 most = entry->number + (question && holds && entry->trusted == RLIMIT_NPROC), limit[] = {most, most};
    long result = entry->kind == LIMIT ? CALL(prlimit64, 0, entry->trusted, limit) : 0;
    if (result != -EPERM) check("limits", text_at(entry->text), result); /* EPERM: a lower one is in force and stays */
  }
  if (asks) ask_about_connects();
  if (holds) CALL(prctl, PR_SET_DUMPABLE, 1); /* those outside may reach in, as they soon may into the command */
  if (status_fd != 2) report("ready", "", "", "", 0);
  if (holds && CALL(read, status_fd, (char[1]){0}, 1) != 1) leave(125);
  if (question && holds) start_witness(question, &original);
  if (header->steps & SECCOMP) check("seccomp", "filter", install_filter(0, header->filter_count, entries_end));
  execute(argument + 1, environment);
}
