import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditLog, openAuditLog } from '../../../runtime/audit/audit-log.ts';
import { logFilesIn } from '../../../runtime/audit/file-names.ts';
import { type BenchTable, type BenchVerdict, median } from '../table.ts';
import { benchDecision } from './audit-events.ts';
import { timeVerify, type VerifyTimes } from './audit-verify.ts';

const ROUNDS = 21;
const SECONDS = 0.4;
const CALLERS = 64;
const KINDS = 1000;
const LEAST_OF_SQLITE = 1.1;
const MOST_SYNCS = 5;
const LEAST_OF_FLOOR = 0.8;
const LEAST_VERIFIED = 500_000;
const PROGRAMS = join(import.meta.dirname, 'audit-programs');

interface Written {
  readonly aSecond: number;
  /** Microseconds until an event is acknowledged, the median. */
  readonly median: number;
}

interface Round {
  readonly floor: Written;
  readonly one: Written;
  readonly sqlite: number;
  readonly chained: number;
  readonly group: Written;
}

/**
 * The audit log beside a loop in C that makes each line durable, and SQLite in batches: all write lines of the same length into
 * the same folder, taking turns. Needs cc, libsqlite3-dev and libssl-dev.
 */
export async function benchAudit(): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-audit-'));
  try {
    const programs = { append: build(folder, 'append-synced'), sqlite: build(folder, 'sqlite-batches') };
    const bytes = String(await lineBytes(folder));
    await write(folder, CALLERS);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        floor: run(folder, programs.append, [bytes, String(SECONDS)]) as Written,
        one: await write(folder, 1),
        sqlite: run(folder, programs.sqlite, [bytes, String(CALLERS), String(SECONDS), 'ready']).aSecond,
        chained: run(folder, programs.sqlite, [bytes, String(CALLERS), String(SECONDS), 'chained']).aSecond,
        group: await write(folder, CALLERS),
      });
    }
    return tableOf(rounds, await timeVerify(folder), Number(bytes));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(folder: string, name: string): string {
  const program = join(folder, name);
  const libraries = name === 'sqlite-batches' ? ['-lsqlite3', '-lcrypto'] : [];
  execFileSync('cc', ['-O2', '-o', program, join(PROGRAMS, `${name}.c`), ...libraries], { stdio: 'pipe' });
  return program;
}

function run(folder: string, program: string, words: readonly string[]): { aSecond: number } {
  return inFolder(folder, (inside) => {
    const said = execFileSync(program, [join(inside, 'log'), ...words], { encoding: 'utf8' });
    return JSON.parse(said) as { aSecond: number };
  });
}

function inFolder<T>(folder: string, use: (inside: string) => T): T {
  const inside = join(folder, 'round');
  mkdirSync(inside);
  const clear = () => rmSync(inside, { recursive: true });
  const result = use(inside);
  if (result instanceof Promise) return result.finally(clear) as T;
  clear();
  return result;
}

function openedIn(folder: string): AuditLog {
  const place = { folder: join(folder, 'log'), state: join(folder, 'state') };
  const opened = openAuditLog({ ...place, sandbox: 'openclaw-1', tool: '1.0.0' });
  if (!opened.ok) throw new Error(opened.problem);
  return opened.log;
}

async function lineBytes(folder: string): Promise<number> {
  return inFolder(folder, async (inside) => {
    const log = openedIn(inside);
    await Promise.all(Array.from({ length: KINDS }, (_, n) => log.append(benchDecision(n)).durable));
    await log.close();
    const files = logFilesIn(log.folder).map(({ path }) => statSync(path).size);
    return Math.round(files.reduce((sum, size) => sum + size) / KINDS);
  });
}

/** So many callers, each of which waits for its event before it has another. */
async function write(folder: string, callers: number): Promise<Written> {
  return inFolder(folder, async (inside) => {
    const log = openedIn(inside);
    const decisions = Array.from({ length: KINDS }, (_, n) => benchDecision(n));
    const took: number[] = [];
    const start = performance.now();
    const end = start + SECONDS * 1000;
    const call = async () => {
      for (let before = performance.now(); before < end; ) {
        await log.append(decisions[took.length % KINDS]!).durable;
        const after = performance.now();
        took.push(after - before);
        before = after;
      }
    };
    await Promise.all(Array.from({ length: callers }, call));
    const seconds = (performance.now() - start) / 1000;
    await log.close();
    return { aSecond: took.length / seconds, median: median(took) * 1000 };
  });
}

function tableOf(rounds: readonly Round[], verified: VerifyTimes, bytes: number): BenchTable {
  const middle = (value: (round: Round) => number) => median(rounds.map(value));
  const row = (name: string, value: (round: Round) => number, acknowledged?: (round: Round) => number) => [
    ...[name, Math.round(middle(value)), acknowledged ? Math.round(middle(acknowledged)) : '-'],
  ];
  return {
    title: `Audit log: lines of ${bytes} bytes, durable; medians of ${ROUNDS} rounds in which all take turns`,
    columns: ['what', 'a second', 'us to acknowledge'],
    rows: [
      row(
        'C, write and fdatasync',
        ({ floor }) => floor.aSecond,
        ({ floor }) => floor.median,
      ),
      row(
        'ours, one by one',
        ({ one }) => one.aSecond,
        ({ one }) => one.median,
      ),
      row(`SQLite, batches of ${CALLERS}, lines ready`, ({ sqlite }) => sqlite),
      row(`SQLite, batches of ${CALLERS}, lines chained`, ({ chained }) => chained),
      row(
        `ours, ${CALLERS} callers`,
        ({ group }) => group.aSecond,
        ({ group }) => group.median,
      ),
      ['ours, verify', Math.round(verified.aSecond), '-'],
    ],
    verdicts: verdictsOf(rounds, verified),
  };
}

function verdictsOf(rounds: readonly Round[], verified: VerifyTimes): BenchVerdict[] {
  const ratio = (value: (round: Round) => number) => median(rounds.map(value));
  const sqlite = ratio(({ group, chained }) => group.aSecond / chained);
  const syncs = ratio(({ group, floor }) => group.median / floor.median);
  const one = ratio((round) => round.one.aSecond / round.floor.aSecond);
  return [
    {
      figure: `${CALLERS} callers, of SQLite's batches of ${CALLERS} of the same chained lines`,
      target: `at least ${LEAST_OF_SQLITE}`,
      measured: sqlite.toFixed(2),
      reached: sqlite >= LEAST_OF_SQLITE,
    },
    {
      figure: `p50 to acknowledge with ${CALLERS} callers, in fdatasyncs`,
      target: `at most ${MOST_SYNCS}`,
      measured: syncs.toFixed(1),
      reached: syncs <= MOST_SYNCS,
    },
    {
      figure: "one by one, of C's fdatasync loop",
      target: `at least ${LEAST_OF_FLOOR}`,
      measured: one.toFixed(2),
      reached: one >= LEAST_OF_FLOOR,
    },
    {
      figure: 'events verified in a second of processor time',
      target: `at least ${LEAST_VERIFIED.toLocaleString('en')}`,
      measured: Math.round(verified.aSecond).toLocaleString('en'),
      reached: verified.aSecond >= LEAST_VERIFIED,
    },
    {
      figure: `growth of memory from ${verified.short} to ${verified.long} events verified`,
      target: 'at most 8 MiB',
      measured: `${verified.growth.toFixed(1)} MiB`,
      reached: verified.growth <= 8,
    },
  ];
}
