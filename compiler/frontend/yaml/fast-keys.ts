import type { YamlEntry } from './tree.ts';

const FEW = 8;

/** The keys of one mapping, to find a repeated one in time proportional to their number. */
export class SeenKeys {
  #many: Set<string> | null = null;

  /** Whether `key` is new to the entries so far. To be called before each entry is added. */
  isNew(key: string, entries: readonly YamlEntry[]): boolean {
    if (this.#many !== null) {
      const before = this.#many.size;
      return this.#many.add(key).size > before;
    }
    for (const entry of entries) if (entry.key === key) return false;
    if (entries.length >= FEW) {
      this.#many = new Set(entries.map((entry) => entry.key));
      this.#many.add(key);
    }
    return true;
  }
}
