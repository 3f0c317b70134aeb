/*
 * Compiles rules with libseccomp and writes the program, for comparison with ours.
 *
 *   libseccomp-compile ARCHITECTURE DEFAULT-ACTION OPTIMIZE < RULES > PROGRAM
 *
 * ARCHITECTURE is x86_64 or aarch64; actions are SECCOMP_RET_* in decimal; OPTIMIZE is 1 (by use) or 2 (a tree).
 * One rule a line: NAME ACTION [INDEX COMPARISON VALUE SECOND]..., comparisons as numbered in seccomp.h.
 * Names that libseccomp does not know are left out and told on the standard error as `unknown NAME`.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die(const char *what, int error)
{
    fprintf(stderr, "%s: %s\n", what, strerror(-error));
    exit(1);
}

static void add_rule(scmp_filter_ctx filter, uint32_t architecture, char *line)
{
    char *rest = line;
    const char *name = strsep(&rest, " \n");
    uint32_t action = strtoul(strsep(&rest, " \n"), NULL, 10);
    struct scmp_arg_cmp tests[6];
    unsigned count = 0;
    unsigned index;
    int comparison, used;
    unsigned long long first, second;

    while (rest && sscanf(rest, "%u %d %llu %llu%n", &index, &comparison, &first, &second, &used) == 4) {
        tests[count++] = (struct scmp_arg_cmp){ index, comparison, first, second };
        rest += used;
    }
    if (seccomp_syscall_resolve_name_arch(architecture, name) < 0) {
        fprintf(stderr, "unknown %s\n", name);
        return;
    }
    /* Rules take the native number, or a negative stand-in for names of other architectures. */
    int error = seccomp_rule_add_array(filter, action, seccomp_syscall_resolve_name(name), count, tests);
    if (error)
        die(name, error);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage", -EINVAL);
    uint32_t architecture = strcmp(argv[1], "x86_64") == 0 ? SCMP_ARCH_X86_64 : SCMP_ARCH_AARCH64;
    scmp_filter_ctx filter = seccomp_init(strtoul(argv[2], NULL, 10));
    if (!filter)
        die("seccomp_init", -EINVAL);
    if (seccomp_arch_native() != architecture) {
        seccomp_arch_add(filter, architecture);
        seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
    }
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, strtoul(argv[3], NULL, 10));
    if (error)
        die("optimize", error);

    char line[1024];
    while (fgets(line, sizeof line, stdin))
        add_rule(filter, architecture, line);

    error = seccomp_export_bpf(filter, STDOUT_FILENO);
    if (error)
        die("export", error);
    return 0;
}
