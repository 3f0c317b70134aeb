import { closeSync, constants, openSync, readSync } from 'node:fs';
import { LONGEST_LINE } from '../compiler/ir/audit-event/event.ts';
import { linesOf } from '../compiler/ir/audit-event/lines.ts';
import { logFilesIn } from '../runtime/audit/file-names.ts';

/** One line of a log, and where it stands. */
export interface LogLine {
  readonly path: string;
  /** From 1, within its file. */
  readonly number: number;
  /** Without the line break; null where the line is longer than an event may be. */
  readonly text: string | null;
}

const CHUNK = 256 * 1024;
const LINE_BREAK = 10;

/**
 * Reads a log from its beginning, and then what was added to it. A line without its line break is still being written, or
 * was cut by a crash, and is passed over. Holds no more than a chunk and a line.
 */
export class LogTail {
  readonly #folder: string;
  #path: string | null = null;
  /** In bytes. */
  #offset = 0;
  #lines = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The lines that were not given yet. Throws the file system's own errors. */
  *read(): Generator<LogLine> {
    for (const { path } of logFilesIn(this.#folder)) {
      if (this.#path !== null && path < this.#path) continue;
      if (path !== this.#path) {
        this.#path = path;
        this.#offset = 0;
        this.#lines = 0;
      }
      for (const { bytes } of linesOf(this.#wholeLines(path))) {
        this.#lines += 1;
        yield { path, number: this.#lines, text: bytes === null ? null : Buffer.from(bytes).toString() };
      }
    }
  }

  /** What a file has beyond the offset, up to its last line break. */
  *#wholeLines(path: string): Generator<Uint8Array> {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      let held = Buffer.alloc(0);
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK);
        const length = readSync(descriptor, chunk, 0, CHUNK, this.#offset + held.length);
        if (length === 0) return;
        const all = Buffer.concat([held, chunk.subarray(0, length)]);
        // A line that is too long is no event, wherever it ends.
        const end = all.length > 2 * LONGEST_LINE + CHUNK ? all.length : all.lastIndexOf(LINE_BREAK) + 1;
        held = all.subarray(end);
        this.#offset += end;
        if (end > 0) yield all.subarray(0, end);
      }
    } finally {
      closeSync(descriptor);
    }
  }
}
