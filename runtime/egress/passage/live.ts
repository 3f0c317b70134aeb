import type { PolicyInForce } from '../decision/policy-in-force.ts';

/** Something that was let through and goes on. */
export interface Live {
  /** Whether it would still be let through, by a policy or by none. */
  isPermitted(policy: PolicyInForce | null, at: number): boolean;
  /** Milliseconds since 1970 UTC at which its grant ends; null where it does not. */
  readonly endsAt: number | null;
  /** Called once a second; may cut itself for standing idle. */
  tick(): void;
  /** Ends it at once. */
  cut(): void;
}

/** All that goes on through one gateway, so that it ends when its permission does. */
export class LiveOnes {
  readonly #all = new Set<Live>();

  get size(): number {
    return this.#all.size;
  }

  add(live: Live): void {
    this.#all.add(live);
  }

  remove(live: Live): void {
    this.#all.delete(live);
  }

  /** Cuts what the policy does not let through. @returns how many */
  judge(policy: PolicyInForce | null, at: number): number {
    let cut = 0;
    for (const live of this.#all) {
      if (live.isPermitted(policy, at)) continue;
      cut += 1;
      this.#end(live);
    }
    return cut;
  }

  /** Cuts what has come to its end, and lets each look whether it stands idle. */
  tick(policy: PolicyInForce | null, at: number): void {
    for (const live of this.#all) {
      const isOver = live.endsAt !== null && at >= live.endsAt && !live.isPermitted(policy, at);
      if (isOver) this.#end(live);
      else live.tick();
    }
  }

  cutAll(): void {
    for (const live of this.#all) this.#end(live);
  }

  #end(live: Live): void {
    this.#all.delete(live);
    live.cut();
  }
}
