import type { KeyObject } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type LineDigest, LONGEST_LINE, NO_LINE } from '../../compiler/ir/audit-event/event.ts';
import { recordsIn } from './ahead-records.ts';
import { type LogFile, logFilesIn, tornFileName } from './file-names.ts';
import type { LastCheckpoint } from './last-checkpoint.ts';
import { replacePrivateFile, syncFolder } from './private-files.ts';
import { takenAway } from './taken-away.ts';
import { damageWords } from './verify/damage-words.ts';
import { hexDigest, lineDigest } from './verify/line-facts.ts';
import { verifyLog } from './verify/verify-log.ts';
import { writeLost } from './write-lost.ts';

/** Where a log goes on, or why it must not. */
export type Reopened =
  | {
      readonly ok: true;
      /** Sequence of the next line. */
      readonly next: number;
      readonly previous: LineDigest;
      readonly recovered: { readonly bytes: number; readonly kept: string } | null;
      /** Of what was written ahead, the newest. */
      readonly round: number;
    }
  | { readonly ok: false; readonly problem: string };

const LINE_BREAK = 10;
const CHUNK = 256 * 1024;

/** What is known of a log from elsewhere. */
export interface KnownOfLog {
  readonly key: KeyObject;
  readonly last: LastCheckpoint | null;
  /** Of the machine, now. */
  readonly boot: string;
}

/**
 * Looks at what a log ended with, which is its last file; `audit verify` looks at all of them. Acknowledged lines that a crash of the
 * machine took are put back, and what a crash left of a last line is moved into a file of its own; a log that was changed
 * otherwise is left as it is. Only the writer of the folder may call it. Throws the file system's own errors.
 */
export function reopen(folder: string, known: KnownOfLog): Reopened {
  const records = recordsIn(folder);
  const files = logFilesIn(folder);
  const problem = takenAway(records, files, known.boot);
  if (problem !== null) return { ok: false, problem };
  const last = files.at(-1);
  if (last !== undefined) writeLost(records, last, known.boot);
  const round = records.at(-1)?.round ?? 0;
  const end = endOf(folder, known);
  return end.ok ? { ...end, round } : end;
}

type End = { readonly ok: false; readonly problem: string } | Omit<Extract<Reopened, { ok: true }>, 'round'>;

function endOf(folder: string, { key, last }: Omit<KnownOfLog, 'boot'>): End {
  for (const file of logFilesIn(folder)) if (statSync(file.path).size === 0) rmSync(file.path);
  const files = logFilesIn(folder);
  const file = files.at(-1);
  if (file === undefined) return begin(folder, last);
  const before = files.at(-2);
  const digest = before === undefined ? null : digestOfLastLine(before);
  const source = { name: file.path, first: file.first, open: () => chunksOf(file.path) };
  const { damage, last: lastLine } = verifyLog([source], { key, last }, { sequence: file.first, digest });
  // Before anything is moved: not all that ends within a line was cut off by a crash.
  if (damage !== null) return { ok: false, problem: damageWords(damage) };
  const torn = keepTornLine(folder, file);
  // A crash while the file was begun: nothing in it was acknowledged.
  if (statSync(file.path).size === 0) return endOf(folder, { key, last });
  const next = lastLine! + 1;
  const previous = lineDigest(digestOfLastLine(file)!);
  return { ok: true, next, previous, recovered: torn ?? keptBefore(folder, next) };
}

function begin(folder: string, last: LastCheckpoint | null): End {
  if (last !== null) {
    return { ok: false, problem: `${folder} holds no log, and event ${last.sequence} of it was signed` };
  }
  return { ok: true, next: 0, previous: NO_LINE, recovered: keptBefore(folder, 0) };
}

/** A torn line that was kept when a crash came before anything told of it. */
function keptBefore(folder: string, next: number) {
  const kept = tornFileName(next);
  const found = statSync(join(folder, kept), { throwIfNoEntry: false });
  return found === undefined || found.size === 0 ? null : { bytes: found.size, kept };
}

/** First kept, then cut: a crash in between leaves the bytes twice and never not at all. */
function keepTornLine(folder: string, file: LogFile): { bytes: number; kept: string } | null {
  const descriptor = openSync(file.path, 'r+');
  try {
    const { size } = fstatSync(descriptor);
    const whole = endOfLine(descriptor, size);
    if (whole === size) return null;
    const bytes = Buffer.alloc(size - whole);
    readSync(descriptor, bytes, 0, bytes.length, whole);
    const kept = tornFileName(file.first + linesBefore(file, whole));
    replacePrivateFile(join(folder, kept), bytes);
    ftruncateSync(descriptor, whole);
    syncFolder(folder);
    return { bytes: bytes.length, kept };
  } finally {
    closeSync(descriptor);
  }
}

function linesBefore(file: LogFile, whole: number): number {
  let lines = 0;
  let left = whole;
  for (const chunk of chunksOf(file.path)) {
    const bytes = chunk.subarray(0, left);
    for (let at = bytes.indexOf(LINE_BREAK); at !== -1; at = bytes.indexOf(LINE_BREAK, at + 1)) lines++;
    left -= bytes.length;
  }
  return lines;
}

/** Offset behind the last line break before another offset; 0 where there is none. */
function endOfLine(descriptor: number, before: number): number {
  const block = Buffer.alloc(LONGEST_LINE);
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const count = readSync(descriptor, block, 0, end - start, start);
    const at = block.subarray(0, count).lastIndexOf(LINE_BREAK);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}

/** Hexadecimal; null where the file ends within a line, or is empty. */
function digestOfLastLine(file: LogFile): string | null {
  const descriptor = openSync(file.path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0 || endOfLine(descriptor, size) !== size) return null;
    const start = endOfLine(descriptor, size - 1);
    const line = Buffer.alloc(size - 1 - start);
    readSync(descriptor, line, 0, line.length, start);
    return hexDigest(line, 0, line.length);
  } finally {
    closeSync(descriptor);
  }
}

function* chunksOf(path: string): Generator<Uint8Array> {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let count = -1; count !== 0; ) {
      count = readSync(descriptor, buffer, 0, CHUNK, null);
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}
