import { LONGEST_RECORD, type ReadRecord, readRecord, recordSize, type UnseenCalls } from './record.ts';

/** Gives the bytes that are there now, none where there are none; throws where the pipe is broken. */
export type RecordSource = (into: Buffer) => number;

/** Who a connection is from, or why nobody can tell. */
export type Attribution = ReadRecord | 'unknown' | 'ambiguous';

/** A connection that was announced and did not come within this time never will. */
const LONGEST_WAIT = 60_000;
const MOST_WAITING = 16_384;
const CHUNK = 16 * LONGEST_RECORD;

interface Waiting {
  /** `ambiguous`: two records spoke of this source port, and which of them holds cannot be told. */
  readonly record: ReadRecord | 'ambiguous';
  readonly since: number;
}

/**
 * The records of the doorkeeper, each for one connection that is about to be accepted. A record is written before its
 * connection is made, so at the moment of accepting it is there to be read without waiting.
 */
export class ConnectionRecords {
  readonly #source: RecordSource;
  readonly #now: () => number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #buffer = Buffer.allocUnsafe(CHUNK + LONGEST_RECORD);
  /** Bytes of a record whose rest is still to come. */
  #kept = 0;
  #damage: string | null = null;
  #unseen: UnseenCalls[] = [];

  /** @param now milliseconds of any clock that never goes back */
  constructor(source: RecordSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** Why no connection can be told from another any more; null while all is well. */
  get damage(): string | null {
    return this.#damage;
  }

  /** The record of an accepted connection; it is gone then, because a source port may be used again. */
  take(family: 4 | 6, sourcePort: number): Attribution {
    const key = keyOf(family, sourcePort);
    // Also when one is there already: a second one for the same port makes both worthless.
    this.#readAll();
    if (this.#damage !== null) return 'unknown';
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return 'unknown';
    this.#waiting.delete(key);
    return this.#now() - waiting.since > LONGEST_WAIT ? 'unknown' : waiting.record;
  }

  /** What was told since the last time of calls that nobody could look into. */
  takeUnseen(): readonly UnseenCalls[] {
    this.#readAll();
    const unseen = this.#unseen;
    this.#unseen = [];
    return unseen;
  }

  #readAll(): void {
    while (this.#damage === null) {
      const room = this.#buffer.subarray(this.#kept, this.#kept + CHUNK);
      const count = this.#source(room);
      if (count === 0) return;
      this.#split(this.#kept + count);
      if (count < room.length) return;
    }
  }

  #split(end: number): void {
    let at = 0;
    while (at < end) {
      const size = recordSize(this.#buffer.subarray(at, end));
      if (size === 'damaged') {
        this.#damage = 'the records of connections are damaged';
        return;
      }
      if (size === null || at + size > end) break;
      const record = readRecord(this.#buffer.subarray(at, at + size));
      if (record === null) {
        this.#damage = 'a record of a connection is damaged';
        return;
      }
      if ('calls' in record) this.#unseen.push(record);
      else this.#add(record);
      at += size;
    }
    this.#buffer.copyWithin(0, at, end);
    this.#kept = end - at;
  }

  #add(record: ReadRecord): void {
    const key = keyOf(record.family, record.sourcePort);
    const now = this.#now();
    const before = this.#waiting.get(key);
    this.#waiting.delete(key);
    const isClear = before === undefined || now - before.since > LONGEST_WAIT;
    this.#waiting.set(key, { record: isClear ? record : 'ambiguous', since: now });
    // In the order in which they came, so the first is the oldest.
    for (const [oldest, { since }] of this.#waiting) {
      if (this.#waiting.size <= MOST_WAITING && now - since <= LONGEST_WAIT) return;
      this.#waiting.delete(oldest);
    }
  }
}

function keyOf(family: 4 | 6, sourcePort: number): number {
  return family * 65_536 + sourcePort;
}
