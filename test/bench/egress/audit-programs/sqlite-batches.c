// sqlite-batches FILE LINE_BYTES BATCH SECONDS: inserts lines into a new SQLite database, a transaction for each batch, with
// a write-ahead log and synchronous=FULL so that each transaction is durable when it ends. There is no chain and no JSON
// to be made: the lines are all the same. Prints as JSON how many lines a second.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(int count, char **words) {
  if (count != 5) return 2;
  int bytes = atoi(words[2]), batch = atoi(words[3]);
  double seconds = atof(words[4]);
  demand(sqlite3_open(words[1], &database), SQLITE_OK);
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  run("CREATE TABLE event (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL)");
  char *line = malloc(bytes);
  if (!line) return 1;
  memset(line, 'a', bytes);
  sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT");
  sqlite3_stmt *insert = prepared("INSERT INTO event (sequence, line) VALUES (?, ?)");
  long done = 0;
  double start = now();
  while (now() - start < seconds) {
    step(begin);
    for (int n = 0; n < batch; n++) {
      demand(sqlite3_bind_int64(insert, 1, done++), SQLITE_OK);
      demand(sqlite3_bind_text(insert, 2, line, bytes, SQLITE_STATIC), SQLITE_OK);
      step(insert);
    }
    step(commit);
  }
  printf("{\"aSecond\":%.1f}\n", done / (now() - start));
  return 0;
}
