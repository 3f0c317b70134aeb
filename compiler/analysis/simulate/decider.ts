import { createHash } from 'node:crypto';
import type { Access } from '../../ir/access.ts';
import { accessForm } from '../../ir/audit-event/access-form.ts';
import { decideAt } from '../../ir/decide-at.ts';
import type { Decision } from '../../ir/decision.ts';
import { grantsOf } from '../../ir/grants.ts';
import { endOf } from '../../ir/limits.ts';
import type { Policy } from '../../ir/policy.ts';

const MOST_REMEMBERED = 100_000;

/** The name of an access without its time: equal exactly for equal accesses, and short. */
export function accessKey(access: Access): string {
  const timeless = access.facet === 'egress' ? { ...access, at: 0 } : access;
  return createHash('sha256')
    .update(JSON.stringify(accessForm(timeless)))
    .digest('base64');
}

/**
 * `decideAt`, remembered: an agent asks for the same things again and again. Time matters only where a grant ends, so one
 * answer holds from one end of a grant to the next.
 */
export class Decider {
  readonly #policy: Policy;
  readonly #ends: readonly number[];
  readonly #known = new Map<string, Decision>();

  constructor(policy: Policy) {
    this.#policy = policy;
    const ends = grantsOf(policy).map(endOf).filter(Number.isFinite);
    this.#ends = [...new Set(ends)].sort((a, b) => a - b);
  }

  /**
   * @param name that of `accessKey`
   * @param time of the access, in milliseconds since 1970 UTC; one to the network says its own
   */
  decide(access: Access, name: string, time: number): Decision {
    const key = `${this.period(access.facet === 'egress' ? access.at : time)} ${name}`;
    let decision = this.#known.get(key);
    if (decision === undefined) {
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      decision = decideAt(this.#policy, access, time);
      this.#known.set(key, decision);
    }
    return decision;
  }

  /** How many ends of grants lie before or at a time. */
  private period(time: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
