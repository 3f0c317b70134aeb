import { MAX_BYTES } from '../../compiler/frontend/yaml/limits.ts';
import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import type { GitOutcome, GitRunner } from '../io.ts';

/** Bytes that one answer of git should not go beyond by much. */
const BATCH = 64 * 1024 * 1024;

interface Listed {
  readonly id: string;
  readonly size: number;
}

export interface Sifted {
  readonly ok: true;
  readonly wanted: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

type Failure = Extract<GitOutcome, { ok: false }>;

/** Contents of files by the name of their object, each read once. */
export class Blobs {
  readonly #git: GitRunner;
  readonly #known = new Map<string, ReadOutcome>();

  constructor(git: GitRunner) {
    this.#git = git;
  }

  /**
   * Reads many at once. One that is larger than any policy may be, or missing from the repository, is known as such.
   *
   * @returns what went wrong with git itself, or null
   */
  load(ids: readonly string[]): Failure | null {
    return this.#each(ids, (id, bytes) => {
      this.#known.set(id, { ok: true, bytes });
    });
  }

  /**
   * Reads many at once and forgets the contents that are not wanted, so that a whole repository can be looked through.
   *
   * @returns the names of those that are wanted and of those that the repository lacks, or what went wrong with git itself
   */
  sift(ids: readonly string[], isWanted: (bytes: Uint8Array) => boolean): Sifted | Failure {
    const wanted = new Set<string>();
    for (const id of ids) {
      const known = this.#known.get(id);
      if (known?.ok && isWanted(known.bytes)) wanted.add(id);
    }
    const failure = this.#each(ids, (id, bytes) => {
      if (!isWanted(bytes)) return;
      wanted.add(id);
      // A part of the answer would keep all of it in memory.
      this.#known.set(id, { ok: true, bytes: bytes.slice() });
    });
    if (failure !== null) return failure;
    const lacking = ids.filter((id) => {
      const known = this.#known.get(id);
      return known !== undefined && !known.ok && known.reason === 'not-found';
    });
    return { ok: true, wanted, missing: new Set(lacking) };
  }

  /** One object, which need not have been loaded before. */
  read(id: string): ReadOutcome {
    const failure = this.load([id]);
    if (failure !== null)
      return { ok: false, reason: 'denied', detail: `git could not read it: ${failure.detail}` };
    return this.#known.get(id) ?? { ok: false, reason: 'not-found', detail: 'git did not give it' };
  }

  /** Gives the contents of all that are not known yet, a bounded number of bytes at a time. */
  #each(ids: readonly string[], give: (id: string, bytes: Uint8Array) => void): Failure | null {
    const unknown = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (unknown.length === 0) return null;
    const checked = this.#git(['cat-file', '--batch-check'], lines(unknown));
    if (!checked.ok) return checked;
    for (const batch of batchesOf(this.#sort(new TextDecoder().decode(checked.bytes)))) {
      const contents = this.#git(['cat-file', '--batch'], lines(batch));
      if (!contents.ok) return contents;
      split(contents.bytes, give);
    }
    return null;
  }

  /** Takes `ID blob SIZE` and `ID missing` apart; gives those that are worth reading. */
  #sort(answer: string): Listed[] {
    const readable: Listed[] = [];
    for (const line of answer.split('\n')) {
      const [id = '', type, size] = line.split(' ');
      if (type === 'blob' && Number(size) <= MAX_BYTES) readable.push({ id, size: Number(size) });
      else if (type === 'blob') {
        this.#refuse(id, 'not-a-file', `it is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
      } else if (type !== undefined) this.#refuse(id, 'not-found', 'its content is not in this repository');
    }
    return readable;
  }

  #refuse(id: string, reason: 'not-found' | 'not-a-file', detail: string): void {
    this.#known.set(id, { ok: false, reason, detail });
  }
}

function batchesOf(listed: readonly Listed[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const { id, size } of listed) {
    if (room < size || batches.length === 0) {
      batches.push([]);
      room = BATCH;
    }
    batches.at(-1)!.push(id);
    room -= size;
  }
  return batches;
}

/** `ID blob SIZE`, a line break, the content, a line break; again and again. */
function split(answer: Uint8Array, give: (id: string, bytes: Uint8Array) => void): void {
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf(0x0a, at);
    if (end === -1) return;
    const [id = '', type, size] = new TextDecoder().decode(answer.subarray(at, end)).split(' ');
    // An object that vanished in between has no content to skip.
    const length = type === 'blob' ? Number(size) : -1;
    if (length >= 0) give(id, answer.subarray(end + 1, end + 1 + length));
    at = end + 1 + length + 1;
  }
}

function lines(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join('');
}
