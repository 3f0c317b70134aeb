import type { Caller } from '../caller.ts';
import type { Asked, PolicyInForce } from '../decision/policy-in-force.ts';
import type { Standing } from '../decision/standing.ts';
import type { Destination } from '../dial/routes.ts';

/** One caller on the way to one destination, whose address was chosen and never changes again. */
export class Approach implements Destination {
  readonly caller: Caller;
  readonly asked: Asked;
  readonly address: string | null;
  #policy: PolicyInForce | null = null;
  #standing: Standing | null = null;

  constructor(caller: Caller, asked: Asked, address: string | null) {
    this.caller = caller;
    this.asked = asked;
    this.address = address;
  }

  get host(): string {
    return this.asked.host;
  }

  get port(): number {
    return this.asked.port;
  }

  /** Where it stands before a policy. */
  under(policy: PolicyInForce): Standing {
    if (this.#policy !== policy || this.#standing === null) {
      this.#policy = policy;
      this.#standing = policy.standing(this.asked, this.address);
    }
    return this.#standing;
  }
}
