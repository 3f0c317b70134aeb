import { canonicalForm } from '../../../domain/diagram/canonical.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressEntry } from '../../../ir/egress.ts';
import { egressDiagram } from '../../../ir/egress-diagram.ts';
import { NONE } from '../../../ir/extent.ts';
import { areAllAtoms, sampleOfAtom, seenlyCovers } from './atoms.ts';
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
   * @param atoms what the part allows, one by one; the first ones where there are too many
   */
  permission(remains: Remains, atoms: readonly EgressEntry[]): Worth {
    let found: Idle | null = null;
    let isSeen = areAllAtoms(atoms) && !this.#losesDenials(remains);
    const deciders = new Set<number>();
    for (const atom of atoms) {
      const sample = sampleOfAtom(atom);
      const other = sample === null ? null : this.#deciderOf(sample, remains);
      if (other === null) return NEEDED;
      found ??= other;
      if (!remains.has(other.by)) deciders.add(other.by);
      const decider = remains.has(other.by) ? remains.get(other.by)! : asCover(this.#current[other.by]!);
      isSeen &&= other.why === 'granted' && decider !== null && seenlyCovers(decider, atom);
    }
    if (found === null || isSeen) return found ?? NEEDED;
    // What a few others allow as well can go, whatever else there is: denials beat them all.
    const isIdle =
      (!this.#losesDenials(remains) && this.#meansTheSame(remains, [...deciders], asCover)) ||
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
    for (const [at, entry] of remains) {
      const why = entry === null ? null : verdictOf(entry, sample);
      if (why !== null) return { kind: 'idle', why, by: at, sample };
    }
    for (const at of remains.keys()) {
      for (const by of this.#neighbours.of(at).candidates(sample)) {
        const entry = this.#current[by]!;
        if (entry === null || remains.has(by)) continue;
        const why = verdictOf(asCover(entry), sample);
        if (why !== null) return { kind: 'idle', why, by, sample };
      }
    }
    // Its own denial goes with it; all that it allows may be denied by that.
    for (const at of remains.keys()) {
      const whole = this.#current[at]!;
      const why = whole.deny.length === 0 ? null : verdictOf(whole, sample);
      if (why === 'denied') return { kind: 'idle', why, by: at, sample };
    }
    return null;
  }

  /** Denials hold for the programs and ports of their entry, so they shrink with these. */
  #losesDenials(remains: Remains): boolean {
    return [...remains].some(([at, entry]) => {
      const { deny, binaries, ports } = this.#current[at]!;
      return deny.length > 0 && (entry?.binaries !== binaries || entry.ports !== ports);
    });
  }

  #others(remains: Remains): number[] {
    const around = new Set<number>();
    for (const at of remains.keys()) for (const other of this.#neighbours.of(at).members) around.add(other);
    return [...around].filter((at) => !remains.has(at) && this.#current[at] !== null);
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

/** What one entry says of an access, if it is alone. */
export function verdictOf(entry: EgressEntry, access: EgressAccess): 'granted' | 'denied' | null {
  const decision = decideEgress({ entries: [entry] }, access);
  if (decision.verdict === 'allow') return 'granted';
  return decision.why === 'denied' ? 'denied' : null;
}
