import { createHash, type Hash } from 'node:crypto';
import { type LineDigest, LONGEST_LINE } from './event.ts';

const LINE_BREAK = 10;

/** One line of a stream of bytes, without its line break. */
export interface ReadLine {
  /** From 1. */
  readonly number: number;
  /** Null where the line is longer than `LONGEST_LINE`; it was passed over. */
  readonly bytes: Uint8Array | null;
  readonly digest: LineDigest;
}

/**
 * Splits a stream into lines. Holds no more than one chunk and one line of at most `LONGEST_LINE` bytes, whatever the
 * stream holds. A last line without a line break counts as well; after a last line break there is none.
 */
export function* linesOf(chunks: Iterable<Uint8Array>): Generator<ReadLine> {
  const line = new GrowingLine();
  let number = 1;
  for (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at !== -1; at = chunk.indexOf(LINE_BREAK, from)) {
      line.add(chunk.subarray(from, at));
      yield { number: number++, ...line.take() };
      from = at + 1;
    }
    line.add(chunk.subarray(from));
  }
  if (!line.isEmpty) yield { number, ...line.take() };
}

/** The bytes of one line as they come, up to the limit, and the digest of all of them. */
class GrowingLine {
  #parts: Uint8Array[] = [];
  #length = 0;
  #hash: Hash = createHash('sha256');

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hash.update(bytes);
    this.#length += bytes.length;
    if (this.#length > LONGEST_LINE) this.#parts = [];
    // The chunk may be filled anew by whoever gave it.
    else this.#parts.push(Buffer.from(bytes));
  }

  take(): { bytes: Uint8Array | null; digest: LineDigest } {
    const bytes = this.#length > LONGEST_LINE ? null : Buffer.concat(this.#parts);
    const digest: LineDigest = `sha256:${this.#hash.digest('hex')}`;
    this.#parts = [];
    this.#length = 0;
    this.#hash = createHash('sha256');
    return { bytes, digest };
  }
}
