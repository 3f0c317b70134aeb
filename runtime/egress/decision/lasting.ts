import type { EgressEntry } from '../../../compiler/ir/egress.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';

type Entries = readonly EgressEntry<WrittenPlace>[];

/** Whether uses of an entry are counted, so that an answer may change by every decision. */
export function isCounted({ grant }: EgressEntry<WrittenPlace>): boolean {
  return (grant.approval?.maxUses ?? null) !== null;
}

/**
 * An answer that depends on the time only because grants end. It is found anew after each end, and each time where uses are
 * counted or the clock went back.
 */
export class WhileNothingEnds<T> {
  readonly #find: (at: number) => T;
  readonly #ends: readonly number[];
  readonly #mayLast: boolean;
  #answer: T | undefined;
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;

  constructor(entries: Entries, find: (at: number) => T) {
    this.#find = find;
    this.#mayLast = !entries.some(isCounted);
    this.#ends = entries.flatMap(({ grant }) => grant.approval?.expiresAt ?? []);
  }

  /** @param at milliseconds since 1970 UTC */
  at(at: number): T {
    if (at >= this.#from && at < this.#until) return this.#answer as T;
    const answer = this.#find(at);
    if (this.#mayLast) {
      this.#answer = answer;
      this.#from = at;
      this.#until = Math.min(...this.#ends.filter((end) => end > at));
    }
    return answer;
  }
}
