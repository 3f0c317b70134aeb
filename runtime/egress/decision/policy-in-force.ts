import { type Host, parseHost } from '../../../compiler/domain/host.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import { decideEgress } from '../../../compiler/ir/decide/egress.ts';
import { deniedBy } from '../../../compiler/ir/decision.ts';
import type { EgressEntry } from '../../../compiler/ir/egress.ts';
import { type EgressDecider, egressDecider } from '../../../compiler/ir/egress-decider.ts';
import { EgressIndex } from '../../../compiler/ir/egress-index.ts';
import type { EgressTable } from '../../../compiler/ir/egress-table/table.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { type Ruling, rulingOf } from './ruling.ts';
import { endedIfUsedUp, Standing } from './standing.ts';
import type { Uses } from './uses.ts';

/** What a connection shows before it is known where it leads. */
export type Asked = Pick<EgressAccess, 'host' | 'port' | 'binary' | 'sha256'>;

type Entry = EgressEntry<WrittenPlace>;

/** One egress table, ready to decide. Never changes; another table is another policy in force. */
export class PolicyInForce {
  readonly name: string;
  readonly digest: LineDigest;
  readonly #decider: EgressDecider;
  readonly #index: EgressIndex<WrittenPlace>;
  readonly #uses: Uses;

  private constructor(table: EgressTable, decider: EgressDecider, uses: Uses) {
    this.name = table.name;
    this.digest = table.policy;
    this.#decider = decider;
    this.#index = new EgressIndex(table.egress);
    this.#uses = uses;
  }

  /** Null where the table's patterns are too intricate to decide by; a compiler refuses those. */
  static from(table: EgressTable, uses: Uses): PolicyInForce | null {
    const made = egressDecider(table.egress);
    return made.ok ? new PolicyInForce(table, made.decider, uses) : null;
  }

  /** Whether an entry that speaks of the host wants a certain content of the executable. */
  pinsBinaries(host: Host): boolean {
    return this.#index.byHost
      .matching(host)
      .some(({ binaries }) => binaries.kind === 'only' && binaries.of.some(({ sha256 }) => sha256 !== null));
  }

  /**
   * Why nothing that the connection could do is allowed, whatever its address; null where something may be. Asked before
   * a name is resolved, so that a query outside is made for what is granted only.
   */
  refusedOutright(asked: Asked, at: number): Ruling | null {
    const host = parseHost(asked.host);
    const access = { ...asked, facet: 'egress', address: null, http: null, at } as const;
    const entries = host.ok ? this.#index.byHost.matching(host.host) : [];
    // An entry that is concerned at all stands behind the decision, whichever it is.
    const isConcerned = (entry: Entry) => decideEgress({ entries: [entry] }, access).by !== null;
    const concerned = entries.filter(isConcerned);
    if (concerned.length === 0)
      return rulingOf(decideEgress({ entries: [] as readonly Entry[] }, access), entries, null);
    if (concerned.some((entry) => !this.#hasEnded(entry, at))) return null;
    const ended = entries.map((entry) => endedIfUsedUp(entry, this.#uses, at));
    const by = ended[entries.indexOf(concerned[0]!)]!.grant;
    return rulingOf(deniedBy(by, 'expired'), ended, null);
  }

  /** What is decided on a connection to one address; null where a proxy outside resolves the name. */
  standing(asked: Asked, address: string | null): Standing {
    const host = parseHost(asked.host);
    const entries = host.ok ? this.#index.byHost.matching(host.host) : [];
    return new Standing({ ...asked, address }, entries, this.#decider, this.#uses);
  }

  #hasEnded(entry: Entry, at: number): boolean {
    const expiresAt = entry.grant.approval?.expiresAt ?? null;
    return (expiresAt !== null && at >= expiresAt) || this.#uses.isExhausted(entry);
  }
}
