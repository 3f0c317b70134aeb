import { rename, rm, writeFile } from 'node:fs/promises';
import { answersFolder, overflowFile, requestFile, unfinishedName } from './folder.ts';
import type { Changes } from './pending-requests.ts';
import type { Overflow, PendingRequest } from './request.ts';
import { documentText, overflowForm, requestForm } from './request-form.ts';

/** What stands in a file once it is written; null for no file at all. */
type Content = (() => string) | null;

/**
 * Writes changed requests to their folder behind the back of whoever asks, each file in one step and none more often than
 * once in an interval. At most one file is being written at a time, so that a flood takes no threads from others.
 */
export class BackgroundWriter implements Changes {
  readonly #folder: string;
  readonly #interval: number;
  readonly #failed: (error: Error) => void;
  #waiting = new Map<string, Content>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  /**
   * @param interval in milliseconds
   * @param failed told when the disk refuses; what was to be written is tried again with the next change of it
   */
  constructor(folder: string, interval: number, failed: (error: Error) => void) {
    this.#folder = folder;
    this.#interval = interval;
    this.#failed = failed;
  }

  request(request: PendingRequest): void {
    // Made into text when it is written: by then it may have changed again.
    this.#later(requestFile(this.#folder, request.id), () => documentText(requestForm(request)));
  }

  forgotten(id: string): void {
    this.#later(requestFile(this.#folder, id), null);
    this.#later(requestFile(answersFolder(this.#folder), id), null);
  }

  overflow(overflow: Overflow): void {
    this.#later(overflowFile(this.#folder), () => documentText(overflowForm(overflow)));
  }

  /** Writes what waits, now. Everything that was changed before is on the disk when it resolves. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  /** The same, and later changes are not written any more. */
  close(): Promise<void> {
    const written = this.flush();
    this.#isClosed = true;
    return written;
  }

  #later(path: string, content: Content): void {
    if (this.#isClosed) return;
    this.#waiting.set(path, content);
    this.#timer ??= setTimeout(() => void this.flush(), this.#interval).unref();
  }

  async #writeAll(): Promise<void> {
    const files = this.#waiting;
    this.#waiting = new Map();
    for (const [path, content] of files) {
      try {
        if (content === null) await rm(path, { force: true });
        else {
          const unfinished = unfinishedName(path);
          await writeFile(unfinished, content(), { mode: 0o600 });
          await rename(unfinished, path);
        }
      } catch (error) {
        if (!this.#waiting.has(path)) this.#waiting.set(path, content);
        this.#failed(error as Error);
      }
    }
  }
}
