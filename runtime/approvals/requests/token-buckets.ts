/** How often something may happen: so many at once, and one more after each interval. */
export interface Rate {
  readonly burst: number;
  /** Milliseconds. */
  readonly interval: number;
}

interface Bucket {
  tokens: number;
  /** Milliseconds since 1970 UTC at which the tokens were counted. */
  at: number;
}

/** What all are counted under for whom there is no bucket of their own. */
const OTHERS = Symbol('others');

/** A token bucket for each name, in bounded memory: when there are too many names, the later ones share one. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #most: number;
  readonly #buckets = new Map<string | typeof OTHERS, Bucket>();

  /** @param most names with a bucket of their own */
  constructor(rate: Rate, most: number) {
    this.#rate = rate;
    this.#most = most;
  }

  /** Takes a token of a name, or says that there is none. */
  take(name: string, at: number): boolean {
    const bucket = this.#bucketOf(name, at);
    const { burst, interval } = this.#rate;
    // A clock that was put back gives nothing and takes nothing.
    const passed = Math.max(0, at - bucket.at);
    bucket.tokens = Math.min(burst, bucket.tokens + passed / interval);
    bucket.at = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #bucketOf(name: string, at: number): Bucket {
    const own = this.#buckets.get(name);
    if (own !== undefined) return own;
    if (this.#buckets.size >= this.#most) this.#forgetFull(at);
    const key = this.#buckets.size >= this.#most ? OTHERS : name;
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, at };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** A bucket that is full by now is as good as none. Looked for once in an interval, so that a flood does not pay for it. */
  #forgetFull(at: number): void {
    if (at - this.#lookedAt < this.#rate.interval) return;
    this.#lookedAt = at;
    const { burst, interval } = this.#rate;
    for (const [name, bucket] of this.#buckets) {
      if (bucket.tokens + (at - bucket.at) / interval >= burst) this.#buckets.delete(name);
    }
  }
  #lookedAt = Number.NEGATIVE_INFINITY;
}
