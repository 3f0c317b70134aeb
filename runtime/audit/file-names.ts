import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One file of an audit log. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
  /** Sequence of its first line, which its name tells. */
  readonly first: number;
}

const DIGITS = 16;
const LOG_FILE = /^audit-(\d{16})\.jsonl$/;

/** Names sort in the order of the log, and tell which lines should be in the file. */
export function logFileName(first: number): string {
  return `audit-${String(first).padStart(DIGITS, '0')}.jsonl`;
}

/** Where the beginning of a line is kept that a crash cut off; the line would have had this sequence. */
export function tornFileName(sequence: number): string {
  return `audit-${String(sequence).padStart(DIGITS, '0')}.torn`;
}

/** The files of the log in a folder, in order. Throws the file system's own errors. */
export function logFilesIn(folder: string): LogFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const first = LOG_FILE.exec(name)?.[1];
      return first === undefined ? [] : [{ path: join(folder, name), name, first: Number(first) }];
    });
}
