import { closeSync, fdatasync, fdatasyncSync, writeSync } from 'node:fs';
import type { LineDigest } from '../../compiler/ir/audit-event/event.ts';
import { HEAD_BYTES, roomFor, type WriteAhead } from './write-ahead.ts';

/** Gives the descriptor of a new file, whose first line has this sequence, for writing at its end. */
export type OpenFile = (first: number) => number;

/** Lines that become durable together, all of them of one file. */
export interface Lines {
  /** Sequence of the first line of their file. */
  readonly file: number;
  /** `HEAD_BYTES` for whoever writes them, and then the lines. */
  readonly buffer: Buffer;
  /** Of both, in bytes. */
  readonly length: number;
  /** Of the last line. */
  readonly digest: LineDigest;
}

/** Writes lines into the files of a log, and knows when they are durable: at once by what is written ahead, or with the file. */
export class DurableLines {
  readonly #open: OpenFile;
  readonly #ahead: WriteAhead | null;
  readonly #failed: (error: Error) => void;
  #file: number;
  #descriptor: number;
  #offset = 0;
  /** A descriptor that another thread makes durable must not be closed meanwhile. */
  #syncing: number | null = null;
  #isClosed = false;

  /**
   * @param first sequence of the first line of the first file
   * @param ahead null where nothing is written ahead
   * @param failed called when a file cannot be made durable that was written ahead
   */
  constructor(first: number, open: OpenFile, ahead: WriteAhead | null, failed: (error: Error) => void) {
    this.#open = open;
    this.#ahead = ahead;
    this.#failed = failed;
    this.#file = first;
    this.#descriptor = open(first);
  }

  /** Durable when it returns. Throws the file system's own errors. */
  writeNow(lines: Lines): void {
    const place = this.#append(lines);
    if (place === null) fdatasyncSync(this.#descriptor);
    else this.#ahead!.writeNow(lines.buffer.subarray(0, roomFor(lines.length)), place);
  }

  /** Calls back when they are durable, or never will be. */
  write(lines: Lines, done: (error: Error | null) => void): void {
    let place: number | null;
    try {
      place = this.#append(lines);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (place !== null) this.#ahead!.write(lines.buffer.subarray(0, roomFor(lines.length)), place, done);
    else fdatasync(this.#descriptor, done);
  }

  /** Makes everything durable, and ends it. Throws the file system's own errors. */
  close(): void {
    fdatasyncSync(this.#descriptor);
    this.#end();
    this.#ahead?.close();
  }

  /** Ends it after a failure. */
  abandon(): void {
    this.#ahead?.abandon();
    try {
      this.#end();
    } catch {
      // What failed was told; closing can say nothing more.
    }
  }

  #end(): void {
    this.#isClosed = true;
    this.#closeFile();
  }

  /** Gives the place of what is to be written ahead; null where the file is to be made durable. */
  #append({ file, buffer, length, digest }: Lines): number | null {
    this.#goTo(file);
    const offset = this.#offset;
    for (let at = HEAD_BYTES; at < length; ) at += writeSync(this.#descriptor, buffer, at, length - at);
    this.#offset += length - HEAD_BYTES;
    const place = this.#ahead?.place(length, (done) => this.#makeDurable(done)) ?? null;
    if (place !== null) this.#ahead!.writeHead(buffer, { file, offset, length: length - HEAD_BYTES, digest });
    return place;
  }

  /** A file that is left is durable as a whole. */
  #goTo(file: number): void {
    if (file === this.#file) return;
    fdatasyncSync(this.#descriptor);
    const descriptor = this.#open(file);
    this.#closeFile();
    this.#descriptor = descriptor;
    this.#file = file;
    this.#offset = 0;
  }

  #makeDurable(done: () => void): void {
    const descriptor = this.#descriptor;
    this.#syncing = descriptor;
    fdatasync(descriptor, (error) => {
      this.#syncing = null;
      if (this.#isClosed || descriptor !== this.#descriptor) closeSync(descriptor);
      if (error === null) done();
      else if (!this.#isClosed) this.#failed(error);
    });
  }

  #closeFile(): void {
    if (this.#syncing !== this.#descriptor) closeSync(this.#descriptor);
  }
}
