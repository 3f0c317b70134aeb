// sqlite-batches FILE LINE_BYTES BATCH SECONDS ready|chained: inserts lines into a new SQLite database, a transaction for each
// batch, with a write-ahead log and synchronous=FULL, so that each transaction is durable when it ends. `ready`: the line is there
// already and always the same. `chained`: it is made of its fields and of the SHA-256 of the line before, as ours is. Prints as
// JSON how many lines a second.
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static sqlite3 *database;

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static void demand(int answer, int wanted) {
  if (answer == wanted) return;
  fprintf(stderr, "sqlite-batches: %s\n", sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) { demand(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK); }

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  demand(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  demand(sqlite3_step(statement), SQLITE_DONE);
  demand(sqlite3_reset(statement), SQLITE_OK);
}

// A line of the length that was asked for, with its number, its time and the digest of the one before.
static void chain(char *line, int bytes, long sequence) {
  static unsigned char digest[EVP_MAX_MD_SIZE];
  static char hex[65];
  static const char digits[] = "0123456789abcdef";
  unsigned int length = 0;
  for (int at = 0; at < 32; at++) {
    hex[at * 2] = digits[digest[at] >> 4];
    hex[at * 2 + 1] = digits[digest[at] & 15];
  }
  struct timeval time;
  struct tm utc;
  gettimeofday(&time, NULL);
  gmtime_r(&time.tv_sec, &utc);
  int used = snprintf(line, bytes,
                      "{\"decision\":{\"access\":{\"egress\":{\"address\":\"%s\",\"at\":%ld,\"binary\":\"%s\",\"host\":\"%s\","
                      "\"http\":{\"method\":\"%s\",\"path\":\"/v1/items/%ld\"},\"port\":%d}},\"verdict\":\"allow\"},"
                      "\"previous\":\"sha256:%s\",\"sequence\":%ld,\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\",\"more\":\"",
                      "203.0.113.7", (long)time.tv_sec, "/usr/bin/node", "api.example.com", "GET", sequence, 443, hex, sequence,
                      utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                      (long)time.tv_usec / 1000);
  if (used < bytes) line[used] = 'a';
  if (EVP_Digest(line, bytes, digest, &length, EVP_sha256(), NULL) != 1) exit(1);
}

int main(int count, char **words) {
  if (count != 6) return 2;
  int bytes = atoi(words[2]), batch = atoi(words[3]), chained = strcmp(words[5], "chained") == 0;
  double seconds = atof(words[4]);
  demand(sqlite3_open(words[1], &database), SQLITE_OK);
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  run("CREATE TABLE event (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL)");
  char *line = malloc(bytes + 1);
  if (!line || bytes < 1) return 1;
  memset(line, 'a', bytes + 1);
  sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT");
  sqlite3_stmt *insert = prepared("INSERT INTO event (sequence, line) VALUES (?, ?)");
  long done = 0;
  double start = now();
  while (now() - start < seconds) {
    step(begin);
    for (int n = 0; n < batch; n++) {
      if (chained) chain(line, bytes, done);
      demand(sqlite3_bind_int64(insert, 1, done++), SQLITE_OK);
      demand(sqlite3_bind_text(insert, 2, line, bytes, SQLITE_STATIC), SQLITE_OK);
      step(insert);
    }
    step(commit);
  }
  printf("{\"aSecond\":%.1f}\n", done / (now() - start));
  return 0;
}
