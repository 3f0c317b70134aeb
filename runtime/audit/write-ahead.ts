import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LineDigest } from '../../compiler/ir/audit-event/event.ts';
import { alignedBuffer, isAligned } from './aligned-buffer.ts';
import { syncFolder } from './private-files.ts';

/** Beside the files of the log, on the same disk. */
export const WRITE_AHEAD_FILE = '.audit-ahead';
/** Lines of a log as they go ahead of it. */
export interface AheadRecord {
  /** Sequence of the first line of their file. */
  readonly file: number;
  /** Where in it they begin, in bytes. */
  readonly offset: number;
  /** Of the lines, in bytes. */
  readonly length: number;
  /** Of the last line. */
  readonly digest: LineDigest;
}

/** Room before the lines of a record for what tells where they belong. */
export const HEAD_BYTES = 128;
export const HALF_BYTES = 2 * 1024 * 1024;
/** A disk writes so many bytes whole or not at all, so no head is torn. */
const SECTOR = 512;
/** Where in a head what stands. */
export const HEAD = { mark: 0, boot: 16, round: 48, file: 56, offset: 64, length: 72, digest: 80 } as const;
export const MARK = 'nemoclaw ahead 1';
const DIGEST_PREFIX = 'sha256:'.length;

/**
 * Space that was made ready: what overwrites it is durable in half the time of what makes a file longer, since the file system
 * has nothing else to write down. Lines go here, and are acknowledged; in their own file they become durable later, in
 * the background. After a crash of the machine `writeLost` puts them there.
 *
 * There are two halves, so that one can be written while the file becomes durable up to what the other holds.
 */
export class WriteAhead {
  readonly #through: number;
  /** Past the page cache, which takes a fifth of the time away; null where file system, disk or memory do not have that. */
  readonly #past: number | null;
  readonly #boot: string;
  #round: number;
  #half = 0;
  #at = 0;
  /** Whether the log is durable up to what the half holds that is not being written. */
  #isOtherFree = true;
  /** A descriptor that another thread writes to must not be closed meanwhile. */
  #isWriting = false;
  #isAbandoned = false;

  private constructor(through: number, past: number | null, boot: string, round: number) {
    this.#through = through;
    this.#past = past;
    this.#boot = boot;
    this.#round = round;
  }

  /**
   * In the folder of a log of which everything is durable. Null where there is no room for it: the log is slower then.
   *
   * @param boot of the machine, 32 hexadecimal digits
   * @param round later than that of every record in the folder
   */
  static in(folder: string, boot: string, round: number): WriteAhead | null {
    const path = join(folder, WRITE_AHEAD_FILE);
    // A file with another name as well is none of a log; what that name stands for must not be overwritten.
    if ((lstatSync(path, { throwIfNoEntry: false })?.nlink ?? 1) > 1) rmSync(path);
    const through = openReady(path, 0, Buffer.alloc(SECTOR));
    if (through === null) {
      rmSync(path, { force: true });
      return null;
    }
    const smallest = alignedBuffer(SECTOR).subarray(0, SECTOR);
    const past = isAligned(smallest) ? openReady(path, constants.O_DIRECT, smallest) : null;
    syncFolder(folder);
    return new WriteAhead(through, past, boot, round);
  }

  /**
   * Where the next record goes; null where there is no room now.
   *
   * @param length of its head and its lines
   * @param makeDurable called where a half is full: makes the log durable, and then calls back
   */
  place(length: number, makeDurable: (done: () => void) => void): number | null {
    if (length > HALF_BYTES) return null;
    if (this.#at + length > HALF_BYTES) {
      if (!this.#isOtherFree) return null;
      this.#isOtherFree = false;
      makeDurable(() => {
        this.#isOtherFree = true;
      });
      this.#half = 1 - this.#half;
      this.#round++;
      this.#at = 0;
    }
    const place = this.#half * HALF_BYTES + this.#at;
    this.#at += roomFor(length);
    return place;
  }

  /** Fills the room before the lines. */
  writeHead(bytes: Buffer, { file, offset, length, digest }: AheadRecord): void {
    bytes.write(MARK, HEAD.mark, 'latin1');
    bytes.write(this.#boot, HEAD.boot, 'latin1');
    bytes.writeDoubleLE(this.#round, HEAD.round);
    bytes.writeDoubleLE(file, HEAD.file);
    bytes.writeDoubleLE(offset, HEAD.offset);
    bytes.writeDoubleLE(length, HEAD.length);
    bytes.write(digest.slice(DIGEST_PREFIX), HEAD.digest, 'hex');
  }

  /** Durable when it returns. */
  writeNow(bytes: Uint8Array, place: number): void {
    const descriptor = this.#descriptorFor(bytes);
    for (let at = 0; at < bytes.length; )
      at += writeSync(descriptor, bytes, at, bytes.length - at, place + at);
  }

  /** Calls back when it is durable, or never will be. */
  write(bytes: Uint8Array, place: number, done: (error: Error | null) => void): void {
    const end = (error: Error | null): void => {
      this.#isWriting = false;
      if (this.#isAbandoned) this.#close();
      done(error);
    };
    const go = (at: number): void => {
      if (at === bytes.length) end(null);
      else
        write(descriptor, bytes, at, bytes.length - at, place + at, (error, count) =>
          error === null ? go(at + count) : end(error),
        );
    };
    const descriptor = this.#descriptorFor(bytes);
    this.#isWriting = true;
    go(0);
  }

  /** Ends it where the log is durable: what is in it is forgotten. */
  close(): void {
    for (const half of [0, 1]) this.writeNow(Buffer.alloc(SECTOR), half * HALF_BYTES);
    this.#close();
  }

  /** Ends it where the log has failed. */
  abandon(): void {
    this.#isAbandoned = true;
    if (!this.#isWriting) this.#close();
  }

  /** The kernel takes past the page cache only what begins at a page. */
  #descriptorFor(bytes: Uint8Array): number {
    return this.#past !== null && isAligned(bytes) ? this.#past : this.#through;
  }

  #close(): void {
    closeSync(this.#through);
    if (this.#past !== null) closeSync(this.#past);
  }
}

/** How far behind a record the next one begins. @param length of its head and its lines */
export function roomFor(length: number): number {
  return Math.ceil(length / SECTOR) * SECTOR;
}

/** A descriptor of the space, ready to be overwritten; null where that cannot be. @param smallest write that there will be */
function openReady(path: string, how: number, smallest: Buffer): number | null {
  const { O_RDWR, O_CREAT, O_DSYNC, O_NOFOLLOW } = constants;
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, O_RDWR | O_CREAT | O_DSYNC | O_NOFOLLOW | how, 0o600);
    fchmodSync(descriptor, 0o600);
    makeReady(descriptor, smallest);
    return descriptor;
  } catch {
    // Whatever keeps it from being written: the next way is tried, and without the space the log is slower.
    if (descriptor !== null) closeSync(descriptor);
    return null;
  }
}

/** What is there already was written before, and only that is quick to overwrite. */
function makeReady(descriptor: number, smallest: Buffer): void {
  const size = 2 * HALF_BYTES;
  if (fstatSync(descriptor).size !== size) {
    ftruncateSync(descriptor, 0);
    const zeros = Buffer.alloc(size);
    for (let at = 0; at < size; ) at += writeSync(descriptor, zeros, at, size - at, at);
    fsyncSync(descriptor);
  }
  // A disk with larger sectors refuses it past the page cache.
  writeSync(descriptor, smallest, 0, SECTOR, size - SECTOR);
}
