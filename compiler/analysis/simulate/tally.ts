import type { Access } from '../../ir/access.ts';
import { accessForm } from '../../ir/audit-event/access-form.ts';
import type { Decision } from '../../ir/decision.ts';
import type { Facet } from '../../ir/facet.ts';

/** How much of a log is kept in mind: so many distinct accesses, and so many bytes of them. */
export interface Bounds {
  readonly accesses: number;
  readonly bytes: number;
}

export const BOUNDS: Bounds = { accesses: 50_000, bytes: 64 * 1024 * 1024 };

/** `to-deny`: it was allowed and would be denied. `to-allow`: the other way round. */
export type Turn = 'to-deny' | 'to-allow';

/** One access that changes its verdict, and how often it happened; times are milliseconds since 1970 UTC. */
export interface ChangedAccess {
  readonly access: Access;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Accesses that change in the same way, by the same decision. */
export interface ChangeGroup {
  readonly turn: Turn;
  readonly facet: Facet;
  /** What they are about where no entry speaks of them, such as `example.com:443`; else null. */
  readonly subject: string | null;
  /** What decides now. */
  readonly decision: Decision;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** The most frequent first. */
  readonly accesses: readonly ChangedAccess[];
}

export interface TallyResult {
  /** How many of the accesses of the log change, each time counted. Exact, also beyond the bound. */
  readonly counts: Readonly<Record<Turn, number>>;
  /** What lets more through comes first, then by how often it happened. */
  readonly groups: readonly ChangeGroup[];
  /** How many of the changes are in no group, because there were more distinct ones than the bound. */
  readonly beyondBound: number;
}

interface Counted {
  readonly access: Access;
  readonly decision: Decision;
  count: number;
  first: number;
  last: number;
}

/** Counts accesses that change their verdict. Memory is bounded; what does not fit is counted all the same. */
export class Tally {
  readonly #bounds: Bounds;
  readonly #counted = new Map<string, Counted>();
  readonly #counts = { 'to-deny': 0, 'to-allow': 0 };
  #bytes = 0;
  #beyond = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * Notes an access whose verdict is now another one.
   *
   * @param name that of `accessKey`
   */
  add(access: Access, name: string, decision: Decision, time: number): void {
    this.#counts[turnOf(decision)]++;
    const key = `${deciderOf(decision)} ${name}`;
    const known = this.#counted.get(key);
    if (known !== undefined) {
      known.count++;
      known.first = Math.min(known.first, time);
      known.last = Math.max(known.last, time);
      return;
    }
    const size = JSON.stringify(accessForm(access)).length;
    if (this.#counted.size >= this.#bounds.accesses || this.#bytes + size > this.#bounds.bytes) {
      this.#beyond++;
      return;
    }
    this.#bytes += size;
    this.#counted.set(key, { access, decision, count: 1, first: time, last: time });
  }

  result(): TallyResult {
    const groups = new Map<string, Counted[]>();
    for (const one of this.#counted.values()) {
      const subject = subjectOf(one.access, one.decision);
      const key = JSON.stringify([one.access.facet, deciderOf(one.decision), subject]);
      const known = groups.get(key);
      if (known) known.push(one);
      else groups.set(key, [one]);
    }
    return {
      counts: { ...this.#counts },
      groups: [...groups.values()].map(groupOf).sort(inOrder),
      beyondBound: this.#beyond,
    };
  }
}

function groupOf(members: readonly Counted[]): ChangeGroup {
  const { access, decision } = members[0]!;
  let [count, first, last] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of members) {
    count += one.count;
    first = Math.min(first, one.first);
    last = Math.max(last, one.last);
  }
  const accesses = members
    .map(({ access: what, count: times, first: from, last: to }) => ({
      access: what,
      count: times,
      first: from,
      last: to,
    }))
    .sort((a, b) => b.count - a.count || a.first - b.first);
  return {
    turn: turnOf(decision),
    facet: access.facet,
    subject: subjectOf(access, decision),
    decision,
    count,
    first,
    last,
    accesses,
  };
}

function inOrder(a: ChangeGroup, b: ChangeGroup): number {
  if (a.turn !== b.turn) return a.turn === 'to-allow' ? -1 : 1;
  return b.count - a.count || a.first - b.first;
}

function turnOf({ verdict }: Decision): Turn {
  return verdict === 'allow' ? 'to-allow' : 'to-deny';
}

/** Where no entry tells accesses apart, what they are about does. */
function subjectOf(access: Access, { by }: Decision): string | null {
  if (by !== null) return null;
  if (access.facet === 'egress') return `${access.host}:${access.port}`;
  if (access.facet === 'syscalls') return access.name;
  return access.facet === 'inference' ? access.route : null;
}

function deciderOf(decision: Decision): string {
  const why = decision.verdict === 'allow' ? 'granted' : decision.why;
  return `${why} ${decision.by?.id ?? ''}`;
}
