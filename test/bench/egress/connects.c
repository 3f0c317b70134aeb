/*
 * Measures connect() while many processes are there: connects PROCESSES ROUNDS ADDRESS PORT. Prints the median in
 * nanoseconds. With the address 127.0.0.1 it listens there itself.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int ascending(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  int processes = atoi(arguments[1]), rounds = atoi(arguments[2]);
  long *took = calloc(rounds, sizeof *took);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[4]))};
  inet_pton(AF_INET, arguments[3], &to.sin_addr);
  if (to.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&to, sizeof to) < 0 || listen(listener, 4096) < 0) return 3;
  }
  for (int at = 0; at < processes; at++) {
    int child = fork();
    if (child < 0) return 4;
    if (child == 0) for (;;) pause();
  }
  for (int at = 0; at < rounds; at++) {
    struct timespec before, after;
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (connect(connection, (void *)&to, sizeof to) < 0) return 5;
    clock_gettime(CLOCK_MONOTONIC, &after);
    took[at] = (after.tv_sec - before.tv_sec) * 1000000000l + after.tv_nsec - before.tv_nsec;
    close(connection);
    if (at % 16 == 0) usleep(2000); /* the gateway takes them in */
  }
  qsort(took, rounds, sizeof *took, ascending);
  printf("%ld\n", took[rounds / 2]);
  fflush(stdout);
  kill(0, SIGKILL);
  return 0;
}
