/**
 * What a construction may still spend, in states of ordinary size. Deciding about patterns is exponential in the worst case, so every
 * construction counts, and says so when it had to stop: an answer over budget is no answer.
 */
export class Budget {
  #left: number;

  constructor(states: number) {
    this.#left = states;
  }

  /** Takes from the budget; false, then and ever after, when there is not enough. */
  spend(states: number): boolean {
    this.#left = this.#left < states ? -1 : this.#left - states;
    return this.#left >= 0;
  }

  get exhausted(): boolean {
    return this.#left < 0;
  }
}

/** Enough for twenty thousand ordinary entries; hostile ones spend it in seconds and some hundred megabytes. */
export const DEFAULT_BUDGET = 400_000;
