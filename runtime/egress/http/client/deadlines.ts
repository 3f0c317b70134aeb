/** Something that is given up at a moment, which may be moved. */
export interface Expiring {
  /** Milliseconds since 1970 UTC; Infinity while it may take its time. */
  readonly deadline: number;
  expire(): void;
}

const TICK_MILLISECONDS = 1000;

/** Looks once a second who is late: thousands of connections cost no timer each, and moving a deadline costs nothing. */
export class Deadlines {
  readonly #all = new Set<Expiring>();
  #timer: NodeJS.Timeout | null = null;

  add(one: Expiring): void {
    this.#all.add(one);
    this.#timer ??= setInterval(() => this.expireUntil(Date.now()), TICK_MILLISECONDS).unref();
  }

  remove(one: Expiring): void {
    this.#all.delete(one);
    if (this.#all.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  expireUntil(now: number): void {
    for (const one of this.#all) if (one.deadline <= now) one.expire();
  }
}
