import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { EgressCase, protocolsAsked } from '../../../compiler/ir/decide/egress.ts';
import type { EgressEntry, InnerProtocol } from '../../../compiler/ir/egress.ts';
import { egressConnection, egressRequest } from '../../../compiler/ir/egress-connection.ts';
import { type ConnectionHandle, DENIED, type EgressDecider } from '../../../compiler/ir/egress-decider.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import type { Grant, WrittenPlace } from '../../../compiler/ir/origin.ts';
import { isCounted, WhileNothingEnds } from './lasting.ts';
import { type Ruling, rulingOf } from './ruling.ts';
import type { Uses } from './uses.ts';

type Entry = EgressEntry<WrittenPlace>;
type Http = NonNullable<EgressAccess['http']>;

/** What a connection shows once its address is known. */
export type Reached = Pick<EgressAccess, 'host' | 'port' | 'binary' | 'sha256' | 'address'>;

/** One connection before the policy in force: the few entries of its host, and where it stands in the decider. */
export class Standing {
  readonly reached: Reached;
  /** Those that speak of the host. */
  readonly entries: readonly Entry[];
  readonly #decider: EgressDecider;
  readonly #uses: Uses;
  /** Null where the address is not known here, so that the decider cannot be asked. */
  readonly #handle: ConnectionHandle | null;
  readonly #case: EgressCase<WrittenPlace>;
  /** The same where the entries that only audit enforce; made when it is first asked for. */
  #enforced: EgressCase<WrittenPlace> | null = null;
  readonly #isCounted: boolean;
  readonly #stream: WhileNothingEnds<Ruling>;
  #isClosed: boolean | null = null;

  constructor(reached: Reached, entries: readonly Entry[], decider: EgressDecider, uses: Uses) {
    this.reached = reached;
    this.entries = entries;
    this.#decider = decider;
    this.#uses = uses;
    const connection = egressConnection(reached);
    this.#handle = connection === null ? null : decider.connect(connection);
    this.#case = new EgressCase(entries, reached);
    this.#isCounted = entries.some(isCounted);
    this.#stream = new WhileNothingEnds(entries, (at) => this.#findStream(at));
  }

  /** Whether no request on the connection can be allowed, at any time. */
  get isClosed(): boolean {
    if (this.#handle !== null) return this.#handle === DENIED;
    this.#isClosed ??= this.#case.decide(null, 0).by === null;
    return this.#isClosed;
  }

  /** A stream that nobody looks into. */
  stream(at: number): Ruling {
    return this.#stream.at(at);
  }

  #findStream(at: number): Ruling {
    const handle = this.#handle;
    return this.#ruling(null, at, handle === null ? null : () => this.#decider.stream(handle, at));
  }

  /** The protocols by which a request has to be read, whatever it asks for inside. */
  protocolsFor(http: Omit<Http, 'operations'>): readonly InnerProtocol[] {
    if (!this.entries.some(({ visibility }) => visibility !== 'http' && visibility !== 'opaque')) return [];
    return protocolsAsked({ entries: this.entries }, this.access({ ...http, operations: ALL }, 0));
  }

  request(http: Http, at: number): Ruling {
    return this.#request(http, at, this.#isCounted);
  }

  /** One message on what was allowed before: that its opening used up the grant does not count, and it takes no use itself. */
  message(http: Http, at: number): Ruling {
    return { ...this.#request(http, at, false), counted: null };
  }

  #request(http: Http, at: number, isCounted: boolean): Ruling {
    const handle = this.#handle;
    const request = egressRequest(http, at);
    const verdict = () => request !== null && this.#decider.request(handle!, request);
    return this.#ruling(http, at, handle === null ? null : verdict, isCounted);
  }

  /** The grant by which what goes on would be allowed anew; that it used that up itself does not count. Null where there is none. */
  allowing(http: Http | null, at: number): Grant<WrittenPlace> | null {
    const decision = this.#case.decide(http, at);
    return decision.verdict === 'allow' ? decision.by : null;
  }

  /** The access in full, as the log has it. */
  access(http: Http | null, at: number): EgressAccess {
    const { host, port, binary, sha256, address } = this.reached;
    return { facet: 'egress', host, port, binary, sha256, address, http, at };
  }

  /**
   * @param verdict of the decider; null where it cannot be asked. It knows nothing of used-up grants, so it is no match for
   * entries whose uses are counted.
   */
  #ruling(
    http: Http | null,
    at: number,
    verdict: (() => boolean) | null,
    countsUses = this.#isCounted,
  ): Ruling {
    const entries = countsUses
      ? this.entries.map((entry) => endedIfUsedUp(entry, this.#uses, at))
      : this.entries;
    const asked = countsUses ? new EgressCase(entries, this.reached) : this.#case;
    const decision = asked.decide(http, at);
    const isAllowed = decision.verdict === 'allow';
    if (verdict !== null && !countsUses && verdict() !== isAllowed) {
      throw new Error(`two forms of one policy disagree about ${this.reached.host}:${this.reached.port}`);
    }
    if (!isAllowed) return rulingOf(decision, entries, null);
    const allowing = entries.find(({ grant }) => grant === decision.by)!;
    return rulingOf(
      decision,
      entries,
      allowing,
      allowing.enforcement === 'audit' && !this.#isGranted(http, at),
    );
  }

  /** Whether the same is allowed when the entries that only audit enforce. */
  #isGranted(http: Http | null, at: number): boolean {
    this.#enforced ??= new EgressCase(
      this.entries.map((entry): Entry => ({ ...entry, enforcement: 'enforce' })),
      this.reached,
    );
    return this.#enforced.decide(http, at).verdict === 'allow';
  }
}

/** An entry that is used up is one that has ended, at the latest now: it allows nothing and still denies. */
export function endedIfUsedUp(entry: Entry, uses: Uses, at: number): Entry {
  if (!uses.isExhausted(entry)) return entry;
  const { grant } = entry;
  const approval = { ...grant.approval!, expiresAt: Math.min(at, grant.approval!.expiresAt ?? at) };
  return { ...entry, grant: { ...grant, approval } };
}
