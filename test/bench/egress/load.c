// Asks through a proxy as fast as it answers:
//   load PROXY_PORT HOST TARGET_PORT (plain|tls|tunnel|bulk) CONNECTIONS SECONDS PER_TUNNEL HOSTS FIRST
//   plain  absolute-form requests over kept connections        tls  a tunnel by CONNECT, TLS in it, requests in that
//   tunnel  a tunnel by CONNECT, requests in that               bulk  the same for /bulk, whose bytes are counted and let go
//   HOST   a `%d` in it is the number of the host               PER_TUNNEL  requests before it is closed; 0 for no end
//   HOSTS  so many take turns, the number of the first being FIRST
// Prints {"tunnels":N,"requests":N,"bytes":N,"errors":N,"seconds":S,"p50":MS,"p99":MS}; the times are those of requests.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum place { CONNECTING, TUNNELLING, SHAKING, ASKING };

struct connection {
  enum place place;
  int socket, left, length, request_length;
  SSL *tls;
  long body_left;
  double asked;
  char host[128], request[512], answer[16384];
};

static const char *host_pattern;
static int proxy_port, target_port, is_tls, is_tunnel, is_bulk, per_tunnel, hosts, first_host, numbered, poller;
static long tunnels, requests, bulk_bytes, errors;
static double end;
static SSL_CTX *context;
static float *times;
static const long MOST_TIMES = 4000000;

static double now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static void wait_for(struct connection *one, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = one};
  epoll_ctl(poller, EPOLL_CTL_MOD, one->socket, &event);
}

static void open_connection(struct connection *one) {
  one->place = CONNECTING;
  one->length = 0;
  one->body_left = 0;
  one->left = per_tunnel;
  one->tls = NULL;
  snprintf(one->host, sizeof one->host, host_pattern, first_host + numbered % hosts);
  numbered += 1;
  one->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int yes = 1;
  setsockopt(one->socket, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)proxy_port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = one};
  epoll_ctl(poller, EPOLL_CTL_ADD, one->socket, &event);
  connect(one->socket, (struct sockaddr *)&address, sizeof address);
}

static void close_connection(struct connection *one, int failed) {
  if (failed) errors += 1;
  else tunnels += 1;
  if (one->tls) SSL_free(one->tls);
  close(one->socket);
  one->socket = -1;
  if (failed) usleep(500);
  if (now() < end) open_connection(one);
}

static void ask(struct connection *one) {
  one->place = ASKING;
  one->length = 0;
  one->asked = now();
  const char *form = is_tls || is_tunnel ? "GET /%3$s HTTP/1.1\r\nHost: %1$s:%2$d\r\nAccept: */*\r\nUser-Agent: load\r\n\r\n"
                                        : "GET http://%1$s:%2$d/%3$s HTTP/1.1\r\nHost: %1$s:%2$d\r\nAccept: */*\r\nUser-Agent: load\r\n\r\n";
  one->request_length = snprintf(one->request, sizeof one->request, form, one->host, target_port, is_bulk ? "bulk" : "");
  int sent = one->tls ? SSL_write(one->tls, one->request, one->request_length)
                      : (int)send(one->socket, one->request, (size_t)one->request_length, MSG_NOSIGNAL);
  if (sent != one->request_length) close_connection(one, 1);
  else wait_for(one, EPOLLIN);
}

static void shake_hands(struct connection *one) {
  int result = SSL_connect(one->tls);
  if (result == 1) {
    ask(one);
    return;
  }
  int error = SSL_get_error(one->tls, result);
  if (error == SSL_ERROR_WANT_READ) wait_for(one, EPOLLIN);
  else if (error == SSL_ERROR_WANT_WRITE) wait_for(one, EPOLLOUT);
  else {
    ERR_clear_error();
    close_connection(one, 1);
  }
}

static void connected(struct connection *one) {
  if (!is_tls && !is_tunnel) {
    ask(one);
    return;
  }
  char text[256];
  int length = snprintf(text, sizeof text, "CONNECT %1$s:%2$d HTTP/1.1\r\nHost: %1$s:%2$d\r\n\r\n", one->host, target_port);
  one->place = TUNNELLING;
  if (send(one->socket, text, (size_t)length, MSG_NOSIGNAL) != length) close_connection(one, 1);
  else wait_for(one, EPOLLIN);
}

static void tunnelled(struct connection *one) {
  if (is_tunnel) {
    ask(one);
    return;
  }
  one->tls = SSL_new(context);
  SSL_set_fd(one->tls, one->socket);
  SSL_set_tlsext_host_name(one->tls, one->host);
  one->place = SHAKING;
  shake_hands(one);
}

/** More bytes: 1. None for now: 0. No more ever: -1. */
static int take_bytes(struct connection *one) {
  char *place = one->answer + one->length;
  int room = (int)sizeof one->answer - 1 - one->length;
  int count = one->tls ? SSL_read(one->tls, place, room) : (int)recv(one->socket, place, (size_t)room, 0);
  if (count <= 0) {
    int is_early = one->tls ? SSL_get_error(one->tls, count) == SSL_ERROR_WANT_READ : count < 0 && errno == EAGAIN;
    ERR_clear_error();
    return is_early ? 0 : -1;
  }
  one->length += count;
  one->answer[one->length] = 0;
  return 1;
}

static int is_whole(const struct connection *one, const char *head_end) {
  const char *length = strcasestr(one->answer, "content-length:");
  if (length != NULL && length < head_end) return one->length >= head_end - one->answer + 4 + atoi(length + 15);
  return strstr(head_end, "\r\n0\r\n\r\n") != NULL;
}

static void answered(struct connection *one) {
  if (requests < MOST_TIMES) times[requests] = (float)((now() - one->asked) * 1e3);
  requests += 1;
  one->left -= 1;
  if (one->left == 0 || now() >= end) close_connection(one, 0);
  else ask(one);
}

/** The rest of a body, which nobody looks at. */
static void drain(struct connection *one) {
  static char bin[1 << 20];
  while (one->body_left > 0) {
    size_t room = one->body_left < (long)sizeof bin ? (size_t)one->body_left : sizeof bin;
    ssize_t count = recv(one->socket, bin, room, 0);
    if (count < 0 && errno == EAGAIN && now() < end) return;
    if (count <= 0) {
      close_connection(one, now() < end);
      return;
    }
    bulk_bytes += count;
    one->body_left -= count;
  }
  answered(one);
}

static void begin_body(struct connection *one, const char *head_end) {
  const char *length = strcasestr(one->answer, "content-length:");
  long had = one->length - (head_end - one->answer + 4);
  bulk_bytes += had;
  one->body_left = (length == NULL ? 0 : atol(length + 15)) - had;
  drain(one);
}

static void readable(struct connection *one) {
  if (one->body_left > 0) {
    drain(one);
    return;
  }
  for (;;) {
    int taken = take_bytes(one);
    if (taken == 0) return;
    char *head_end = taken < 0 ? NULL : strstr(one->answer, "\r\n\r\n");
    if (taken > 0 && head_end == NULL) continue;
    if (taken < 0 || strncmp(one->answer + 8, " 200", 4) != 0) {
      close_connection(one, 1);
      return;
    }
    if (one->place == TUNNELLING) {
      tunnelled(one);
      return;
    }
    if (is_bulk) {
      begin_body(one, head_end);
      return;
    }
    if (!is_whole(one, head_end)) continue;
    answered(one);
    return;
  }
}

static int by_size(const void *one, const void *other) {
  float a = *(const float *)one, b = *(const float *)other;
  return a < b ? -1 : a > b;
}

int main(int count, char **words) {
  if (count != 10) return 2;
  proxy_port = atoi(words[1]);
  host_pattern = words[2];
  target_port = atoi(words[3]);
  is_tls = strcmp(words[4], "tls") == 0;
  is_bulk = strcmp(words[4], "bulk") == 0;
  is_tunnel = is_bulk || strcmp(words[4], "tunnel") == 0;
  int width = atoi(words[5]);
  double seconds = atof(words[6]);
  per_tunnel = atoi(words[7]);
  hosts = atoi(words[8]);
  first_host = atoi(words[9]);
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  times = malloc((size_t)MOST_TIMES * sizeof *times);
  struct connection *all = calloc((size_t)width, sizeof *all);
  poller = epoll_create1(0);
  double start = now();
  end = start + seconds;
  for (int at = 0; at < width; at += 1) open_connection(all + at);
  struct epoll_event events[256];
  for (double last = end + 5; now() < last;) {
    int open = 0;
    for (int at = 0; at < width; at += 1) open += all[at].socket >= 0;
    if (open == 0) break;
    int ready = epoll_wait(poller, events, 256, 100);
    for (int at = 0; at < ready; at += 1) {
      struct connection *one = events[at].data.ptr;
      if (one->socket < 0) continue;
      if (one->place == CONNECTING) connected(one);
      else if (one->place == SHAKING) shake_hands(one);
      else readable(one);
    }
  }
  double spent = now() - start;
  long known = requests < MOST_TIMES ? requests : MOST_TIMES;
  qsort(times, (size_t)known, sizeof *times, by_size);
  printf("{\"tunnels\":%ld,\"requests\":%ld,\"bytes\":%ld,\"errors\":%ld,\"seconds\":%.3f,\"p50\":%.3f,\"p99\":%.3f}\n", tunnels, requests,
         bulk_bytes, errors, spent, known ? (double)times[known / 2] : 0, known ? (double)times[known * 99 / 100] : 0);
  return 0;
}
