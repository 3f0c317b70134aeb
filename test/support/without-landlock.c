/* without-landlock COMMAND [ARGUMENT...]: runs a command on this kernel as on one that was built without Landlock. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From landlock_create_ruleset to landlock_restrict_self, on every architecture. */
enum { FIRST = 444, LAST = 446 };

int main(int count, char **words) {
  struct sock_filter refuse[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST, 0, 2),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof refuse / sizeof *refuse, refuse};
  /* An ordinary user may not without; whoever may keeps the programs that change the user. */
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return perror("filter"), 1;
  }
  if (count > 1) execvp(words[1], words + 1);
  return perror("execute"), 1;
}
