import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { RecordedGrant } from '../../../compiler/ir/audit-event/event.ts';
import type { Grant, WrittenPlace } from '../../../compiler/ir/origin.ts';
import type { Caller } from '../caller.ts';
import type { Refusal } from '../refusal.ts';
import type { Scheme, Surroundings, Written } from '../surroundings.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { Ruling } from './ruling.ts';
import type { Uses } from './uses.ts';

/** What was decided about, by whom it was asked, and under which policy. */
export interface Case {
  readonly access: EgressAccess;
  readonly caller: Caller;
  readonly policy: Pick<PolicyInForce, 'digest' | 'commit'>;
  /** How a request was to be sent; null for a stream. */
  readonly scheme: Scheme | null;
}

const MOST_QUOTED = 200;
const NO_CREDENTIALS: readonly string[] = [];

/** Writes down what was decided, before anybody acts on it. */
export class Verdicts {
  readonly #surroundings: Surroundings;
  readonly #uses: Uses;

  constructor(surroundings: Surroundings, uses: Uses) {
    this.#surroundings = surroundings;
    this.#uses = uses;
  }

  /**
   * Settles a ruling: resolves when it is durable. Must be called in the turn in which the ruling was made, because a use is
   * counted here. Rejects when it cannot be written down, and then it must not be acted on.
   *
   * @param credentials names of those that go along if it is allowed
   */
  async settle(
    ruling: Ruling,
    about: Case,
    credentials: readonly string[] = NO_CREDENTIALS,
  ): Promise<
    | { readonly allowed: true; readonly sequence: number }
    | { readonly allowed: false; readonly refusal: Refusal }
  > {
    const { decision, entries, counted } = ruling;
    if (decision.verdict === 'deny') {
      const { access, caller, scheme } = about;
      const policy = about.policy.digest;
      const refusal = this.#surroundings.refuse({ access, decision, entries, policy, caller, scheme });
      const { sequence, digest, durable } = this.#append(ruling, about, refusal.request);
      await durable;
      this.#surroundings.requested(refusal.request, { sequence, digest });
      return { allowed: false, refusal };
    }
    const kept = counted === null ? null : this.#uses.take(counted);
    if (kept !== null) await kept;
    const { sequence, durable } = this.#append(ruling, about, null, credentials);
    await durable;
    return { allowed: true, sequence };
  }

  /** Something asked that is no access at all. */
  async malformed(problem: string, asked: string | null, caller: Caller | null): Promise<void> {
    const { durable } = this.#surroundings.journal.append({
      kind: 'malformed',
      problem,
      asked: asked === null ? null : asked.slice(0, MOST_QUOTED),
      process: caller === null ? null : { pid: caller.pid, binary: caller.binary },
    });
    await durable;
  }

  /** What a decision let through is over. */
  ended(decision: number, sent: number, received: number): void {
    this.#surroundings.journal.note({ kind: 'end', decision, sent, received });
  }

  #append(
    { decision, why }: Ruling,
    about: Case,
    request: string | null,
    credentials: readonly string[] = NO_CREDENTIALS,
  ): Written {
    const { access, caller, policy } = about;
    const event = {
      kind: 'decision',
      policy: policy.digest,
      commit: policy.commit,
      access: this.#surroundings.recorded(access),
      why,
      grant: decision.by === null ? null : recordedGrant(decision.by),
      process: { pid: caller.pid, binary: caller.binary },
      request,
      credentials,
    } as const;
    return this.#surroundings.journal.append(event);
  }
}

const recorded = new WeakMap<Grant<WrittenPlace>, RecordedGrant>();

function recordedGrant(grant: Grant<WrittenPlace>): RecordedGrant {
  let written = recorded.get(grant);
  if (written === undefined) {
    const { id, origin, approval } = grant;
    const { file, line, column, trail } = origin;
    const { owner = null, approvedBy = null, ticket = null, request = null } = approval ?? {};
    written = { id, file, line, column, trail, owner, approvedBy, ticket, request };
    recorded.set(grant, written);
  }
  return written;
}
