// append-synced FILE LINE_BYTES SECONDS: appends one line after the other to a new file, each made durable by fdatasync
// before the next, and prints as JSON how many a second and the median time of one in microseconds.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 22 };

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static int in_order(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

int main(int count, char **words) {
  if (count != 4) return 2;
  size_t bytes = strtoul(words[2], NULL, 10);
  double seconds = atof(words[3]);
  int file = open(words[1], O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600);
  char *line = malloc(bytes);
  float *took = malloc(sizeof(float) * MOST);
  if (file < 0 || bytes == 0 || !line || !took) return perror("append-synced"), 1;
  memset(line, 'a', bytes);
  line[bytes - 1] = '\n';
  long done = 0;
  double start = now(), before = start;
  while (before - start < seconds && done < MOST) {
    if (write(file, line, bytes) != (ssize_t)bytes || fdatasync(file) != 0) return perror("append-synced"), 1;
    double after = now();
    took[done++] = (after - before) * 1e6;
    before = after;
  }
  qsort(took, done, sizeof(float), in_order);
  printf("{\"aSecond\":%.1f,\"median\":%.1f}\n", done / (before - start), took[done / 2]);
  return 0;
}
