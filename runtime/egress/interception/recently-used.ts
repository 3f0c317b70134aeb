/** A bounded map that forgets what was not asked for longest. */
export class RecentlyUsed<T> {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Takes out what would be forgotten next; undefined while there is room. */
  takeOldestOfFull(): T | undefined {
    if (this.#entries.size < this.#most) return undefined;
    const [key, value] = this.#entries.entries().next().value!;
    this.#entries.delete(key);
    return value;
  }
}
