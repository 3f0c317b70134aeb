/* A program that knows no proxies: connects to HOST PORT, says hello and prints what comes back. Linked statically. */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **arguments) {
  struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_family = AF_INET}, *found;
  char answer[256];
  if (count != 3 || getaddrinfo(arguments[1], arguments[2], &wanted, &found) != 0) return 2;
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, found->ai_addr, found->ai_addrlen) < 0 || write(connection, "hello", 5) != 5) return 3;
  ssize_t length = read(connection, answer, sizeof answer);
  if (length <= 0) return 4;
  printf("%.*s\n", (int)length, answer);
  return 0;
}
