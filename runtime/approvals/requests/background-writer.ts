import { rename, rm, writeFile } from 'node:fs/promises';
import { unfinishedName } from '../unfinished.ts';
import { answersFolder, overflowFile, requestFile } from './folder.ts';
import type { Changes } from './pending-requests.ts';
import type { Overflow, PendingRequest } from './request.ts';
import { documentText, overflowForm, requestForm } from './request-form.ts';

/**
 * Writes changed requests to their folder behind the back of whoever asks, each file in one step and none more often than
 * once in an interval. At most one file is being written at a time, so that a flood takes no threads from others.
 */
export class BackgroundWriter implements Changes {
  readonly #folder: string;
  readonly #interval: number;
  readonly #failed: (error: Error) => void;
  /** What waits is kept as it is and made into text when it is written: by then it may have changed again. */
  #requests = new Set<PendingRequest>();
  #forgotten = new Set<string>();
  #overflow: Overflow | null = null;
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
    this.#requests.add(request);
    this.#schedule();
  }

  forgotten(request: PendingRequest): void {
    this.#requests.delete(request);
    this.#forgotten.add(request.id);
    this.#schedule();
  }

  overflow(overflow: Overflow): void {
    this.#overflow = overflow;
    this.#schedule();
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

  #schedule(): void {
    if (this.#timer !== null || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.flush(), this.#interval).unref();
  }

  async #writeAll(): Promise<void> {
    const [requests, forgotten, overflow] = [this.#requests, this.#forgotten, this.#overflow];
    this.#requests = new Set();
    this.#forgotten = new Set();
    this.#overflow = null;
    for (const id of forgotten) {
      const files = [requestFile(this.#folder, id), requestFile(answersFolder(this.#folder), id)];
      for (const file of files) if (!(await this.#remove(file))) this.#forgotten.add(id);
    }
    for (const request of requests) {
      const text = documentText(requestForm(request));
      if (!(await this.#write(requestFile(this.#folder, request.id), text))) this.#requests.add(request);
    }
    if (overflow === null) return;
    const text = documentText(overflowForm(overflow));
    if (!(await this.#write(overflowFile(this.#folder), text))) this.#overflow ??= overflow;
  }

  async #write(path: string, text: string): Promise<boolean> {
    const unfinished = unfinishedName(path);
    return this.#tried(async () => {
      await writeFile(unfinished, text, { mode: 0o600 });
      await rename(unfinished, path);
    });
  }

  #remove(path: string): Promise<boolean> {
    return this.#tried(() => rm(path, { force: true }));
  }

  async #tried(attempt: () => Promise<void>): Promise<boolean> {
    try {
      await attempt();
      return true;
    } catch (error) {
      this.#failed(error as Error);
      return false;
    }
  }
}
