import type { Host } from '../../../compiler/domain/host.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import type { CredentialUse } from '../../../compiler/ir/credential.ts';
import { type EgressDecider, egressDecider } from '../../../compiler/ir/egress-decider.ts';
import { EgressIndex } from '../../../compiler/ir/egress-index.ts';
import type { EgressTable } from '../../../compiler/ir/egress-table/table.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { Concern } from './concern.ts';
import type { Ruling } from './ruling.ts';
import type { Standing } from './standing.ts';
import type { Uses } from './uses.ts';

/** What a connection shows before it is known where it leads. */
export type Asked = Pick<EgressAccess, 'host' | 'port' | 'binary' | 'sha256'>;

const MOST_CONCERNS = 2_048;

/** One egress table, ready to decide. Never changes; another table is another policy in force. */
export class PolicyInForce {
  readonly name: string;
  readonly digest: LineDigest;
  /** The commit that the table is of; null where nobody vouches for one. */
  readonly commit: string | null;
  /** Where each credential may go. */
  readonly credentials: readonly CredentialUse<WrittenPlace>[];
  readonly #decider: EgressDecider;
  readonly #index: EgressIndex<WrittenPlace>;
  readonly #uses: Uses;
  /** Those that were asked about lately, the oldest first; so few, because anybody inside can ask about anything. */
  readonly #concerns = new Map<string, Concern>();

  private constructor(table: EgressTable, decider: EgressDecider, uses: Uses) {
    this.name = table.name;
    this.digest = table.policy;
    this.commit = table.commit;
    this.credentials = table.credentials;
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
    return this.#concern(asked).refusedOutright(at);
  }

  /** What is decided on a connection to one address; null where a proxy outside resolves the name. */
  standing(asked: Asked, address: string | null): Standing {
    return this.#concern(asked).standing(address);
  }

  #concern(asked: Asked): Concern {
    const { host, port, binary, sha256 } = asked;
    const key = `${host} ${port} ${sha256} ${binary}`;
    let concern = this.#concerns.get(key);
    if (concern === undefined) {
      concern = new Concern(asked, this.#index, this.#decider, this.#uses);
      this.#concerns.set(key, concern);
      if (this.#concerns.size > MOST_CONCERNS) this.#concerns.delete(this.#concerns.keys().next().value!);
    }
    return concern;
  }
}
