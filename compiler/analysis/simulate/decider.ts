import { createHash } from 'node:crypto';
import type { Access } from '../../ir/access.ts';
import { accessForm } from '../../ir/audit-event/access-form.ts';
import { decide } from '../../ir/decide.ts';
import type { Decision } from '../../ir/decision.ts';
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
 * `decide`, remembered: an agent asks for the same things again and again. Time matters only where a grant ends, so one
 * answer holds from one end of a grant to the next.
 */
export class Decider {
  readonly #policy: Policy;
  readonly #ends: readonly number[];
  readonly #known = new Map<string, Decision>();

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#ends = policy.egress.entries
      .flatMap(({ grant }) => (grant.approval?.expiresAt == null ? [] : [grant.approval.expiresAt]))
      .sort((a, b) => a - b);
  }

  /** @param name that of `accessKey` */
  decide(access: Access, name: string): Decision {
    const key = `${this.period(access)} ${name}`;
    let decision = this.#known.get(key);
    if (decision === undefined) {
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      decision = decide(this.#policy, access);
      this.#known.set(key, decision);
    }
    return decision;
  }

  /** How many grants have ended at the time of the access. */
  private period(access: Access): number {
    if (access.facet !== 'egress') return 0;
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! <= access.at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
