import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineDigest } from '../../compiler/ir/audit-event/event.ts';

/** The last line of a log that was signed, as it is known outside of the log's folder. */
export interface LastCheckpoint {
  readonly sequence: number;
  /** Of that line. */
  readonly digest: LineDigest;
}

export const LAST_CHECKPOINT_FILE = 'audit-last.json';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export type LastCheckpointOutcome =
  | { readonly ok: true; readonly last: LastCheckpoint | null }
  | { readonly ok: false; readonly problem: string };

/** Reads what `LastCheckpointFile` wrote; null where nothing was signed yet. Throws the file system's own errors. */
export function readLastCheckpoint(path: string): LastCheckpointOutcome {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ok: true, last: null };
    throw error;
  }
  const last = parseLastCheckpoint(text);
  return last === null ? { ok: false, problem: `${path} names no line of a log` } : { ok: true, last };
}

/** Null where the text names no line. */
export function parseLastCheckpoint(text: string): LastCheckpoint | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { version, sequence, digest } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (version !== 1 || !Number.isSafeInteger(sequence) || !DIGEST.test(String(digest))) return null;
  return { sequence: sequence as number, digest: digest as LineDigest };
}

/**
 * Keeps the last signed line in a file of the state folder, so that a log that was cut back behind it is found to be. Each one
 * is noted after the log is durable up to it: the file is never ahead of the log.
 */
export class LastCheckpointFile {
  readonly #path: string;
  readonly #failed: (error: Error) => void;
  #next: LastCheckpoint | null = null;
  #writing: Promise<void> | null = null;

  constructor(folder: string, failed: (error: Error) => void) {
    this.#path = join(folder, LAST_CHECKPOINT_FILE);
    this.#failed = failed;
  }

  /** Of several that are noted while one is being written, the last one is written. */
  note(checkpoint: LastCheckpoint): void {
    this.#next = checkpoint;
    this.#writing ??= this.write();
  }

  /** When everything that was noted is on disk, or has failed. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  private async write(): Promise<void> {
    try {
      for (let next = this.#next; next !== null; next = this.#next) {
        this.#next = null;
        await this.replace(`${JSON.stringify({ version: 1, ...next })}\n`);
      }
    } catch (error) {
      this.#failed(error as Error);
    }
    this.#writing = null;
  }

  private async replace(text: string): Promise<void> {
    const unfinished = `${this.#path}.unfinished`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#path);
  }
}
