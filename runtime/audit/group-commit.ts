import { closeSync, write, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Where the bytes go: a descriptor on which every write is durable when it returns (O_APPEND and O_DSYNC). */
export type OpenFile = (first: number) => number;

/** Whoever waits for a line: told that it is durable, or why it will never be. */
export interface Waiting {
  readonly sequence: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: Error) => void;
}

/** Lines that become durable together, all of them of one file. */
class Group {
  /** Sequence of the first line of their file. */
  readonly file: number;
  buffer: Buffer;
  length = 0;
  waiting: Waiting[] = [];
  /** Called when the group is durable. */
  durable: (() => void)[] = [];

  constructor(file: number, buffer: Buffer) {
    this.file = file;
    this.buffer = buffer;
  }
}

const BUFFER_BYTES = 256 * 1024;
/** UTF-8 has at most three bytes for a UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;
const LINE_BREAK = 10;

/**
 * A disk that answers sooner than this, in milliseconds, is waited for: handing a write to another thread and back costs
 * about as much as such a disk does. One that takes longer gets a thread, so that the rest of the program goes on.
 */
export const SOON = 0.6;
const STEP = 1.15;

/**
 * Writes lines in groups. While one group is being written, further lines gather and go together in the next; no line
 * waits for a clock. Lines of one turn of the event loop go together as well.
 */
export class GroupCommit {
  readonly #open: OpenFile;
  readonly #failed: (error: Error) => Error;
  readonly #soon: number;
  #groups: Group[] = [];
  #gathering: Group;
  #spare: Buffer | null = null;
  #file: number;
  #descriptor: number;
  #isScheduled = false;
  #isWriting = false;
  #failure: Error | null = null;
  #pending = 0;
  /** Milliseconds that a write usually takes. */
  #took = 0.05;

  /**
   * @param first sequence of the first line of the first file
   * @param failed called once, before anybody who waits is told; gives what they are told
   * @param soon a disk that takes less, in milliseconds, is waited for
   */
  constructor(first: number, open: OpenFile, failed: (error: Error) => Error, soon = SOON) {
    this.#soon = soon;
    this.#open = open;
    this.#failed = failed;
    this.#file = first;
    this.#descriptor = open(first);
    this.#gathering = new Group(first, Buffer.allocUnsafe(BUFFER_BYTES));
  }

  /** Bytes that are not durable yet. */
  get pending(): number {
    return this.#pending;
  }

  /** The lines that follow go to another file. */
  startFile(first: number): void {
    if (this.#gathering.length > 0) this.#groups.push(this.#gathering);
    this.#gathering = new Group(first, this.takeBuffer());
  }

  /**
   * Puts a line behind all others. Gives its bytes, without the line break, to look at before the event loop turns.
   *
   * @param waiting null where nobody waits for it
   */
  add(line: string, waiting: Waiting | null): Buffer {
    const group = this.#gathering;
    const { length } = group;
    const most = length + line.length * MOST_BYTES_A_UNIT + 1;
    if (most > group.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, group.buffer.length * 2));
      group.buffer.copy(larger, 0, 0, length);
      group.buffer = larger;
    }
    const end = length + group.buffer.write(line, length, 'utf8');
    group.buffer[end] = LINE_BREAK;
    group.length = end + 1;
    if (waiting !== null) group.waiting.push(waiting);
    this.#pending += group.length - length;
    this.schedule();
    return group.buffer.subarray(length, end);
  }

  /** Calls back when all lines so far are durable; never after a failure. */
  whenDurable(callback: () => void): void {
    this.#gathering.durable.push(callback);
    this.schedule();
  }

  /** Writes what is there at once. Throws what keeps it from being durable. */
  writeNow(): void {
    for (let group = this.take(); group !== null; group = this.take()) this.writeGroup(group);
    if (this.#failure !== null) throw this.#failure;
  }

  /** Ends it; nothing may be added afterwards. */
  close(): void {
    if (this.#failure === null) closeSync(this.#descriptor);
  }

  private schedule(): void {
    if (this.#isScheduled || this.#isWriting || this.#failure !== null) return;
    this.#isScheduled = true;
    setImmediate(this.#run);
  }

  readonly #run = (): void => {
    this.#isScheduled = false;
    if (this.#isWriting) return;
    const group = this.take();
    if (group === null) return;
    if (this.#took < this.#soon) {
      this.writeGroup(group);
      if (this.hasMore) this.schedule();
    } else this.writeInThread(group);
  };

  private get hasMore(): boolean {
    const { length, durable } = this.#gathering;
    return this.#groups.length > 0 || length > 0 || durable.length > 0;
  }

  /** The next group with something in it. */
  private take(): Group | null {
    const sealed = this.#groups.shift();
    if (sealed !== undefined) return sealed;
    if (!this.hasMore) return null;
    const group = this.#gathering;
    this.#gathering = new Group(group.file, this.takeBuffer());
    return group;
  }

  private takeBuffer(): Buffer {
    const buffer = this.#spare ?? Buffer.allocUnsafe(BUFFER_BYTES);
    this.#spare = null;
    return buffer;
  }

  private writeGroup(group: Group): void {
    try {
      this.goTo(group.file);
      const start = performance.now();
      for (let at = 0; at < group.length; )
        at += writeSync(this.#descriptor, group.buffer, at, group.length - at);
      if (group.length > 0) this.noteTime(performance.now() - start);
    } catch (error) {
      this.fail(error as Error, group);
      return;
    }
    this.settle(group);
  }

  private writeInThread(group: Group): void {
    this.#isWriting = true;
    const done = (error: Error | null): void => {
      this.#isWriting = false;
      if (error !== null) {
        this.fail(error, group);
        return;
      }
      this.settle(group);
      if (this.hasMore) this.schedule();
    };
    const start = performance.now();
    const go = (at: number): void => {
      if (at === group.length) {
        this.noteTime(performance.now() - start);
        done(null);
        return;
      }
      write(this.#descriptor, group.buffer, at, group.length - at, null, (error, count) =>
        error === null ? go(at + count) : done(error),
      );
    };
    try {
      this.goTo(group.file);
    } catch (error) {
      done(error as Error);
      return;
    }
    go(0);
  }

  private goTo(file: number): void {
    if (file === this.#file) return;
    const descriptor = this.#open(file);
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#file = file;
  }

  /** Follows the median: a disk that stalls once in a while is no slow disk. */
  private noteTime(took: number): void {
    this.#took = took > this.#took ? this.#took * STEP : this.#took / STEP;
  }

  private settle(group: Group): void {
    this.#pending -= group.length;
    if (group.buffer.length === BUFFER_BYTES) this.#spare = group.buffer;
    for (const { sequence, resolve } of group.waiting) resolve(sequence);
    for (const callback of group.durable) callback();
  }

  /** What did not become durable once cannot be told from what did, so nothing is written after it. */
  private fail(error: Error, group: Group): void {
    this.#failure = error;
    const groups = [group, ...this.#groups, this.#gathering];
    this.#groups = [];
    this.#gathering = new Group(group.file, Buffer.alloc(0));
    const told = this.#failed(error);
    for (const { waiting } of groups) for (const { reject } of waiting) reject(told);
    try {
      closeSync(this.#descriptor);
    } catch {
      // The write has failed and that was told; closing can say nothing more.
    }
  }
}
