import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { FoundRecord } from './ahead-records.ts';
import type { LogFile } from './file-names.ts';

/**
 * Puts lines that were acknowledged into the last file of their log where a crash of the machine took them, and makes that file
 * durable. What differs otherwise is left as it is: verification finds it. Only the writer of the folder may call it.
 * Throws the file system's own errors.
 *
 * @param records what was written ahead
 * @param boot of the machine: while it runs no line gets lost, see `takenAway`
 */
export function writeLost(records: readonly FoundRecord[], last: LogFile, boot: string): void {
  const descriptor = openSync(last.path, 'r+');
  try {
    for (const record of records) {
      if (record.file !== last.first || record.boot === boot) continue;
      if (!writeRecord(descriptor, record)) break;
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** False where what is there is neither the same nor lost. */
function writeRecord(descriptor: number, { offset, lines }: FoundRecord): boolean {
  const { size } = fstatSync(descriptor);
  if (offset > size) return false;
  const there = Buffer.alloc(Math.min(lines.length, size - offset));
  readSync(descriptor, there, 0, there.length, offset);
  // Of a page that did not reach the disk there are zeros, which no line holds.
  if (there.some((byte, at) => byte !== 0 && byte !== lines[at])) return false;
  for (let at = 0; at < lines.length; )
    at += writeSync(descriptor, lines, at, lines.length - at, offset + at);
  return true;
}
