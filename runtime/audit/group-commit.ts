import { performance } from 'node:perf_hooks';
import { type LineDigest, NO_LINE } from '../../compiler/ir/audit-event/event.ts';
import { digestOfLine } from '../../compiler/ir/audit-event/write.ts';
import { alignedBuffer } from './aligned-buffer.ts';
import { DurableLines, type Lines, type OpenFile } from './durable-lines.ts';
import { HEAD_BYTES, type WriteAhead } from './write-ahead.ts';

/** Lines that become durable together, all of them of one file. */
class Group implements Lines {
  readonly file: number;
  buffer: Buffer;
  length = HEAD_BYTES;
  digest: LineDigest = NO_LINE;
  /** How many lines somebody waits for. */
  waiting = 0;
  /** Settles when the group is durable, or never will be; made when somebody first waits for it. */
  #durable: Promise<void> | null = null;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(file: number, buffer: Buffer) {
    this.file = file;
    this.buffer = buffer;
  }

  /** One promise for all of its lines, since they have one fate. */
  get durable(): Promise<void> {
    this.#durable ??= new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    return this.#durable;
  }

  get isWaitedFor(): boolean {
    return this.#durable !== null;
  }

  settle(error: Error | null): void {
    if (this.#durable === null) return;
    if (error === null) this.#resolve();
    else this.#reject(error);
  }
}

const BUFFER_BYTES = 256 * 1024;
/** UTF-8 has at most three bytes for a UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;
const LINE_BREAK = 10;

export interface GroupCommitOptions {
  /** Sequence of the first line of the first file. */
  readonly first: number;
  readonly open: OpenFile;
  readonly ahead: WriteAhead | null;
  /** Called once, before anybody who waits is told; gives what they are told. */
  readonly failed: (error: Error) => Error;
  /** A disk that takes less, in milliseconds, is waited for. */
  readonly soon?: number;
}

/**
 * A disk that answers sooner than this, in milliseconds, is waited for: handing a write to another thread and back costs
 * about as much as such a disk does. One that takes longer gets a thread, so that the rest of the program goes on.
 */
export const SOON = 0.6;
const STEP = 1.15;
/** Lines go together while every turn of the event loop brings more of them, for so many milliseconds at most. */
const GATHERED = 1;
/** A line that nobody waits for is written with the next one that somebody does, or after so many milliseconds. */
const LATEST = 20;

/**
 * Writes lines in groups. While one group is being written, further lines gather and go together in the next, as do those of
 * turns of the event loop that follow each other. Fewer groups are less work for everybody where there is much to do, and
 * where there is little the next turn comes at once: a line that somebody waits for never waits for a clock.
 */
export class GroupCommit {
  readonly #lines: DurableLines;
  readonly #failed: (error: Error) => Error;
  readonly #soon: number;
  #groups: Group[] = [];
  #gathering: Group;
  #spare: Buffer | null = null;
  /** Being written by another thread. */
  #underway: Group | null = null;
  #isScheduled = false;
  /** When it was scheduled, and how many waited at the last look. */
  #since = 0;
  #seen = 0;
  /** Whether as many wait again as waited for the last group, before anything came from outside: nobody else is to come then. */
  #areBack = false;
  #isLater = false;
  #failure: Error | null = null;
  #pending = 0;
  /** Milliseconds that a write usually takes. */
  #took = 0.05;

  constructor({ first, open, ahead, failed, soon = SOON }: GroupCommitOptions) {
    this.#soon = soon;
    this.#failed = failed;
    this.#lines = new DurableLines(first, open, ahead, (error) => this.fail(error));
    this.#gathering = new Group(first, alignedBuffer(BUFFER_BYTES));
  }

  /** Bytes that are not durable yet. */
  get pending(): number {
    return this.#pending;
  }

  /** The lines that follow go to another file. */
  startFile(first: number): void {
    if (this.#gathering.length > HEAD_BYTES) this.#groups.push(this.#gathering);
    this.#gathering = new Group(first, this.takeBuffer());
  }

  /** Puts a line behind all others, and gives its digest. @param isAwaited whether `durable` is asked for next */
  add(line: string, isAwaited: boolean): LineDigest {
    const group = this.#gathering;
    const { length } = group;
    const most = length + line.length * MOST_BYTES_A_UNIT + 1;
    if (most > group.buffer.length) {
      const larger = alignedBuffer(Math.max(most, group.buffer.length * 2));
      group.buffer.copy(larger, 0, 0, length);
      group.buffer = larger;
    }
    const end = length + group.buffer.write(line, length, 'utf8');
    group.buffer[end] = LINE_BREAK;
    group.length = end + 1;
    this.#pending += group.length - length;
    if (isAwaited) group.waiting += 1;
    else this.scheduleLater();
    // Of the bytes, not of the text: a text that was put together would be put together twice.
    group.digest = digestOfLine(group.buffer.subarray(length, end));
    return group.digest;
  }

  /** Resolves when all lines so far are durable; rejects when one of the last ones never will be. Has them written soon. */
  get durable(): Promise<void> {
    this.schedule();
    return this.#gathering.durable;
  }

  /** Writes what is there at once. Throws what keeps it from being durable. */
  writeNow(): void {
    for (let group = this.take(); group !== null; group = this.take()) this.writeGroup(group);
    if (this.#failure !== null) throw this.#failure;
  }

  /** Ends it; nothing may be added afterwards, and everything must be durable. Throws the file system's own errors. */
  close(): void {
    if (this.#failure === null) this.#lines.close();
  }

  private schedule(): void {
    if (this.#isScheduled || this.#underway !== null || this.#failure !== null) return;
    this.#isScheduled = true;
    this.#since = performance.now();
    this.#seen = 0;
    setImmediate(this.#run);
  }

  private scheduleLater(): void {
    if (this.#isLater) return;
    this.#isLater = true;
    setTimeout(() => {
      this.#isLater = false;
      if (this.hasMore) this.schedule();
    }, LATEST);
  }

  readonly #run = (): void => {
    const { waiting } = this.#gathering;
    const isMore = waiting > this.#seen && !this.#areBack;
    if (isMore && performance.now() - this.#since < GATHERED) {
      this.#seen = waiting;
      setImmediate(this.#run);
      return;
    }
    this.#isScheduled = false;
    if (this.#underway !== null) return;
    const group = this.take();
    if (group === null) return;
    if (this.#took < this.#soon) {
      this.writeGroup(group);
      this.goOn();
    } else this.writeInThread(group);
  };

  /** What nobody waits for has its time. */
  private goOn(): void {
    if (this.#groups.length > 0 || this.#gathering.isWaitedFor) this.schedule();
  }

  private get hasMore(): boolean {
    const { length, isWaitedFor } = this.#gathering;
    return this.#groups.length > 0 || length > HEAD_BYTES || isWaitedFor;
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
    const buffer = this.#spare ?? alignedBuffer(BUFFER_BYTES);
    this.#spare = null;
    return buffer;
  }

  private writeGroup(group: Group): void {
    try {
      const start = performance.now();
      if (group.length > HEAD_BYTES) {
        this.#lines.writeNow(group);
        this.noteTime(performance.now() - start);
      }
    } catch (error) {
      this.fail(error as Error, group);
      return;
    }
    this.settle(group);
  }

  private writeInThread(group: Group): void {
    if (group.length === HEAD_BYTES) {
      this.settle(group);
      return;
    }
    const start = performance.now();
    this.#underway = group;
    this.#lines.write(group, (error) => {
      // It was told already that nothing is durable any more.
      if (this.#underway === null) return;
      this.#underway = null;
      if (error !== null) {
        this.fail(error, group);
        return;
      }
      this.noteTime(performance.now() - start);
      this.settle(group);
      this.goOn();
    });
  }

  /** Follows the median: a disk that stalls once in a while is no slow disk. */
  private noteTime(took: number): void {
    this.#took = took > this.#took ? this.#took * STEP : this.#took / STEP;
  }

  private settle(group: Group): void {
    this.#pending -= group.length - HEAD_BYTES;
    if (group.buffer.length === BUFFER_BYTES) this.#spare = group.buffer;
    group.settle(null);
    this.#areBack = false;
    if (group.waiting > 0) queueMicrotask(() => process.nextTick(this.#lookWhoIsBack, group.waiting));
  }

  /** Called when all who waited for a group have gone on as far as they can without the outside. */
  readonly #lookWhoIsBack = (waited: number): void => {
    this.#areBack = this.#gathering.waiting >= waited;
  };

  /** What did not become durable once cannot be told from what did, so nothing is written after it. */
  private fail(error: Error, failed: Group | null = this.#underway): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    const groups = [...(failed === null ? [] : [failed]), ...this.#groups, this.#gathering];
    this.#underway = null;
    this.#groups = [];
    this.#gathering = new Group(this.#gathering.file, Buffer.alloc(0));
    const told = this.#failed(error);
    for (const group of groups) group.settle(told);
    this.#lines.abandon();
  }
}
