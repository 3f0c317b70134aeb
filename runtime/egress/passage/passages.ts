import { parseHost } from '../../../compiler/domain/host.ts';
import type { Target } from '../arrival/target.ts';
import type { Caller } from '../caller.ts';
import type { Asked, PolicyInForce } from '../decision/policy-in-force.ts';
import type { Uses } from '../decision/uses.ts';
import { Verdicts } from '../decision/verdicts.ts';
import type { Routes } from '../dial/routes.ts';
import { failure } from '../failure.ts';
import type { AskedHttp } from '../http/request-gate.ts';
import type { Refusal } from '../refusal.ts';
import type { Scheme, Surroundings } from '../surroundings.ts';
import { Approach } from './approach.ts';
import { LiveOnes } from './live.ts';

/** What becomes of a caller who wants to reach a target. */
export type Passage =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A stream that nobody looks into; `sequence` is that of its decision. */
  | {
      readonly kind: 'stream';
      readonly approach: Approach;
      readonly sequence: number;
      readonly endsAt: number | null;
      /** Of the policy that decided; another may have come while it was written down. */
      readonly generation: number;
    }
  /** Each request is decided by itself. */
  | { readonly kind: 'requests'; readonly approach: Approach };

/** What is asked for where it is known already: a request, and how it is to be sent. */
export type AskedFor =
  | { readonly http: AskedHttp; readonly scheme: Scheme }
  | { readonly http: null; readonly scheme: null };

/** Decides who may go where under the policy in force, and holds what goes on under it. */
export class Passages {
  readonly surroundings: Surroundings;
  readonly routes: Routes;
  readonly verdicts: Verdicts;
  readonly live = new LiveOnes();
  /** Null where none could be loaded yet: then nothing is granted. */
  policy: PolicyInForce | null = null;
  /** Rises with each policy. */
  generation = 0;

  constructor(surroundings: Surroundings, routes: Routes, uses: Uses) {
    this.surroundings = surroundings;
    this.routes = routes;
    this.verdicts = new Verdicts(surroundings, uses);
  }

  /** Puts a policy in force. What it does not permit any more is cut. @returns how many were cut */
  replace(policy: PolicyInForce): number {
    this.policy = policy;
    this.generation += 1;
    return this.live.judge(policy, this.surroundings.now());
  }

  /** Decides about a connection as far as it shows before it carries anything. */
  async open(caller: Caller, target: Target): Promise<Passage> {
    const found = await this.approach(caller, target);
    if (!(found instanceof Approach)) return { kind: 'refused', refusal: found };
    const policy = this.policy;
    if (policy === null) return { kind: 'refused', refusal: await this.withoutPolicy(caller, target) };
    const at = this.surroundings.now();
    const { generation } = this;
    const standing = found.under(policy);
    const ruling = standing.stream(at);
    if (ruling.decision.verdict === 'deny' && !standing.isClosed)
      return { kind: 'requests', approach: found };
    const settled = await this.verdicts.settle(ruling, {
      access: standing.access(null, at),
      caller,
      policy,
      scheme: null,
    });
    if (!settled.allowed) return { kind: 'refused', refusal: settled.refusal };
    const endsAt = ruling.decision.by?.approval?.expiresAt ?? null;
    return { kind: 'stream', approach: found, sequence: settled.sequence, endsAt, generation };
  }

  /** The way to a target by the address that an entry allows, or why there is none; then that is written down. */
  async approach(
    caller: Caller,
    target: Target,
    { http, scheme }: AskedFor = { http: null, scheme: null },
  ): Promise<Approach | Refusal> {
    const { now } = this.surroundings;
    if (this.policy === null) return this.withoutPolicy(caller, target);
    const asked = await this.#asked(this.policy, caller, target);
    const policy = this.policy;
    const at = now();
    const outright = policy.refusedOutright(asked, at);
    if (outright !== null) {
      const standing = policy.standing(asked, null);
      const about = { access: standing.access(http, at), caller, policy, scheme };
      const settled = await this.verdicts.settle(outright, about);
      if (settled.allowed) throw new Error('what is refused outright was allowed');
      return settled.refusal;
    }
    const addresses = await this.routes.addressesOf(target.host, target.port);
    if (addresses[0] === undefined) return this.#unresolved(caller, target);
    const approaches = addresses.map((address) => new Approach(caller, asked, address));
    // The policy may have changed while the name was resolved.
    const current = this.policy ?? policy;
    return approaches.find((approach) => !approach.under(current).isClosed) ?? approaches[0]!;
  }

  async withoutPolicy(caller: Caller, { host, port }: Target): Promise<Refusal> {
    await this.verdicts.malformed('no policy is in force', `${host}:${port}`, caller);
    const why = 'no policy could be loaded, so nothing is granted';
    return failure(503, 'no-policy', why, 'load one: nemoclaw apply');
  }

  async #asked(policy: PolicyInForce, caller: Caller, { host, port }: Target): Promise<Asked> {
    const parsed = parseHost(host);
    const isPinned = parsed.ok && policy.pinsBinaries(parsed.host);
    const sha256 = isPinned ? await this.surroundings.digestOf(caller) : null;
    return { host, port, binary: caller.binary, sha256 };
  }

  async #unresolved(caller: Caller, { host, port }: Target): Promise<Refusal> {
    await this.verdicts.malformed('the name cannot be resolved', `${host}:${port}`, caller);
    return failure(502, 'unresolved', `the name \`${host}\` cannot be resolved outside of the sandbox`);
  }
}
