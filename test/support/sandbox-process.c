/*
 * Processes that a test wants to have in a sandbox; each waits until it is ended.
 *   sandbox-process plain|hidden|layered             one of a sandbox: as it is; that lets nobody look; with a layer of its own
 *   sandbox-process headless                         one whose first thread has ended, and whose second goes on
 *   sandbox-process siblings                         leaves one that is a child of its own parent, and ends
 *   sandbox-process enter PID FILTERS [SCOPES]       from outside: enters the namespaces of PID as a sandbox's process would,
 *                                                    without Landlock or with another domain; says its number outside.
 *                                                    Asked to end (SIGTERM) it takes in what is left of that one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int need(const char *what, long result) {
  if (result >= 0) return (int)result;
  perror(what);
  exit(1);
}
static void be_ended(void) { for (;;) pause(); }
static void *be_ended_as_thread(void *nothing) { return be_ended(), nothing; }

/* Handles executing alone, and allows that nowhere. */
static void restrict_oneself(unsigned long scopes) {
  struct { unsigned long files, network, scopes; } handled = {1, 0, scopes};
  int rules = need("ruleset", syscall(444, &handled, scopes ? sizeof handled : sizeof handled.files, 0));
  need("no new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  need("restrict", syscall(446, rules, 0));
  close(rules);
}

static void drop_everything(int filters) {
  struct __user_cap_header_struct whom = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {1, &allow};
  for (int next = 0; prctl(PR_CAPBSET_DROP, next, 0, 0, 0) == 0; next++);
  need("capabilities", syscall(SYS_capset, &whom, none));
  need("no new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  while (filters--) need("filter", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter));
}

/* The user namespace comes first where it is another: it gives the right to the others. */
static void enter(int target) {
  int others = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;
  if (setns(target, CLONE_NEWUSER | others) != 0) need("setns", errno == EINVAL ? setns(target, others) : -1);
}

/* Whose parent is outside is taken in by that one alone, and until then its sandbox cannot end. */
static _Noreturn void outlive(int child) {
  sigset_t asked; int number;
  sigemptyset(&asked), sigaddset(&asked, SIGTERM), sigprocmask(SIG_BLOCK, &asked, 0);
  printf("%d\n", child), fflush(stdout);
  sigwait(&asked, &number);
  kill(child, SIGKILL), waitpid(child, 0, 0);
  exit(0);
}

int main(int count, char **words) {
  const char *kind = count > 1 ? words[1] : "";
  if (!strcmp(kind, "hidden")) need("hide", prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  if (!strcmp(kind, "layered")) restrict_oneself(0);
  pthread_t thread;
  if (!strcmp(kind, "headless")) need("thread", -pthread_create(&thread, 0, be_ended_as_thread, 0)), pthread_exit(0);
  if (!strcmp(kind, "siblings")) return need("clone", syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)) ? 0 : (be_ended(), 0);
  if (!strcmp(kind, "enter") && count > 3) {
    enter(need("pidfd", syscall(SYS_pidfd_open, atoi(words[2]), 0)));
    int child = need("fork", fork());
    if (child) outlive(child);
    need("die with", prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
    if (count > 4) restrict_oneself(strtoul(words[4], 0, 0));
    drop_everything(atoi(words[3]));
  }
  be_ended();
}
