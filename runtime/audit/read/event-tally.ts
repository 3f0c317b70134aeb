import { type AuditEvent, type DecisionEvent, verdictOf } from '../../../compiler/ir/audit-event/event.ts';

/** By what decisions can be counted. */
export const TALLY_KEYS = [
  'verdict',
  'why',
  'host',
  'binary',
  'method',
  'grant',
  'approver',
  'sandbox',
  'policy',
] as const;
export type TallyKey = (typeof TALLY_KEYS)[number];

/** Decisions that are the same in what was asked for. */
export interface TallyGroup {
  /** In the order of the keys; null where a decision has none. */
  readonly values: readonly (string | null)[];
  readonly count: number;
  /** Bytes, as far as the log has the ends of what was let through. */
  readonly sent: number;
  readonly received: number;
  /** Milliseconds since 1970 UTC. */
  readonly first: number;
  readonly last: number;
}

const MOST_GROUPS = 100_000;
const MOST_OPEN = 100_000;
type Group = { -readonly [Key in keyof TallyGroup]: TallyGroup[Key] };

/** Counts decisions by what they have in common. Memory is bounded; what does not fit is counted as such. */
export class EventTally {
  readonly #keys: readonly TallyKey[];
  readonly #groups = new Map<string, Group>();
  /** Of decisions that were let through and have not ended, by sequence; the oldest are forgotten first. */
  readonly #open = new Map<number, Group>();
  #beyond = 0;

  constructor(keys: readonly TallyKey[]) {
    this.#keys = keys;
  }

  /** @param isCounted whether it is one of the decisions that are asked for; ends are noted for those */
  add(event: AuditEvent, isCounted: boolean): void {
    const { what } = event;
    if (what.kind === 'end') this.addBytes(what);
    if (what.kind !== 'decision' || !isCounted) return;
    const values = this.#keys.map((key) => VALUES[key](what, event));
    const name = JSON.stringify(values);
    let group = this.#groups.get(name);
    if (group === undefined) {
      if (this.#groups.size >= MOST_GROUPS) {
        this.#beyond++;
        return;
      }
      group = { values, count: 0, sent: 0, received: 0, first: event.time, last: event.time };
      this.#groups.set(name, group);
    }
    group.count++;
    group.first = Math.min(group.first, event.time);
    group.last = Math.max(group.last, event.time);
    if (verdictOf(what.why) === 'allow') this.open(event.sequence, group);
  }

  private open(sequence: number, group: Group): void {
    if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
    this.#open.set(sequence, group);
  }

  private addBytes({ decision, sent, received }: { decision: number; sent: number; received: number }): void {
    const group = this.#open.get(decision);
    if (group === undefined) return;
    this.#open.delete(decision);
    group.sent += sent;
    group.received += received;
  }

  /** The most frequent first. `beyond` decisions are in no group. */
  result(): { readonly groups: readonly TallyGroup[]; readonly beyond: number } {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count || a.first - b.first);
    return { groups, beyond: this.#beyond };
  }
}

const VALUES: Readonly<Record<TallyKey, (what: DecisionEvent, event: AuditEvent) => string | null>> = {
  verdict: ({ why }) => verdictOf(why),
  why: ({ why }) => why,
  host: ({ access }) => (access.facet === 'egress' ? access.host : null),
  binary: ({ access, process }) => process?.binary ?? (access.facet === 'egress' ? access.binary : null),
  method: ({ access }) => (access.facet === 'egress' ? (access.http?.method ?? null) : null),
  grant: ({ grant }) => grant?.id ?? null,
  approver: ({ grant }) => grant?.approvedBy ?? null,
  sandbox: (_, { sandbox }) => sandbox,
  policy: ({ policy }) => policy,
};
