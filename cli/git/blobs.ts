import { MAX_BYTES } from '../../compiler/frontend/yaml/limits.ts';
import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import type { GitOutcome, GitRunner } from '../io.ts';

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
    const wanted = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (wanted.length === 0) return null;
    const checked = this.#git(['cat-file', '--batch-check'], lines(wanted));
    if (!checked.ok) return checked;
    const readable = this.#sort(new TextDecoder().decode(checked.bytes));
    if (readable.length === 0) return null;
    const contents = this.#git(['cat-file', '--batch'], lines(readable));
    if (!contents.ok) return contents;
    this.#split(contents.bytes);
    return null;
  }

  /** One object, which need not have been loaded before. */
  read(id: string): ReadOutcome {
    const failure = this.load([id]);
    if (failure !== null)
      return { ok: false, reason: 'denied', detail: `git could not read it: ${failure.detail}` };
    return this.#known.get(id) ?? { ok: false, reason: 'not-found', detail: 'git did not give it' };
  }

  /** Takes `ID blob SIZE` and `ID missing` apart; gives the ids that are worth reading. */
  #sort(answer: string): string[] {
    const readable: string[] = [];
    for (const line of answer.split('\n')) {
      const [id = '', type, size] = line.split(' ');
      if (type === 'blob' && Number(size) <= MAX_BYTES) readable.push(id);
      else if (type === 'blob') {
        this.#refuse(id, 'not-a-file', `it is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
      } else if (type !== undefined) this.#refuse(id, 'not-found', 'its content is not in this repository');
    }
    return readable;
  }

  #refuse(id: string, reason: 'not-found' | 'not-a-file', detail: string): void {
    this.#known.set(id, { ok: false, reason, detail });
  }

  /** `ID blob SIZE`, a line break, the content, a line break; again and again. */
  #split(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(0x0a, at);
      if (end === -1) return;
      const [id = '', type, size] = new TextDecoder().decode(bytes.subarray(at, end)).split(' ');
      // An object that vanished in between has no content to skip.
      const length = type === 'blob' ? Number(size) : -1;
      if (length >= 0) this.#known.set(id, { ok: true, bytes: bytes.subarray(end + 1, end + 1 + length) });
      at = end + 1 + length + 1;
    }
  }
}

function lines(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join('');
}
