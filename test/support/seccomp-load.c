/*
 * Puts a process under a seccomp program, for tests and measurements. Needs no privilege.
 *
 *   seccomp-load PROGRAM exec COMMAND [ARGUMENT...]   runs a command under the program
 *   seccomp-load PROGRAM calls < CALLS                 makes calls, each in a child of its own
 *   seccomp-load PROGRAM time COUNT                    installs the program COUNT times, each in a child of its own
 *
 * PROGRAM is a file of struct sock_filter. A call is a line of seven numbers, the call's and its arguments, or
 * `int80` and a number; for each a line tells `returned VALUE`, `error NUMBER` or `signal NUMBER`. `time` prints
 * nanoseconds, one installation a line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sock_filter instructions[4096];
static struct sock_fprog program = { 0, instructions };
static long *result;

static void die(const char *what)
{
    perror(what);
    exit(99);
}

static void read_program(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path);
    program.len = fread(instructions, sizeof *instructions, 4096, file);
    fclose(file);
}

static void install(void)
{
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        die("install");
}

static void make_call(const char *line)
{
    long number, a, b, c, d, e, f;
#ifdef __x86_64__
    if (sscanf(line, "int80 %ld", &number) == 1) {
        long value;
        __asm__ volatile("int $0x80" : "=a"(value) : "a"(number) : "memory");
        *result = value;
        return;
    }
#endif
    if (sscanf(line, "%li %li %li %li %li %li %li", &number, &a, &b, &c, &d, &e, &f) != 7)
        die(line);
    *result = syscall(number, a, b, c, d, e, f);
    if (*result == -1)
        *result = -errno;
}

static void tell_call(const char *line)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        make_call(line);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        die("child");
    if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else if (*result < 0 && *result > -4096)
        printf("error %ld\n", -*result);
    else
        printf("returned %ld\n", *result);
}

static long elapsed(const struct timespec *from, const struct timespec *to)
{
    return (to->tv_sec - from->tv_sec) * 1000000000 + to->tv_nsec - from->tv_nsec;
}

static void time_installation(void)
{
    struct timespec from, to;
    pid_t child = fork();
    if (child == 0) {
        clock_gettime(CLOCK_MONOTONIC, &from);
        install();
        clock_gettime(CLOCK_MONOTONIC, &to);
        *result = elapsed(&from, &to);
        _exit(0);
    }
    if (waitpid(child, NULL, 0) != child)
        die("child");
    printf("%ld\n", *result);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        die("usage");
    read_program(argv[1]);
    result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        die("no_new_privs");
    if (strcmp(argv[2], "exec") == 0 && argc > 3) {
        install();
        execvp(argv[3], argv + 3);
        die(argv[3]);
    } else if (strcmp(argv[2], "time") == 0 && argc == 4) {
        for (int left = atoi(argv[3]); left > 0; left--)
            time_installation();
    } else if (strcmp(argv[2], "calls") == 0) {
        char line[256];
        install();
        while (fgets(line, sizeof line, stdin))
            tell_call(line);
    } else {
        die("usage");
    }
    return 0;
}
