import { canonicalForm } from '../../../domain/diagram/canonical.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressEntry } from '../../../ir/egress.ts';
import { egressDiagram } from '../../../ir/egress-diagram.ts';
import { NONE } from '../../../ir/extent.ts';
import { Neighbours } from './neighbours.ts';

/** What would be left of some entries, by index; null where nothing is. */
export type Remains = ReadonlyMap<number, EgressEntry | null>;

/** What an entry, or a part of it, does for the whole. */
export type Worth =
  /** It matters, or too much would have to be compared to know. */
  | { readonly kind: 'needed' }
  /** Without it everything is decided as before; `by` is an entry that has a part in that. */
  | {
      readonly kind: 'idle';
      readonly why: 'granted' | 'denied';
      readonly by: number;
      /** An access that the part speaks about and `by` decides. */
      readonly sample: EgressAccess;
    };
type Idle = Extract<Worth, { kind: 'idle' }>;

const NEEDED: Worth = { kind: 'needed' };
/** In states and nodes for one comparison; ordinary ones take some hundreds. */
const BUDGET = 60_000;
/** Entries that are compared at once; more around one host are no blueprint that a person reads. */
const MOST_NEIGHBOURS = 150;
/** Comparisons in one policy, each some milliseconds. */
const MOST_COMPARISONS = 3_000;

/**
 * Tries what an egress policy would be without one of its parts. What was found idle is left out of all later trials, so
 * that everything that was found can go together.
 */
export class Trial {
  readonly #current: (EgressEntry | null)[];
  readonly #neighbours: Neighbours;
  readonly #around = new Map<number, readonly number[]>();
  #comparisons = 0;

  constructor(entries: readonly EgressEntry[]) {
    this.#current = [...entries];
    this.#neighbours = new Neighbours(entries);
  }

  /** An entry as it is by now; null when it was left out. */
  entry(at: number): EgressEntry | null {
    return this.#current[at]!;
  }

  /**
   * Whether a permission can be left out.
   *
   * @param samples accesses that the part allows; they only save comparisons
   */
  permission(remains: Remains, samples: readonly EgressAccess[]): Worth {
    let found: Idle | null = null;
    for (const sample of samples) {
      const other = this.#deciderOf(sample, remains);
      if (other === null) return NEEDED;
      found ??= other;
    }
    if (found === null) return NEEDED;
    // What one other entry allows as well can go, whatever else there is: denials beat both.
    const alone = remains.has(found.by) ? [] : [found.by];
    const isIdle =
      (!this.#losesDenials(remains) && this.#meansTheSame(remains, alone, asCover)) ||
      this.#meansTheSame(remains, this.#others(remains), asCover);
    return isIdle ? found : NEEDED;
  }

  /** Whether a denial can be left out: nothing that it denies would be allowed without it. */
  denial(remains: Remains, sample: EgressAccess): Worth {
    const [at] = remains.keys();
    const around = [at!, ...this.#others(remains)].filter((one) => this.#current[one] !== null);
    const entries = (without: boolean) =>
      around.flatMap((one) => (without && remains.has(one) ? (remains.get(one) ?? []) : this.#current[one]!));
    const changes =
      decideEgress({ entries: entries(true) }, sample).verdict !==
      decideEgress({ entries: entries(false) }, sample).verdict;
    if (changes || !this.#meansTheSame(remains, this.#others(remains), itself)) return NEEDED;
    return { kind: 'idle', why: 'denied', by: at!, sample };
  }

  leaveOut(remains: Remains): void {
    for (const [at, entry] of remains) this.#current[at] = entry;
  }

  /** An entry that decides the access once the part is gone, by itself. */
  #deciderOf(sample: EgressAccess, remains: Remains): Idle | null {
    const own = [...remains].flatMap(([at, entry]) => (entry === null ? [] : [[at, entry] as const]));
    const others = this.#others(remains).map((at) => [at, asCover(this.#current[at]!)] as const);
    for (const [by, entry] of [...own, ...others]) {
      if (!mayConcern(entry, sample)) continue;
      const decision = decideEgress({ entries: [entry] }, sample);
      if (decision.verdict === 'allow') return { kind: 'idle', why: 'granted', by, sample };
      if (decision.why === 'denied') return { kind: 'idle', why: 'denied', by, sample };
    }
    // Its own denial goes with it; all that it allows may be denied by that.
    for (const at of remains.keys()) {
      const decision = decideEgress({ entries: [this.#current[at]!] }, sample);
      if (decision.verdict === 'deny' && decision.why === 'denied')
        return { kind: 'idle', why: 'denied', by: at, sample };
    }
    return null;
  }

  #losesDenials(remains: Remains): boolean {
    return [...remains].some(([at, entry]) => entry === null && this.#current[at]!.deny.length > 0);
  }

  #others(remains: Remains): number[] {
    const around = new Set<number>();
    for (const at of remains.keys()) for (const other of this.#neighboursOf(at)) around.add(other);
    return [...around].filter((at) => !remains.has(at) && this.#current[at] !== null);
  }

  #neighboursOf(at: number): readonly number[] {
    let around = this.#around.get(at);
    if (around === undefined) {
      around = this.#neighbours.of(at);
      this.#around.set(at, around);
    }
    return around;
  }

  /** Exact for the entries at hand; false as well when it would take too long. */
  #meansTheSame(
    remains: Remains,
    others: readonly number[],
    seenAs: (entry: EgressEntry) => EgressEntry,
  ): boolean {
    if (others.length > MOST_NEIGHBOURS || this.#comparisons >= MOST_COMPARISONS) return false;
    this.#comparisons++;
    const around = others.map((at) => seenAs(this.#current[at]!));
    const before = [...remains.keys()].map((at) => this.#current[at]!);
    const after = [...remains.values()].flatMap((entry) => entry ?? []);
    const [old, now] = [before, after].map((some) => {
      const built = egressDiagram({ entries: [...around, ...some] }, BUDGET);
      return built.ok ? canonicalForm(built.diagram) : null;
    });
    return old != null && now != null && Buffer.compare(old, now) === 0;
  }
}

function itself(entry: EgressEntry): EgressEntry {
  return entry;
}

/** An entry that may be used a limited number of times stands for nothing else: its permission can run out. */
function asCover(entry: EgressEntry): EgressEntry {
  const isLimited = (entry.grant.approval?.maxUses ?? null) !== null;
  return isLimited ? { ...entry, visibility: 'http', enforcement: 'enforce', allow: NONE } : entry;
}

/** Cheap and necessary: what begins otherwise than the access cannot decide it. */
function mayConcern(entry: EgressEntry, { binary, http, port }: EgressAccess): boolean {
  if (!entry.ports.some(({ low, high }) => low <= port && port <= high)) return false;
  if (entry.binaries.kind === 'only' && !entry.binaries.of.some(({ path }) => begins(path.text, binary))) {
    return false;
  }
  if (http === null || entry.visibility === 'opaque' || entry.allow.kind !== 'only') return true;
  if (entry.enforcement === 'audit') return true;
  return [...entry.allow.of, ...entry.deny].some(
    ({ path }) => path.kind !== 'only' || begins(path.of.text, http.path),
  );
}

function begins(pattern: string, value: string): boolean {
  const wildcard = pattern.search(/[*?]/);
  return wildcard === -1 ? pattern === value : value.startsWith(pattern.slice(0, wildcard));
}
