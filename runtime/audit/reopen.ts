import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type LineDigest, NO_LINE } from '../../compiler/ir/audit-event/event.ts';
import { linesOf } from '../../compiler/ir/audit-event/lines.ts';
import { readEvent } from '../../compiler/ir/audit-event/read.ts';
import { type LogFile, logFilesIn, tornFileName } from './file-names.ts';
import type { LastCheckpoint } from './last-checkpoint.ts';
import { replacePrivateFile, syncFolder } from './private-files.ts';

/** Where a log goes on, or why it must not. */
export type Reopened =
  | {
      readonly ok: true;
      /** Sequence of the next line. */
      readonly next: number;
      readonly previous: LineDigest;
      readonly recovered: { readonly bytes: number; readonly kept: string } | null;
    }
  | { readonly ok: false; readonly problem: string };

const LINE_BREAK = 10;

/**
 * Looks at what a log ended with. What a crash left of a last line is moved into a file of its own; a log that was changed
 * otherwise is left as it is. Only the writer of the folder may call it. Throws the file system's own errors.
 */
export function reopen(folder: string, last: LastCheckpoint | null): Reopened {
  for (const file of logFilesIn(folder)) if (statSync(file.path).size === 0) rmSync(file.path);
  const files = logFilesIn(folder);
  const file = files.at(-1);
  if (file === undefined) return begin(folder, last);
  const torn = keepTornLine(folder, file);
  // A crash while the file was begun: nothing in it was acknowledged.
  if (statSync(file.path).size === 0) return reopen(folder, last);
  const end = endOf(file, files.at(-2) ?? null, last);
  if (!end.ok) return end;
  return { ...end, recovered: torn ?? keptBefore(folder, end.next) };
}

function begin(folder: string, last: LastCheckpoint | null): Reopened {
  if (last !== null) {
    return { ok: false, problem: `the log is gone, and line ${last.sequence} of it was signed` };
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
    const whole = endOfLastLine(descriptor, size);
    if (whole === size) return null;
    const bytes = Buffer.alloc(size - whole);
    readSync(descriptor, bytes, 0, bytes.length, whole);
    const kept = tornFileName(sequenceAfter(file, whole));
    replacePrivateFile(join(folder, kept), bytes);
    ftruncateSync(descriptor, whole);
    syncFolder(folder);
    return { bytes: bytes.length, kept };
  } finally {
    closeSync(descriptor);
  }
}

function sequenceAfter(file: LogFile, whole: number): number {
  const bytes = readFileSync(file.path).subarray(0, whole);
  let lines = 0;
  for (let at = bytes.indexOf(LINE_BREAK); at !== -1; at = bytes.indexOf(LINE_BREAK, at + 1)) lines++;
  return file.first + lines;
}

/** Offset behind the last line break; 0 where there is none. */
function endOfLastLine(descriptor: number, size: number): number {
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const count = readSync(descriptor, block, 0, end - start, start);
    const at = block.subarray(0, count).lastIndexOf(LINE_BREAK);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}

function endOf(file: LogFile, before: LogFile | null, last: LastCheckpoint | null): Reopened {
  let expected = file.first;
  let previous = before === null ? null : digestOfLastLine(before);
  if (file.first === 0) previous = NO_LINE;
  for (const { bytes, digest } of linesOf([readFileSync(file.path)])) {
    const read = readEvent(Buffer.from(bytes ?? []).toString());
    const place = `line ${expected - file.first + 1} of ${file.path}`;
    if (!read.ok) return { ok: false, problem: `${place} is no event: ${read.problem}` };
    const { event } = read;
    if (event.sequence !== expected || (previous !== null && event.previous !== previous)) {
      return { ok: false, problem: `${place} does not follow the line before it` };
    }
    if (last?.sequence === expected && last.digest !== digest) {
      return { ok: false, problem: `${place} is not the line that was signed` };
    }
    previous = digest;
    expected++;
  }
  if (last !== null && last.sequence >= expected) {
    return { ok: false, problem: `line ${last.sequence} was signed, and the log ends before it` };
  }
  return { ok: true, next: expected, previous: previous ?? NO_LINE, recovered: null };
}

function digestOfLastLine(file: LogFile): LineDigest | null {
  let digest: LineDigest | null = null;
  for (const line of linesOf([readFileSync(file.path)])) digest = line.digest;
  return digest;
}
