/*
 * nemoclaw-doorkeeper PROCESS DESCRIPTOR PORT [--credentials] -- GATEWAY [ARGUMENT...]
 *
 * Keeps the door of one sandbox. PROCESS is a process in it, which holds the DESCRIPTOR that the kernel gave for its
 * connect() calls (runtime/launcher/launcher.c, --ask-connects). The doorkeeper
 *
 *   - makes the sandbox's listening sockets inside its network namespace: PORT on both loopbacks, and DNS,
 *   - starts the gateway with them, and starts it again when it is ended by anything but its own word,
 *   - answers every connect() of the sandbox: one that would leave its loopback is led to the gateway, after a record
 *     of who calls and whereto has been written for it.
 *
 * With --credentials it first reads its descriptor 4 to the end, and keeps that in memory for each gateway.
 *
 * Descriptors of the gateway, those that exist being named in NEMOCLAW_DESCRIPTORS: 3 the control of whoever started
 * the doorkeeper, 4 and 5 the TCP listeners over IPv4 and IPv6, 6 and 7 the UDP sockets for DNS, 8 the records, 9 memory
 * that outlives the gateway and is never on a disk, 10 memory with what was read from descriptor 4. The first one finds in NEMOCLAW_TRUST the sandbox's folder for what
 * programs are to trust, where there is one; later ones must not follow what the agent may have put there. The gateway's
 * exit codes 0 and 1 are final and passed on.
 * docs/decisions/0016-egress-gateway.md says why all this is so.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONTROL = 3, TCP4, TCP6, UDP4, UDP6, RECORDS, MEMORY, CREDENTIALS, DESCRIPTORS_END };
enum { CREDENTIALS_PIPE = 4 };
enum { FINAL_STOP = 0, FINAL_REFUSAL = 1, DOORKEEPER_FAILED = 70 };
enum { DNS_PORT = 53, BACKLOG = 4096, LONGEST_RECORD = 4096, FIRST_PAUSE_MS = 20, LONGEST_PAUSE_MS = 5000,
       STEADY_MS = 10000, UNSEEN_MS = 1000 };

static int sockets[DESCRIPTORS_END]; /* by the gateway's descriptor; -1 where there is none */
static int records = -1;             /* where records are written; -1 while no gateway runs */
static uint16_t gateway_port;

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* ---- Failing ---- */
static _Noreturn void fail(const char *step) {
  fprintf(stderr, "nemoclaw-doorkeeper: %s: %s\n", step, strerror(errno));
  exit(DOORKEEPER_FAILED);
}

static int check(const char *step, int result) {
  if (result < 0) fail(step);
  return result;
}

/* ---- The sandbox's listening sockets, made by a child inside its network namespace ---- */
struct address { struct sockaddr_storage any; socklen_t length; };

static struct address address_of(int family, const void *bytes, uint16_t port) {
  struct address made = {.length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)};
  struct sockaddr_in *four = (void *)&made.any;
  struct sockaddr_in6 *six = (void *)&made.any;
  made.any.ss_family = family;
  if (family == AF_INET) four->sin_port = htons(port), memcpy(&four->sin_addr, bytes, 4);
  else six->sin6_port = htons(port), memcpy(&six->sin6_addr, bytes, 16);
  return made;
}

static const uint8_t LOOPBACK4[4] = {127, 0, 0, 1}, ANY[16] = {0}, LOOPBACK6[16] = {[15] = 1};
static const uint8_t MAPPED[12] = {[10] = 0xff, [11] = 0xff};
static const uint8_t MAPPED_LOOPBACK[16] = {[10] = 0xff, [11] = 0xff, 127, 0, 0, 1};

/* Every address is the namespace's own, so that whatever name server a program was told, it is the gateway's. */
static void make_all_addresses_local(int family) {
  struct { struct nlmsghdr head; struct rtmsg route; struct rtattr device; int index; } ask = {
    {sizeof ask, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0},
    {.rtm_family = family, .rtm_table = RT_TABLE_LOCAL, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_LOCAL,
     .rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE},
    {RTA_LENGTH(sizeof(int)), RTA_OIF}, 1 /* lo is the first device of every namespace */
  };
  struct { struct nlmsghdr head; struct nlmsgerr error; char rest[256]; } answer = {0};
  int netlink = check("netlink", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  check("route", send(netlink, &ask, sizeof ask, 0));
  check("route", recv(netlink, &answer, sizeof answer, 0));
  errno = -answer.error.error;
  if (errno != 0 && errno != EEXIST) fail("route");
  close(netlink);
}

static int listening_socket(int type, struct address address) {
  int family = address.any.ss_family, on = 1;
  int made = check("socket", socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (family == AF_INET6) check("IPV6_V6ONLY", setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on));
  check("bind", bind(made, (void *)&address.any, address.length));
  if (type == SOCK_STREAM) check("listen", listen(made, BACKLOG));
  return made;
}

static void send_descriptors(int channel, const int *which, int count) {
  char byte = 0, room[CMSG_SPACE(sizeof(int) * 4)] = {0};
  struct iovec one = {&byte, 1};
  struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = room};
  message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(sizeof(int) * count);
  memcpy(CMSG_DATA(head), which, sizeof(int) * count);
  check("send sockets", sendmsg(channel, &message, 0));
}

/* Gives how many came; a machine without IPv6 has two. */
static int receive_descriptors(int channel, int *which) {
  char byte, room[CMSG_SPACE(sizeof(int) * 4)];
  struct iovec one = {&byte, 1};
  struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1) exit(DOORKEEPER_FAILED); /* the child has said why */
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  int bytes = head == NULL ? 0 : head->cmsg_len - CMSG_LEN(0);
  memcpy(which, CMSG_DATA(head), bytes);
  return bytes / sizeof(int);
}

static _Noreturn void make_sockets_inside(int pidfd, int channel) {
  /* Started by root, the sandbox has no user namespace of its own. */
  if (setns(pidfd, CLONE_NEWUSER | CLONE_NEWNET) < 0) check("enter the sandbox", setns(pidfd, CLONE_NEWNET));
  int made[4], has_ipv6 = access("/proc/sys/net/ipv6", F_OK) == 0;
  make_all_addresses_local(AF_INET);
  made[0] = listening_socket(SOCK_STREAM, address_of(AF_INET, LOOPBACK4, gateway_port));
  made[1] = listening_socket(SOCK_DGRAM, address_of(AF_INET, ANY, DNS_PORT));
  if (has_ipv6) {
    make_all_addresses_local(AF_INET6);
    made[2] = listening_socket(SOCK_STREAM, address_of(AF_INET6, LOOPBACK6, gateway_port));
    made[3] = listening_socket(SOCK_DGRAM, address_of(AF_INET6, ANY, DNS_PORT));
  }
  send_descriptors(channel, made, has_ipv6 ? 4 : 2);
  exit(0);
}

static void make_sockets(int pidfd) {
  static const int places[4] = {TCP4, UDP4, TCP6, UDP6};
  int channel[2], made[4];
  check("socketpair", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel));
  int child = check("fork", fork());
  if (child == 0) close(channel[0]), make_sockets_inside(pidfd, channel[1]);
  close(channel[1]);
  int count = receive_descriptors(channel[0], made);
  close(channel[0]);
  for (int at = 0; at < count; at++) sockets[places[at]] = made[at];
  waitpid(child, NULL, 0);
}

/* ---- The gateway ---- */
static int gateway_process = 0;    /* 0 while none runs */
static char trust_folder[64] = ""; /* as it is called outside; empty where there is none, and after the first start */

static _Noreturn void become_gateway(char **command, int records_end) {
  char list[32] = "";
  sigset_t none;
  int wanted[DESCRIPTORS_END], count = 0;
  sockets[RECORDS] = records_end;
  /* First all out of the way, then each to its place. */
  for (int place = CONTROL; place < DESCRIPTORS_END; place++)
    wanted[place] = sockets[place] < 0 ? -1 : check("dup", fcntl(sockets[place], F_DUPFD_CLOEXEC, DESCRIPTORS_END));
  for (int place = CONTROL; place < DESCRIPTORS_END; place++) {
    if (wanted[place] < 0) continue;
    check("dup", dup2(wanted[place], place));
    count += sprintf(list + count, "%s%d", count ? "," : "", place);
  }
  setenv("NEMOCLAW_DESCRIPTORS", list, 1);
  if (trust_folder[0]) setenv("NEMOCLAW_TRUST", trust_folder, 1);
  else unsetenv("NEMOCLAW_TRUST");
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  /* It has credentials and the authority's key in memory. One byte stands for no core at all, also where a program
   * takes them (core(5)), for which zero would mean nothing. */
  check("core", setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1}));
  execvp(command[0], command);
  fail(command[0]);
}

static void start_gateway(char **command) {
  int ends[2];
  check("pipe", pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  gateway_process = check("fork", fork());
  if (gateway_process == 0) become_gateway(command, ends[0]);
  close(ends[0]);
  records = ends[1];
  trust_folder[0] = 0;
}

/* What the dead gateway was told is gone with it: its connections are refused by the next one. */
static void lose_gateway(void) {
  int status;
  if (waitpid(gateway_process, &status, WNOHANG) != gateway_process) return;
  gateway_process = 0;
  close(records), records = -1;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == FINAL_STOP || code == FINAL_REFUSAL) exit(code);
  fprintf(stderr, "nemoclaw: the gateway ended (%s %d): nothing leaves the sandbox until it is back\n",
          code < 0 ? "signal" : "exit code", code < 0 ? WTERMSIG(status) : code);
}

/* ---- connect() ---- */
enum answer { GO_ON, REFUSE, DONE, IN_PROGRESS };

struct record {
  uint32_t size;
  uint16_t source_port, destination_port;
  uint8_t listener, lack, zeros[2], destination[16];
  uint32_t process, calls;
  uint64_t device, inode, bytes, modified, changed;
  uint16_t path_bytes;
  char path[LONGEST_RECORD - 90];
} __attribute__((packed));

/* Why a record does not say which executable calls. */
enum lack { NOTHING, NO_PATH, LONG_PATH, UNSEEN };
enum { QUOTED_PATH = 100 };

/* Where a call wants to go, IPv4 as ::ffff:a.b.c.d. */
struct wish { uint8_t to[16]; uint16_t port; int family; };

static int is_local(const struct wish *wish) {
  int is_mapped = memcmp(wish->to, MAPPED, sizeof MAPPED) == 0;
  if (is_mapped) return wish->to[12] == 127 || memcmp(wish->to + 12, ANY, 4) == 0;
  return memcmp(wish->to, LOOPBACK6, 16) == 0 || memcmp(wish->to, ANY, 16) == 0;
}

/* 0: not what the gateway carries, or the kernel will refuse it by itself; errno is EPERM where nobody may look. */
static int read_wish(const struct seccomp_notif *call, struct wish *wish) {
  struct sockaddr_in6 asked = {0};
  struct sockaddr_in *four = (void *)&asked;
  size_t length = call->data.args[2] < sizeof asked ? call->data.args[2] : sizeof asked;
  struct iovec here = {&asked, length}, there = {(void *)call->data.args[1], length};
  errno = 0;
  if (call->data.args[2] > 128 || process_vm_readv(call->pid, &here, 1, &there, 1, 0) != (ssize_t)length) return 0;
  wish->family = asked.sin6_family;
  wish->port = ntohs(asked.sin6_port);
  memcpy(wish->to, MAPPED, sizeof MAPPED);
  if (wish->family == AF_INET) memcpy(wish->to + 12, &four->sin_addr, 4);
  else memcpy(wish->to, &asked.sin6_addr, 16);
  return (wish->family == AF_INET && length >= sizeof *four) || (wish->family == AF_INET6 && length >= 24);
}

static int option_of(int socket, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(socket, level, name, &value, &length) < 0 ? -1 : value;
}

static int is_fresh_tcp(int socket) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  if (option_of(socket, SOL_SOCKET, SO_TYPE) != SOCK_STREAM) return 0;
  if (option_of(socket, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP) return 0;
  return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == TCP_CLOSE;
}

/* The process of a thread; 0 where it is gone. */
static uint32_t process_of(uint32_t thread) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%u/status", thread);
  int status = open(path, O_RDONLY | O_CLOEXEC);
  if (status < 0) return 0;
  ssize_t length = read(status, text, sizeof text - 1);
  close(status);
  text[length < 0 ? 0 : length] = 0;
  char *group = strstr(text, "\nTgid:");
  return group == NULL ? 0 : atoi(group + 6);
}

/* A copy of the caller's socket; a negative error where there is none. Makes the thread of the call its process. */
static int copy_socket(struct seccomp_notif *call) {
  int pidfd = syscall(SYS_pidfd_open, call->pid, 0);
  if (pidfd < 0 && (call->pid = process_of(call->pid)) != 0) pidfd = syscall(SYS_pidfd_open, call->pid, 0);
  if (pidfd < 0) return -ESRCH;
  int socket = syscall(SYS_pidfd_getfd, pidfd, (int)call->data.args[0], 0), error = errno;
  close(pidfd);
  return socket < 0 ? -error : socket;
}

/* The port that the connection will come from; 0 where it cannot be told. */
static uint16_t source_port_of(int socket, int family, int over_ipv4) {
  struct sockaddr_in6 own = {0};
  socklen_t length = sizeof own;
  int off = 0;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &off, sizeof off);
  if (getsockname(socket, (void *)&own, &length) < 0) return 0;
  if (own.sin6_port != 0) return ntohs(own.sin6_port);
  const uint8_t *from = family == AF_INET ? LOOPBACK4 : over_ipv4 ? MAPPED_LOOPBACK : LOOPBACK6;
  struct address address = address_of(family, from, 0);
  length = sizeof own;
  if (bind(socket, (void *)&address.any, address.length) < 0) return 0;
  if (getsockname(socket, (void *)&own, &length) < 0) return 0;
  return ntohs(own.sin6_port);
}

static uint64_t nanoseconds(struct timespec time) { return time.tv_sec * 1000000000ull + time.tv_nsec; }

/* Who calls: the executable as it is called inside. Where that cannot be told the gateway is told why: it refuses the
 * connection and writes that down. Of a path that is too long it gets the beginning, to show and not to decide by. */
static void identify(uint32_t process, struct record *record) {
  char link[64];
  struct stat file;
  snprintf(link, sizeof link, "/proc/%u/exe", process);
  ssize_t length = readlink(link, record->path, sizeof record->path);
  record->process = process;
  if (length == sizeof record->path) record->lack = LONG_PATH, length = QUOTED_PATH;
  else if (length < 0 && errno == ENAMETOOLONG) record->lack = LONG_PATH, length = 0;
  else if (length <= 0 || record->path[0] != '/' || stat(link, &file) < 0) record->lack = NO_PATH, length = 0;
  record->path_bytes = length;
  record->size = offsetof(struct record, path) + length;
  if (record->lack != NOTHING) return;
  record->device = file.st_dev, record->inode = file.st_ino, record->bytes = file.st_size;
  record->modified = nanoseconds(file.st_mtim), record->changed = nanoseconds(file.st_ctim);
}

/* Connects without waiting, whatever the socket does: on the loopback it is done at once, or the gateway is full. */
static enum answer lead_to_gateway(int socket, int family, int over_ipv4) {
  int flags = fcntl(socket, F_GETFL);
  const uint8_t *to = family == AF_INET ? LOOPBACK4 : over_ipv4 ? MAPPED_LOOPBACK : LOOPBACK6;
  struct address gateway = address_of(family, to, gateway_port);
  if (flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0) return REFUSE;
  int connected = connect(socket, (void *)&gateway.any, gateway.length), error = errno;
  fcntl(socket, F_SETFL, flags);
  if (connected == 0) return DONE;
  if (error != EINPROGRESS) return REFUSE;
  if (flags & O_NONBLOCK) return IN_PROGRESS;
  struct pollfd done = {socket, POLLOUT, 0};
  return poll(&done, 1, 0) == 1 && !(done.revents & (POLLERR | POLLHUP)) ? DONE : REFUSE;
}

static enum answer decide(int calls, const struct seccomp_notif *call, int socket, const struct wish *wish) {
  int over_ipv4 = memcmp(wish->to, MAPPED, sizeof MAPPED) == 0, family = wish->family, local = is_local(wish);
  if ((local && wish->port != gateway_port) || !is_fresh_tcp(socket)) return GO_ON;
  /* What the kernel refuses by itself: another family, or IPv4 on a socket for IPv6 only. */
  if (family != option_of(socket, SOL_SOCKET, SO_DOMAIN)) return GO_ON;
  if (family == AF_INET6 && over_ipv4 && option_of(socket, IPPROTO_IPV6, IPV6_V6ONLY) != 0) return GO_ON;
  struct record record = {.listener = over_ipv4 ? 4 : 6, .destination_port = wish->port};
  if (records < 0 || wish->port == 0 || sockets[over_ipv4 ? TCP4 : TCP6] < 0) return REFUSE;
  memcpy(record.destination, !local ? wish->to : over_ipv4 ? MAPPED_LOOPBACK : LOOPBACK6, 16);
  record.source_port = source_port_of(socket, family, over_ipv4);
  if (record.source_port == 0) return REFUSE;
  identify(call->pid, &record);
  /* Only if the same call still waits was all of this read from the caller and nobody else. */
  if (ioctl(calls, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) < 0) return REFUSE;
  if (write(records, &record, record.size) != (ssize_t)record.size) return REFUSE;
  return lead_to_gateway(socket, family, over_ipv4);
}

/* Tells of a caller that the kernel lets nobody look into, as of a program that another user lets be run and not read:
 * neither its address nor its executable nor its socket can be known, so the call is the kernel's, and leaves nothing
 * but its loopback. One record a second says how many there were, so that they leave room for those of connections. */
static void tell_unseen(int calls, const struct seccomp_notif *call) {
  static int64_t told = -UNSEEN_MS;
  static uint32_t count = 0;
  char path[64];
  count++;
  if (now_ms() - told < UNSEEN_MS || records < 0) return;
  struct record record = {.lack = UNSEEN, .process = process_of(call->pid), .calls = count};
  snprintf(path, sizeof path, "/proc/%u/comm", record.process);
  int name = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = name < 0 ? 0 : read(name, record.path, QUOTED_PATH);
  if (name >= 0) close(name);
  record.path_bytes = length > 0 ? length - 1 : 0; /* without the line's end */
  record.size = offsetof(struct record, path) + record.path_bytes;
  if (record.process == 0 || ioctl(calls, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) < 0) return;
  if (write(records, &record, record.size) == (ssize_t)record.size) told = now_ms(), count = 0;
}

static void answer_call(int calls) {
  struct seccomp_notif call = {0};
  struct wish wish;
  if (ioctl(calls, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) return; /* the caller is gone */
  enum answer answer = GO_ON;
  if (read_wish(&call, &wish)) {
    int socket = copy_socket(&call);
    if (socket >= 0) answer = decide(calls, &call, socket, &wish), close(socket);
    else answer = socket == -EBADF ? GO_ON : REFUSE;
  } else if (errno == EPERM) tell_unseen(calls, &call);
  struct seccomp_notif_resp response = {.id = call.id};
  if (answer == GO_ON) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  if (answer == REFUSE) response.error = -ECONNREFUSED;
  if (answer == IN_PROGRESS) response.error = -EINPROGRESS;
  ioctl(calls, SECCOMP_IOCTL_NOTIF_SEND, &response); /* ENOENT: a signal has ended the call */
}

/* ---- Keeping the door ---- */
/* A gateway that ends again and again is started less and less often. */
static _Noreturn void keep(int calls, int children, char **command) {
  int64_t started = now_ms(), pause = FIRST_PAUSE_MS;
  for (start_gateway(command);;) {
    struct pollfd events[] = {{calls, POLLIN, 0}, {children, POLLIN, 0}};
    if (poll(events, 2, gateway_process ? -1 : FIRST_PAUSE_MS) < 0 && errno != EINTR) fail("poll");
    if (events[0].revents & POLLIN) answer_call(calls);
    else if (events[0].revents) calls = -1; /* the sandbox has ended */
    struct signalfd_siginfo signal;
    if (events[1].revents & POLLIN && read(children, &signal, sizeof signal) > 0) lose_gateway();
    if (gateway_process || now_ms() - started < pause) continue;
    /* A gateway ends its log when whoever started it has ended; where there is none, nobody waits for another. */
    struct pollfd starter = {sockets[CONTROL], 0, 0};
    if (poll(&starter, 1, 0) > 0) exit(EXIT_FAILURE);
    pause = now_ms() - started > STEADY_MS ? FIRST_PAUSE_MS : pause * 2;
    if (pause > LONGEST_PAUSE_MS) pause = LONGEST_PAUSE_MS;
    started = now_ms();
    start_gateway(command);
  }
}

/* Memory that nobody can change any more, with all that a pipe had to say. */
static int memory_of(int pipe) {
  char room[4096];
  int memory = check("credentials", memfd_create("nemoclaw", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  for (ssize_t got; (got = read(pipe, room, sizeof room)) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    check("credentials", got);
    if (write(memory, room, got) != got) fail("credentials");
  }
  explicit_bzero(room, sizeof room);
  close(pipe);
  check("credentials", fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL));
  return memory;
}

int main(int count, char **arguments) {
  int has_credentials = count > 4 && strcmp(arguments[4], "--credentials") == 0, dashes = 4 + has_credentials;
  if (count < dashes + 2 || strcmp(arguments[dashes], "--") != 0) errno = EINVAL, fail("arguments");
  int process = atoi(arguments[1]), descriptor = atoi(arguments[2]);
  gateway_port = atoi(arguments[3]);
  for (int place = 0; place < DESCRIPTORS_END; place++) sockets[place] = -1;
  sockets[CONTROL] = check("control", fcntl(CONTROL, F_DUPFD_CLOEXEC, DESCRIPTORS_END));
  close(CONTROL);
  if (has_credentials) {
    /* Before anything else is opened, which would otherwise be given a number of the gateway's. */
    int memory = memory_of(CREDENTIALS_PIPE);
    sockets[CREDENTIALS] = check("credentials", fcntl(memory, F_DUPFD_CLOEXEC, DESCRIPTORS_END));
    close(memory);
  }
  int pidfd = check("process", syscall(SYS_pidfd_open, process, 0));
  int calls = check("connect calls", syscall(SYS_pidfd_getfd, pidfd, descriptor, 0));
  check("connect calls", fcntl(calls, F_SETFD, FD_CLOEXEC));
  make_sockets(pidfd);
  close(pidfd);
  snprintf(trust_folder, sizeof trust_folder, "/proc/%d/root/run/nemoclaw", process);
  if (access(trust_folder, W_OK) < 0) trust_folder[0] = 0;
  sockets[MEMORY] = check("memory", memfd_create("nemoclaw", MFD_CLOEXEC));
  sigset_t child_ended;
  sigemptyset(&child_ended), sigaddset(&child_ended, SIGCHLD);
  signal(SIGPIPE, SIG_IGN);
  check("signals", sigprocmask(SIG_BLOCK, &child_ended, NULL));
  int children = check("signals", signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  prctl(PR_SET_DUMPABLE, 0);
  keep(calls, children, arguments + dashes + 1);
}
