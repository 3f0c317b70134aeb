import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Lines that were written ahead, whole. */
export interface FoundRecord extends AheadRecord {
  /** Of the machine, when they were written. */
  readonly boot: string;
  readonly round: number;
  readonly lines: Buffer;
}

/**
 * What was written ahead in the folder of a log, in the order in which it was written; older records may be gone. Throws the file
 * system's own errors.
 */
export function recordsIn(folder: string): FoundRecord[] {
  const bytes = readReady(join(folder, WRITE_AHEAD_FILE));
  const halves = [0, HALF_BYTES].map((start) => recordsOfHalf(bytes.subarray(start, start + HALF_BYTES)));
  return halves.sort(([one], [other]) => (one?.round ?? 0) - (other?.round ?? 0)).flat();
}

function readReady(path: string): Buffer {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      // What is no file holds no records, and may never end.
      return fstatSync(descriptor).isFile() ? readFileSync(descriptor) : Buffer.alloc(0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // A link is none of ours either; whoever writes the log takes it away.
    if (['ENOENT', 'ELOOP'].includes(String((error as NodeJS.ErrnoException).code))) return Buffer.alloc(0);
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
