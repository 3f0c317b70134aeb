import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LogFile } from './file-names.ts';
import { ChainLinkReader, hexDigest, lineDigest } from './verify/line-facts.ts';
import {
  type AheadRecord,
  HALF_BYTES,
  HEAD,
  HEAD_BYTES,
  MARK,
  roomFor,
  WRITE_AHEAD_FILE,
} from './write-ahead.ts';

const LINE_BREAK = 10;
const BOOT_DIGITS = 32;

interface FoundRecord extends AheadRecord {
  readonly boot: string;
  readonly round: number;
  readonly lines: Buffer;
}

/**
 * Puts lines that were acknowledged into the last file of their log where a crash of the machine took them, and makes that file
 * durable. What differs otherwise is left as it is: verification finds it. Only the writer of the folder may call it.
 * Throws the file system's own errors.
 *
 * @param boot of the machine: while it runs no line gets lost, so whatever is missing was taken away
 * @returns the round of the newest record; 0 where there is none
 */
export function writeLost(folder: string, last: LogFile | undefined, boot: string): number {
  const records = recordsIn(folder);
  if (last !== undefined) {
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
  return records.at(-1)?.round ?? 0;
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

/** In the order in which they were written. */
function recordsIn(folder: string): FoundRecord[] {
  const bytes = readReady(join(folder, WRITE_AHEAD_FILE));
  const halves = [0, HALF_BYTES].map((start) => recordsOfHalf(bytes.subarray(start, start + HALF_BYTES)));
  return halves.sort(([one], [other]) => (one?.round ?? 0) - (other?.round ?? 0)).flat();
}

function readReady(path: string): Buffer {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Those of one round; older ones may follow behind. */
function recordsOfHalf(half: Buffer): FoundRecord[] {
  const found: FoundRecord[] = [];
  for (let at = 0; at + HEAD_BYTES <= half.length; ) {
    const record = recordAt(half, at);
    if (record === null || (found.length > 0 && record.round !== found[0]!.round)) break;
    found.push(record);
    at += roomFor(HEAD_BYTES + record.length);
  }
  return found;
}

function recordAt(half: Buffer, at: number): FoundRecord | null {
  const head = half.subarray(at, at + HEAD_BYTES);
  if (head.toString('latin1', HEAD.mark, MARK.length) !== MARK) return null;
  const [round, file, offset, length] = [HEAD.round, HEAD.file, HEAD.offset, HEAD.length].map((place) =>
    head.readDoubleLE(place),
  ) as [number, number, number, number];
  if (![round, file, offset, length].every((number) => Number.isSafeInteger(number) && number >= 0))
    return null;
  const start = at + HEAD_BYTES;
  if (length === 0 || start + length > half.length) return null;
  const lines = half.subarray(start, start + length);
  const digest = lineDigest(head.toString('hex', HEAD.digest, HEAD.digest + 32));
  const boot = head.toString('latin1', HEAD.boot, HEAD.boot + BOOT_DIGITS);
  return isWhole(lines, digest) ? { boot, round, file, offset, length, digest, lines } : null;
}

/** Whether each line follows the one before, and the last one is the one that the head speaks of. */
function isWhole(lines: Buffer, digest: string): boolean {
  const link = new ChainLinkReader();
  let before: string | null = null;
  let from = 0;
  for (let end = lines.indexOf(LINE_BREAK); end !== -1; end = lines.indexOf(LINE_BREAK, from)) {
    if (before !== null && !(link.read(lines, from, end) && link.previous === before)) return false;
    before = hexDigest(lines, from, end);
    from = end + 1;
  }
  return from === lines.length && before !== null && lineDigest(before) === digest;
}
