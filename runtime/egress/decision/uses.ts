import type { EgressEntry } from '../../../compiler/ir/egress.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { useKey } from '../../../compiler/ir/use-key.ts';

/** Keeps a text so that it outlives a crash of the machine; resolves when it does. */
export type Keep = (text: string) => Promise<void>;

/** The counts that were kept, or why what was kept is none. */
export type ReadUses =
  | { readonly ok: true; readonly counts: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly problem: string };

/**
 * How often each grant with `max_uses` was used. One use is one decision that it allows: a tunnel, or a request where
 * requests are looked at. A use is counted and kept before it is acted on, so a crash costs a use and never gives one.
 */
export class Uses {
  readonly #counts: Map<string, number>;
  readonly #keep: Keep;
  #writing: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(keep: Keep, counts: ReadonlyMap<string, number> = new Map()) {
    this.#keep = keep;
    this.#counts = new Map(counts);
  }

  isExhausted(entry: EgressEntry<WrittenPlace>): boolean {
    const most = entry.grant.approval?.maxUses ?? null;
    return most !== null && (this.#counts.get(useKey(entry)) ?? 0) >= most;
  }

  /** Counts one use; resolves when it is kept. The caller has asked `isExhausted` without waiting in between. */
  async take(entry: EgressEntry<WrittenPlace>): Promise<void> {
    const key = useKey(entry);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    await this.#save();
  }

  /** One write at a time; all that came while one was under way is in the one after it. */
  #save(): Promise<void> {
    if (this.#writing === null) {
      this.#writing = this.#write();
      return this.#writing;
    }
    this.#next ??= this.#writing.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<void> {
    this.#next = null;
    this.#writing = this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    try {
      await this.#keep(usesText(this.#counts));
    } finally {
      if (this.#next === null) this.#writing = null;
    }
  }
}

function usesText(counts: ReadonlyMap<string, number>): string {
  return `${JSON.stringify({ version: 1, uses: Object.fromEntries([...counts].sort()) })}\n`;
}

/** Reads what `Uses` kept. Anything else is refused: counts that were lost would grant again what was used up. */
export function readUses(text: string): ReadUses {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const { version, uses } = (value ?? {}) as { version?: unknown; uses?: unknown };
  const counts = Object.entries(typeof uses === 'object' && uses !== null ? uses : { '': null });
  const isForm = counts.every(
    ([key, count]) => /^[0-9a-f]{64}$/.test(key) && Number.isSafeInteger(count) && count > 0,
  );
  if (version !== 1 || !isForm) return { ok: false, problem: 'it is no list of uses' };
  return { ok: true, counts: new Map(counts as [string, number][]) };
}
