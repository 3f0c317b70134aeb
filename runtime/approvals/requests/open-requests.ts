import { type BigIntStats, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BackgroundWriter } from './background-writer.ts';
import {
  answersFolder,
  type DamagedFile,
  makeRequestFolders,
  readAnswers,
  readRequestFolder,
  requestFile,
} from './folder.ts';
import { BOUNDS, type Bounds, PendingRequests } from './pending-requests.ts';

export interface RequestsOptions {
  /** Name of the running agent. */
  readonly sandbox: string;
  /** `requests` of its state folder. Made, for this user alone, where it is not there. */
  readonly folder: string;
  readonly bounds?: Bounds;
  /** Milliseconds that a change may wait before it is written. */
  readonly writeAfter?: number;
  /** Milliseconds between two looks at whether somebody answered. */
  readonly lookAfter?: number;
  /** Told when the disk refuses. The requests go on in memory, and the audit log has them all. */
  readonly failed: (error: Error) => void;
}

/** The requests of a sandbox, kept in a folder. */
export interface OpenedRequests {
  readonly requests: PendingRequests;
  /** Files that were passed over. */
  readonly damaged: readonly DamagedFile[];
  /** Takes over what people have answered since. Each refusal does the same by itself, so nobody needs to before one. */
  refresh(): void;
  /** Writes what waits, now. */
  flush(): Promise<void>;
  /** Writes what waits, and nothing any more. */
  close(): Promise<void>;
}

const WRITE_AFTER = 1000;
const LOOK_AFTER = 200;
/** Nanoseconds; the kernel's clock ticks at least each ten milliseconds. */
const FRESH = 100_000_000n;
const UNFINISHED = /^(req-[0-9a-f]{12}|overflow)\.json\.\d+\.unfinished$/;

/**
 * Opens the folder of requests of one sandbox for the process that counts refusals; there must be only one. Afterwards,
 * `rebuild` with the events of the audit log gives what a crash took. Throws the file system's own errors.
 */
export function openRequests(options: RequestsOptions): OpenedRequests {
  const {
    folder,
    sandbox,
    bounds = BOUNDS,
    writeAfter = WRITE_AFTER,
    lookAfter = LOOK_AFTER,
    failed,
  } = options;
  makeRequestFolders(folder);
  for (const name of readdirSync(folder)) {
    if (UNFINISHED.test(name)) rmSync(join(folder, name), { force: true });
  }
  const writer = new BackgroundWriter(folder, writeAfter, failed);
  const requests = new PendingRequests(sandbox, bounds, writer, () => answers.look());
  const answers = new AnswersWatch(folder, lookAfter, requests, failed);
  const content = readRequestFolder(folder);
  const own = content.requests.filter((request) => request.sandbox === sandbox);
  const foreign = content.requests
    .filter((request) => request.sandbox !== sandbox)
    .map(({ id }) => ({ path: requestFile(folder, id), problem: 'it is of another sandbox' }));
  requests.restore(own.slice(0, bounds.all), content.overflow);
  requests.setAnswers(content.answers);
  return {
    requests,
    damaged: [...content.damaged, ...foreign],
    refresh: () => answers.look(),
    flush: () => writer.flush(),
    close: () => writer.close(),
  };
}

/** Reads the answers again when their folder has changed. */
class AnswersWatch {
  readonly #folder: string;
  readonly #lookAfter: number;
  readonly #requests: PendingRequests;
  readonly #failed: (error: Error) => void;
  #seen: bigint | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, lookAfter: number, requests: PendingRequests, failed: (error: Error) => void) {
    this.#folder = folder;
    this.#lookAfter = lookAfter;
    this.#requests = requests;
    this.#failed = failed;
  }

  look(): void {
    const now = performance.now();
    if (now - this.#lookedAt < this.#lookAfter) return;
    this.#lookedAt = now;
    try {
      const changed = changeTime(statSync(answersFolder(this.#folder), { bigint: true }));
      if (changed !== null && changed === this.#seen) return;
      this.#requests.setAnswers(readAnswers(this.#folder, []));
      this.#seen = changed;
    } catch (error) {
      this.#failed(error as Error);
    }
  }
}

/** A change within the same tick of the kernel's clock leaves the same time, so what is that fresh is looked at again. */
function changeTime({ mtimeNs }: BigIntStats): bigint | null {
  const age = BigInt(Date.now()) * 1_000_000n - mtimeNs;
  return age < FRESH ? null : mtimeNs;
}
