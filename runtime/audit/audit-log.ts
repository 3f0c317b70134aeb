import { constants, openSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuditEvent,
  type Happening,
  type LineDigest,
  LONGEST_LINE,
} from '../../compiler/ir/audit-event/event.ts';
import { lineOf } from '../../compiler/ir/audit-event/write.ts';
import { logFileName } from './file-names.ts';
import { GroupCommit, SOON } from './group-commit.ts';
import { LAST_CHECKPOINT_FILE, LastCheckpointFile, readLastCheckpoint } from './last-checkpoint.ts';
import { claimFolder } from './only-writer.ts';
import { makePrivateFolder, syncFolder } from './private-files.ts';
import { type Reopened, reopen } from './reopen.ts';
import { publicKeyOf, type SigningKey, signed, signingKeyIn } from './signing-key.ts';
import { thisBoot } from './this-boot.ts';
import { WriteAhead } from './write-ahead.ts';

export interface AuditLogOptions {
  /** Where the files of the log are. Made, for this user alone, where it is not there. */
  readonly folder: string;
  /** Where the signing key and the last signed line are kept, of this one log; neither in the sandbox nor in `folder`. */
  readonly state: string;
  /** Name of the running agent, which stands in every line. */
  readonly sandbox: string;
  /** Version of the program that writes. */
  readonly tool: string;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
  /** A file with so many bytes gets no further event; another one follows. */
  readonly rotateAt?: number;
  /** There is a signature after so many lines, or after so many milliseconds, whatever comes first. */
  readonly signAfter?: { readonly lines: number; readonly milliseconds: number };
  /** With so many bytes waiting for the disk, `append` refuses. */
  readonly mostPending?: number;
  /**
   * A disk that answers sooner, in milliseconds, is waited for. 0 gives every write a thread: right where the program has
   * something better to do meanwhile, as a gateway has.
   */
  readonly waitFor?: number;
}

/** What others may write down; the rest the log says itself. */
export type Recordable = Exclude<Happening, { readonly kind: 'opened' | 'checkpoint' | 'closed' }>;

/** An event in the log. */
export interface Appended {
  readonly sequence: number;
  readonly digest: LineDigest;
  /** Resolves when it is durable, and not sooner may be done what it tells of; rejects with AuditRefused. */
  readonly durable: Promise<void>;
}

/**
 * Why an event is not in the log. `failing`: the disk refused, now or before, and nothing will be written any more. `full`: too
 * much waits for the disk. `too-long`: the line would be longer than `LONGEST_LINE`. `closed`: the log has ended.
 */
export type AuditRefusal = 'failing' | 'full' | 'too-long' | 'closed';

/** Thrown at whoever waits for an event that is not durable. Whatever it told of must then be refused. */
export class AuditRefused extends Error {
  override readonly name = 'AuditRefused';
  readonly reason: AuditRefusal;

  constructor(reason: AuditRefusal, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export type OpenedAuditLog =
  | { readonly ok: true; readonly log: AuditLog }
  | {
      readonly ok: false;
      /** `in-use`: another process writes it. `unsafe`: others could read or change it. `edited`: it is not as it was left. */
      readonly reason: 'in-use' | 'unsafe' | 'edited' | 'system';
      readonly problem: string;
    };

const MEBIBYTE = 1024 * 1024;
const ROTATE_AT = 64 * MEBIBYTE;
const SIGN_AFTER = { lines: 4096, milliseconds: 10_000 };
const MOST_PENDING = 8 * MEBIBYTE;
/** `note` may use what `append` may not: bytes of what was let through already. */
const NOTE_RESERVE = 2;

/**
 * Opens the log of a sandbox for writing, and makes it where there is none. What is there is checked first: a log that was
 * changed is not gone on with. Never throws.
 */
export function openAuditLog(options: AuditLogOptions): OpenedAuditLog {
  let release: (() => void) | null = null;
  const refuse = (reason: Extract<OpenedAuditLog, { ok: false }>['reason'], problem: string) => {
    release?.();
    return { ok: false, reason, problem } as const;
  };
  try {
    const { folder, state } = options;
    const unsafe = makePrivateFolder(folder) ?? makePrivateFolder(state);
    if (unsafe !== null) return refuse('unsafe', unsafe);
    const claim = claimFolder(folder);
    if (!claim.ok) {
      const who = claim.pid === null ? 'another process' : `process ${claim.pid}`;
      return refuse('in-use', `${folder} is written by ${who}`);
    }
    release = claim.release;
    const key = signingKeyIn(state);
    if (!key.ok) return refuse('unsafe', key.problem);
    const last = readLastCheckpoint(join(state, LAST_CHECKPOINT_FILE));
    if (!last.ok) return refuse('edited', last.problem);
    const boot = thisBoot();
    const end = reopen(folder, { key: publicKeyOf(key.key.publicKey), last: last.last, boot });
    if (!end.ok) return refuse('edited', end.problem);
    const ahead = WriteAhead.in(folder, boot, end.round + 1);
    return { ok: true, log: new AuditLog(options, { key: key.key, end, ahead, release }) };
  } catch (error) {
    return refuse('system', (error as Error).message);
  }
}

/** What opening a log found and took. */
interface Claimed {
  readonly key: SigningKey;
  readonly end: Extract<Reopened, { ok: true }>;
  readonly ahead: WriteAhead | null;
  /** Lets others write the folder. */
  readonly release: () => void;
}

/** The log of one sandbox, open for writing. One at a time in the whole system. */
export class AuditLog {
  readonly folder: string;
  /** Settles when the log fails, with the reason, and never otherwise. */
  readonly failing: Promise<AuditRefused>;
  readonly #options: Required<AuditLogOptions>;
  readonly #key: SigningKey;
  readonly #release: () => void;
  readonly #commit: GroupCommit;
  readonly #last: LastCheckpointFile;
  #sayFailing!: (failure: AuditRefused) => void;
  #failure: AuditRefused | null = null;
  #closing: Promise<void> | null = null;
  #sequence: number;
  #previous: LineDigest;
  #fileBytes = 0;
  #unsigned = 0;
  #timer: NodeJS.Timeout | null = null;

  /** Use `openAuditLog`. */
  constructor(options: AuditLogOptions, { key, end, ahead, release }: Claimed) {
    this.#options = {
      now: Date.now,
      rotateAt: ROTATE_AT,
      signAfter: SIGN_AFTER,
      mostPending: MOST_PENDING,
      waitFor: SOON,
      ...options,
    };
    this.folder = options.folder;
    this.#key = key;
    this.#release = release;
    this.#sequence = end.next;
    this.#previous = end.previous;
    this.failing = new Promise((resolve) => {
      this.#sayFailing = resolve;
    });
    const fail = (error: Error) => this.fail(error);
    this.#last = new LastCheckpointFile(options.state, fail);
    const open = (first: number) => openLogFile(options.folder, first);
    this.#commit = new GroupCommit({
      first: end.next,
      open,
      ahead,
      failed: fail,
      soon: this.#options.waitFor,
    });
    this.begin(end.recovered);
    // Somebody vouches at once for what was found.
    if (end.next > 0) this.sign({ kind: 'checkpoint' });
    this.#commit.writeNow();
  }

  /** Why nothing can be written any more; null while it can. */
  get failure(): AuditRefused | null {
    return this.#failure;
  }

  /** Sequence of the next event. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Writes an event down.
   *
   * @throws AuditRefused when it is not in the log; then what it tells of must not happen, nor if `durable` rejects with one
   */
  append(what: Recordable): Appended {
    const line = this.line(what, this.#options.mostPending);
    if (typeof line !== 'string') throw line;
    this.put(line, true);
    const appended = {
      sequence: this.#sequence - 1,
      digest: this.#previous,
      durable: this.#commit.durable,
    };
    this.signInTime();
    return appended;
  }

  /**
   * Writes down what has happened already, such as an end, without waiting for the disk. False when it is not in the log; that
   * it cannot be made durable later is said by `failing`.
   */
  note(what: Recordable): boolean {
    const line = this.line(what, this.#options.mostPending * NOTE_RESERVE);
    if (typeof line !== 'string') return false;
    this.put(line, false);
    this.signInTime();
    return true;
  }

  /** Signs and ends the log. Everything that was appended is durable or refused afterwards. */
  close(): Promise<void> {
    this.#closing ??= this.end();
    return this.#closing;
  }

  private async end(): Promise<void> {
    if (this.#failure === null) {
      this.sign({ kind: 'closed', why: 'stopped' });
      // Why it is not is said by `failing`.
      await this.#commit.durable.catch(() => {});
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#last.settled();
    if (this.#failure === null) this.#commit.close();
    this.#release();
  }

  private refusal(most: number): AuditRefused | null {
    if (this.#failure !== null) return this.#failure;
    if (this.#closing !== null) return new AuditRefused('closed', 'the audit log is closed');
    if (this.#commit.pending < most) return null;
    return new AuditRefused('full', `${this.#commit.pending} bytes of the audit log wait for the disk`);
  }

  /** The next line, or why there is none. @param most bytes that may wait for the disk already */
  private line(what: Happening, most: number): string | AuditRefused {
    const refusal = this.refusal(most);
    if (refusal !== null) return refusal;
    if (this.#fileBytes >= this.#options.rotateAt) this.rotate();
    const line = lineOf(this.eventOf(what));
    // Most lines are so short that their bytes need not be counted.
    const isTooLong = line.length * 3 > LONGEST_LINE && Buffer.byteLength(line) > LONGEST_LINE;
    return isTooLong ? new AuditRefused('too-long', `the event has more than ${LONGEST_LINE} bytes`) : line;
  }

  private signInTime(): void {
    if (++this.#unsigned >= this.#options.signAfter.lines) this.sign({ kind: 'checkpoint' });
    else this.#timer ??= this.startTimer();
  }

  private eventOf(what: Happening): AuditEvent {
    return {
      sequence: this.#sequence,
      previous: this.#previous,
      time: this.#options.now(),
      sandbox: this.#options.sandbox,
      what,
    };
  }

  private put(line: string, isAwaited: boolean): void {
    const before = this.#commit.pending;
    this.#previous = this.#commit.add(line, isAwaited);
    this.#sequence++;
    this.#fileBytes += this.#commit.pending - before;
  }

  private begin(recovered: { readonly bytes: number; readonly kept: string } | null): void {
    const signing = { publicKey: this.#key.publicKey, every: this.#options.signAfter.lines };
    this.#fileBytes = 0;
    this.put(lineOf(this.eventOf({ kind: 'opened', tool: this.#options.tool, signing, recovered })), false);
    this.#unsigned++;
  }

  private rotate(): void {
    this.sign({ kind: 'closed', why: 'rotated' });
    this.#commit.startFile(this.#sequence);
    this.begin(null);
  }

  private sign(what: { kind: 'checkpoint' } | { kind: 'closed'; why: 'rotated' | 'stopped' }): void {
    const unsigned = { key: this.#key.fingerprint, signature: '' };
    const event = this.eventOf({ ...what, signed: unsigned });
    this.put(lineOf(signed(event as Parameters<typeof signed>[0], this.#key)), false);
    this.#unsigned = 0;
    const checkpoint = { sequence: this.#sequence - 1, digest: this.#previous };
    this.#commit.durable.then(
      () => this.#last.note(checkpoint),
      () => {},
    );
  }

  private startTimer(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timer = null;
      if (this.#failure === null && this.#closing === null && this.#unsigned > 0) {
        this.sign({ kind: 'checkpoint' });
      }
    }, this.#options.signAfter.milliseconds);
    return timer.unref();
  }

  private fail(error: Error): AuditRefused {
    this.#failure ??= new AuditRefused('failing', `the audit log cannot be written: ${error.message}`);
    this.#sayFailing(this.#failure);
    return this.#failure;
  }
}

/** The file must be new. */
function openLogFile(folder: string, first: number): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW;
  const descriptor = openSync(join(folder, logFileName(first)), flags, 0o600);
  syncFolder(folder);
  return descriptor;
}
