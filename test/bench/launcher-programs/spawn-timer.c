/*
 * Times how long it takes from a spawn to the first instruction of the program that it leads to.
 *
 *   spawn-timer ROUNDS < VARIANTS
 *
 * Each variant is some lines and an empty one: `<DESCRIPTOR PATH` opens a file for the child, every other line is one
 * argument. The variants take turns; for each start one line `VARIANT NANOSECONDS` is printed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_VARIANTS = 8, MOST_ARGUMENTS = 128, MOST_FILES = 4, LONGEST_LINE = 4096 };

struct file { int descriptor; char *path; };
struct variant { int arguments, files; char *argv[MOST_ARGUMENTS]; struct file file[MOST_FILES]; };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int read_variants(struct variant *variants) {
  char line[LONGEST_LINE];
  int count = 0;
  while (fgets(line, sizeof line, stdin)) {
    struct variant *variant = &variants[count];
    line[strcspn(line, "\n")] = 0;
    if (!line[0]) count++;
    else if (line[0] == '<') {
      struct file *file = &variant->file[variant->files++];
      char *space = strchr(line, ' ');
      file->descriptor = atoi(line + 1);
      file->path = strdup(space + 1);
    } else variant->argv[variant->arguments++] = strdup(line);
  }
  return count;
}

static long now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return moment.tv_sec * 1000000000 + moment.tv_nsec;
}

static long time_once(struct variant *variant) {
  int ends[2], status;
  long begun = 0;
  pid_t child;
  char *environment[] = {"PATH=/usr/bin:/bin", NULL};
  posix_spawn_file_actions_t actions;
  if (pipe2(ends, O_CLOEXEC)) fail("pipe");
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  for (int i = 0; i < variant->files; i++)
    posix_spawn_file_actions_addopen(&actions, variant->file[i].descriptor, variant->file[i].path, O_RDONLY, 0);
  long before = now();
  if (posix_spawn(&child, variant->argv[0], &actions, NULL, variant->argv, environment)) fail(variant->argv[0]);
  close(ends[1]);
  ssize_t got = read(ends[0], &begun, sizeof begun);
  if (waitpid(child, &status, 0) < 0 || got != sizeof begun || status != 0) fail("the program did not run");
  close(ends[0]);
  posix_spawn_file_actions_destroy(&actions);
  return begun - before;
}

int main(int argc, char **argv) {
  static struct variant variants[MOST_VARIANTS];
  int rounds = argc > 1 ? atoi(argv[1]) : 1, count = read_variants(variants);
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < count; i++) printf("%d %ld\n", i, time_once(&variants[i]));
}
