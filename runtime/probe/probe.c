/*
 * nemoclaw-probe: tries one thing inside a sandbox and says what the kernel answered.
 *
 *   nemoclaw-probe ATTEMPT [ARGUMENT...]
 *
 * The exit code is 0 when the attempt worked, else the kernel's error number (120 for any above that), and 121 for an
 * attempt that this program does not know. It needs no library, no folder and no call but the one it tries and exit,
 * so that it runs under every policy that can start a program. It undoes nothing: whoever starts it picks the place.
 */
#include <stddef.h>
#include <stdint.h>

/* Entering the kernel; numbers from arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h. */
#if defined(__x86_64__)
#define NUMBER(x86_64, aarch64) x86_64
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call probe\n");
static long enter_kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long fourth __asm__("r10") = d, fifth __asm__("r8") = e, sixth __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall" : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define NUMBER(x86_64, aarch64) aarch64
__asm__(".globl _start\n_start: mov x0, sp\n bl probe\n");
static long enter_kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long nr __asm__("x8") = number, result __asm__("x0") = a, second __asm__("x1") = b;
  register long third __asm__("x2") = c, fourth __asm__("x3") = d, fifth __asm__("x4") = e, sixth __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(result)
                   : "r"(nr), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth) : "memory");
  return result;
}
#else
#error "the probe runs on x86_64 and aarch64 only"
#endif
#define CALL(name, ...) CALL_PADDED(SYS_##name, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL_PADDED(number, a, b, c, d, e, f, ...) \
  enter_kernel(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

enum {
  SYS_read = NUMBER(0, 63), SYS_write = NUMBER(1, 64), SYS_getdents64 = NUMBER(217, 61), SYS_openat = NUMBER(257, 56),
  SYS_mkdirat = NUMBER(258, 34), SYS_mknodat = NUMBER(259, 33), SYS_unlinkat = NUMBER(263, 35),
  SYS_renameat2 = NUMBER(316, 276), SYS_symlinkat = NUMBER(266, 36), SYS_truncate = NUMBER(76, 45),
  SYS_ftruncate = NUMBER(77, 46), SYS_execve = NUMBER(59, 221), SYS_socket = NUMBER(41, 198),
  SYS_connect = NUMBER(42, 203), SYS_sendto = NUMBER(44, 206), SYS_kill = NUMBER(62, 129),
  SYS_getuid = NUMBER(102, 174), SYS_prctl = NUMBER(157, 167), SYS_capget = NUMBER(125, 90), SYS_dup = NUMBER(32, 23),
  SYS_prlimit64 = NUMBER(302, 261), SYS_exit_group = NUMBER(231, 94),
};

enum { AT_FDCWD = -100, AT_REMOVEDIR = 0x200, O_WRONLY = 1, O_CREAT = 0100, O_EXCL = 0200,
       O_DIRECTORY = NUMBER(0200000, 040000) };
enum { S_IFSOCK = 0140000, S_IFIFO = 0010000, S_IFCHR = 0020000 };
enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, PR_GET_NO_NEW_PRIVS = 39 };
enum { EPERM = 1, ENOENT = 2, E2BIG = 7, ERANGE = 34, OTHER_ERROR = 120, UNKNOWN_ATTEMPT = 121 };

struct arguments { int count; char **values; char **environment; };

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* Decimal, or hexadecimal after 0x. */
static uint64_t number(const char *text) {
  uint64_t base = text[0] == '0' && text[1] == 'x' ? 16 : 10, value = 0;
  for (text += base == 16 ? 2 : 0; *text; text++) {
    unsigned digit = *text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10;
    if (digit >= base) CALL(exit_group, UNKNOWN_ATTEMPT);
    value = value * base + digit;
  }
  return value;
}

static int below(long result) { return result > 0 ? 0 : (int)result; }

/* ---- Files ---- */

static int try_read(const char *path) {
  char byte;
  long file = CALL(openat, AT_FDCWD, path, 0);
  return file < 0 ? (int)file : below(CALL(read, file, &byte, 1));
}

static int try_list(const char *path) {
  char entries[1024];
  long folder = CALL(openat, AT_FDCWD, path, O_DIRECTORY);
  return folder < 0 ? (int)folder : below(CALL(getdents64, folder, entries, sizeof entries));
}

static int try_create(const char *path) {
  return below(CALL(openat, AT_FDCWD, path, O_CREAT | O_EXCL | O_WRONLY, 0600));
}

static int try_execute(const char *path, char **environment) {
  const char *words[] = {path, "nothing", NULL};
  return (int)CALL(execve, path, words, environment);
}

/* ---- Sockets: stream to port, datagram to port, path, abstract name ---- */

struct inet_address { uint16_t family, port; uint32_t address; char zero[8]; };
struct inet6_address { uint16_t family, port; uint32_t flow; uint8_t address[16]; uint32_t scope; };
struct unix_address { uint16_t family; char path[108]; };

static uint16_t network_order(uint64_t port) { return (uint16_t)(port >> 8 | (port & 255) << 8); }

static int reach(int kind, const void *address, size_t length) {
  uint16_t family = *(const uint16_t *)address;
  long socket = CALL(socket, family, kind, 0);
  if (socket < 0) return (int)socket;
  if (kind == SOCK_DGRAM) return below(CALL(sendto, socket, "?", 1, 0, address, length));
  return (int)CALL(connect, socket, address, length);
}

/* The address as 32 hexadecimal digits, or 8 for IPv4, in network order. */
static int reach_address(int kind, const char *digits, uint64_t port) {
  uint8_t bytes[16] = {0};
  size_t length = length_of(digits) / 2;
  for (size_t i = 0; i < length && i < 16; i++) {
    char pair[5] = {'0', 'x', digits[2 * i], digits[2 * i + 1], 0};
    bytes[i] = (uint8_t)number(pair);
  }
  if (length == 4) {
    struct inet_address to = {.family = AF_INET, .port = network_order(port)};
    for (int i = 0; i < 4; i++) ((uint8_t *)&to.address)[i] = bytes[i];
    return reach(kind, &to, sizeof to);
  }
  struct inet6_address to = {.family = AF_INET6, .port = network_order(port)};
  for (int i = 0; i < 16; i++) to.address[i] = bytes[i];
  return reach(kind, &to, sizeof to);
}

static int reach_path(const char *path, int is_abstract) {
  struct unix_address to = {.family = AF_UNIX};
  size_t length = length_of(path);
  if (length + 1 >= sizeof to.path) return -E2BIG;
  for (size_t i = 0; i < length; i++) to.path[i + is_abstract] = path[i];
  return reach(SOCK_STREAM, &to, sizeof to.family + length + 1);
}

/* ---- Identity and limits ---- */

static int has_capabilities(void) {
  struct { uint32_t version; int process; } header = {0x20080522, 0};
  uint32_t sets[6] = {0};
  long result = CALL(capget, &header, sets);
  if (result < 0) return (int)result;
  return (sets[0] | sets[1] | sets[2] | sets[3] | sets[4] | sets[5]) ? 0 : -EPERM;
}

static int has_variable(const char *name, char **environment) {
  size_t length = length_of(name);
  for (; *environment; environment++) {
    size_t i = 0;
    while (i < length && (*environment)[i] == name[i]) i++;
    if (i == length && (*environment)[i] == '=') return 0;
  }
  return -ENOENT;
}

static int can_raise(uint64_t resource, uint64_t limit) {
  uint64_t wanted[2] = {limit, limit};
  return (int)CALL(prlimit64, 0, resource, wanted, NULL);
}

static int can_open(uint64_t count) {
  while (count--) {
    long copy = CALL(dup, 0);
    if (copy < 0) return (int)copy;
  }
  return 0;
}

static int can_write_size(const char *path, uint64_t size) {
  long file = CALL(openat, AT_FDCWD, path, O_CREAT | O_WRONLY, 0600);
  if (file < 0) return (int)file;
  int result = (int)CALL(ftruncate, file, size);
  CALL(unlinkat, AT_FDCWD, path, 0);
  return result;
}

static int raw_call(const struct arguments *given) {
  uint64_t words[7] = {0};
  for (int i = 0; i < 7 && i + 2 < given->count; i++) words[i] = number(given->values[i + 2]);
  return below(enter_kernel(words[0], words[1], words[2], words[3], words[4], words[5], words[6]));
}

static int attempt(const struct arguments *given) {
  const char *what = given->count > 1 ? given->values[1] : "";
  const char *first = given->count > 2 ? given->values[2] : "", *second = given->count > 3 ? given->values[3] : "";
  if (same(what, "nothing")) return 0;
  if (same(what, "read")) return try_read(first);
  if (same(what, "list")) return try_list(first);
  if (same(what, "write")) return below(CALL(openat, AT_FDCWD, first, O_WRONLY));
  if (same(what, "create")) return try_create(first);
  if (same(what, "truncate")) return (int)CALL(truncate, first, 0);
  if (same(what, "make-folder")) return (int)CALL(mkdirat, AT_FDCWD, first, 0700);
  if (same(what, "make-socket")) return (int)CALL(mknodat, AT_FDCWD, first, S_IFSOCK | 0600, 0);
  if (same(what, "make-pipe")) return (int)CALL(mknodat, AT_FDCWD, first, S_IFIFO | 0600, 0);
  if (same(what, "make-device")) return (int)CALL(mknodat, AT_FDCWD, first, S_IFCHR | 0600, 0x103);
  if (same(what, "make-link")) return (int)CALL(symlinkat, "target", AT_FDCWD, first);
  if (same(what, "remove-file")) return (int)CALL(unlinkat, AT_FDCWD, first, 0);
  if (same(what, "remove-folder")) return (int)CALL(unlinkat, AT_FDCWD, first, AT_REMOVEDIR);
  if (same(what, "rename")) return (int)CALL(renameat2, AT_FDCWD, first, AT_FDCWD, second, 0);
  if (same(what, "execute")) return try_execute(first, given->environment);
  if (same(what, "call")) return raw_call(given);
  if (same(what, "stream")) return reach_address(SOCK_STREAM, first, number(second));
  if (same(what, "datagram")) return reach_address(SOCK_DGRAM, first, number(second));
  if (same(what, "unix-path")) return reach_path(first, 0);
  if (same(what, "unix-abstract")) return reach_path(first, 1);
  if (same(what, "signal")) return (int)CALL(kill, number(first), 0);
  if (same(what, "user")) return (uint64_t)CALL(getuid, 0) == number(first) ? 0 : -EPERM;
  if (same(what, "capabilities")) return has_capabilities();
  if (same(what, "new-privileges")) return CALL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? -EPERM : 0;
  if (same(what, "variable")) return has_variable(first, given->environment);
  if (same(what, "raise-limit")) return can_raise(number(first), number(second));
  if (same(what, "open-files")) return can_open(number(first));
  if (same(what, "file-size")) return can_write_size(first, number(second));
  return -UNKNOWN_ATTEMPT;
}

__attribute__((used)) void probe(long *stack) {
  struct arguments given = {.count = (int)stack[0], .values = (char **)(stack + 1)};
  given.environment = given.values + given.count + 1;
  int error = -attempt(&given);
  CALL(exit_group, error == UNKNOWN_ATTEMPT || error <= OTHER_ERROR ? error : OTHER_ERROR);
}
