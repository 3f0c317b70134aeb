import { parseHost } from '../../../compiler/domain/host.ts';
import { decideEgress } from '../../../compiler/ir/decide/egress.ts';
import { deniedBy } from '../../../compiler/ir/decision.ts';
import type { EgressEntry } from '../../../compiler/ir/egress.ts';
import type { EgressDecider } from '../../../compiler/ir/egress-decider.ts';
import type { EgressIndex } from '../../../compiler/ir/egress-index.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { WhileNothingEnds } from './lasting.ts';
import type { Asked } from './policy-in-force.ts';
import { type Ruling, rulingOf } from './ruling.ts';
import { endedIfUsedUp, Standing } from './standing.ts';
import type { Uses } from './uses.ts';

type Entry = EgressEntry<WrittenPlace>;

const MOST_STANDINGS = 64;

/** What a policy has to say about one program and one host and port, found once and used for every such connection. */
export class Concern {
  readonly #asked: Asked;
  readonly #entries: readonly Entry[];
  readonly #decider: EgressDecider;
  readonly #uses: Uses;
  readonly #standings = new Map<string | null, Standing>();
  readonly #outright: WhileNothingEnds<Ruling | null>;

  constructor(asked: Asked, index: EgressIndex<WrittenPlace>, decider: EgressDecider, uses: Uses) {
    this.#asked = asked;
    this.#decider = decider;
    this.#uses = uses;
    const host = parseHost(asked.host);
    this.#entries = host.ok ? index.byHost.matching(host.host) : [];
    this.#outright = new WhileNothingEnds(this.#entries, (at) => this.#findOutright(at));
  }

  /** Why nothing of it is allowed, whatever its address; null where something may be. */
  refusedOutright(at: number): Ruling | null {
    return this.#outright.at(at);
  }

  standing(address: string | null): Standing {
    let standing = this.#standings.get(address);
    if (standing === undefined) {
      if (this.#standings.size >= MOST_STANDINGS) this.#standings.clear();
      standing = new Standing({ ...this.#asked, address }, this.#entries, this.#decider, this.#uses);
      this.#standings.set(address, standing);
    }
    return standing;
  }

  #findOutright(at: number): Ruling | null {
    const entries = this.#entries;
    const access = { ...this.#asked, facet: 'egress', address: null, http: null, at } as const;
    // An entry that is concerned at all stands behind the decision, whichever it is.
    const isConcerned = (entry: Entry) => decideEgress({ entries: [entry] }, access).by !== null;
    const concerned = entries.filter(isConcerned);
    const [first] = concerned;
    if (first === undefined) {
      return rulingOf(decideEgress({ entries: [] as readonly Entry[] }, access), entries, null);
    }
    if (concerned.some((entry) => !this.#hasEnded(entry, at))) return null;
    const ended = entries.map((entry) => endedIfUsedUp(entry, this.#uses, at));
    return rulingOf(deniedBy(ended[entries.indexOf(first)]!.grant, 'expired'), ended, null);
  }

  #hasEnded(entry: Entry, at: number): boolean {
    const expiresAt = entry.grant.approval?.expiresAt ?? null;
    return (expiresAt !== null && at >= expiresAt) || this.#uses.isExhausted(entry);
  }
}
