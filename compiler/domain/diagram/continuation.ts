import { type Dimension, type DimensionSet, Numbering } from './dimension.ts';

/**
 * A set of roles as a mask: bit `r` is the role `r`. What a role means (granted, denied, granted by the old policy) is
 * the caller's affair.
 */
export type Roles = number;

export const MOST_ROLES = 16;
const ROLE_SPAN = 2 ** MOST_ROLES;
/** More sets than one dimension can have in memory; with as many continuations a key is still a whole number. */
const SET_SPAN = 2 ** 26;

/** One permission or denial: a set a dimension, null for all of it, and the roles that it gives what lies in all of them. */
export interface Entry {
  readonly sets: readonly (DimensionSet | null)[];
  readonly roles: Roles;
}

/** What is left of an entry at some dimension, as one number: its continuation and its roles. */
export type Live = number;

/** The number of a set among those of its dimension. */
export type SetNumber = number;

/** One set and what follows it in the next dimensions. The continuation 0 has nothing left to ask. */
interface Continuation {
  readonly set: SetNumber | null;
  readonly next: number;
  /** Whether all sets from here on are everything. */
  readonly isOpen: boolean;
}

/** The continuations of all entries, each kept once, so that entries which go on alike are told apart no more. */
export class Continuations {
  readonly #known: Continuation[] = [{ set: null, next: 0, isOpen: true }];
  /** Numbers of continuations by what follows and the set, as one number. */
  readonly #numbers = new Map<number, number>();
  readonly #dimensions: readonly Dimension[];
  /** By dimension. */
  readonly #sets: readonly Numbering<DimensionSet>[];
  readonly #setNumbers: readonly Map<DimensionSet, SetNumber>[];

  constructor(dimensions: readonly Dimension[]) {
    this.#dimensions = dimensions;
    this.#sets = dimensions.map(() => new Numbering());
    this.#setNumbers = dimensions.map(() => new Map());
  }

  /** What is left of an entry before the first dimension. */
  enter(entry: Entry): Live {
    if (entry.sets.length !== this.#dimensions.length)
      throw new RangeError('an entry needs one set a dimension');
    if (!Number.isInteger(entry.roles) || entry.roles < 1 || entry.roles >= ROLE_SPAN) {
      throw new RangeError(`roles are a mask of ${MOST_ROLES} bits with at least one set`);
    }
    let next = 0;
    for (let at = this.#dimensions.length - 1; at >= 0; at -= 1) {
      const set = this.#numberOf(at, entry.sets[at]!);
      next = this.#numberBefore(next, set);
    }
    return next * ROLE_SPAN + entry.roles;
  }

  #numberBefore(next: number, set: SetNumber | null): number {
    const key = next * SET_SPAN + (set === null ? 0 : set + 1);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#known.push({ set, next, isOpen: set === null && this.#known[next]!.isOpen }) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The entry's set in the dimension at hand; null when it is everything. */
  setOf(live: Live): SetNumber | null {
    return this.#of(live).set;
  }

  /** Whether the dimension at hand is left open by all entries. */
  askNothing(lives: readonly Live[]): boolean {
    return lives.every((live) => this.#of(live).set === null);
  }

  /** The set of a number. */
  setAt(dimension: number, set: SetNumber): DimensionSet {
    return this.#sets[dimension]!.items[set]!;
  }

  /** What is left once the entry's set in this dimension holds. */
  after(live: Live): Live {
    return this.#of(live).next * ROLE_SPAN + rolesOf(live);
  }

  /**
   * The same meaning in one form: sorted, each continuation once with all its roles, and no role that another entry
   * gives whatever follows or that is moot by what else holds.
   */
  settle(lives: readonly Live[], mootRoles?: (certain: Roles, possible: Roles) => Roles): Live[] {
    const sorted = [...lives].sort((left, right) => left - right);
    let certain = 0;
    let possible = 0;
    for (const live of sorted) {
      possible |= rolesOf(live);
      if (this.#of(live).isOpen) certain |= rolesOf(live);
    }
    const moot = mootRoles === undefined ? 0 : mootRoles(certain, possible);
    const settled: Live[] = [];
    for (const live of sorted) {
      const roles = rolesOf(live) & ~moot & ~(this.#of(live).isOpen ? 0 : certain);
      if (roles === 0) continue;
      const last = settled.at(-1);
      const continuation = continuationOf(live);
      if (last !== undefined && continuationOf(last) === continuation) {
        settled[settled.length - 1] = continuation * ROLE_SPAN + (rolesOf(last) | roles);
      } else {
        settled.push(continuation * ROLE_SPAN + roles);
      }
    }
    return settled;
  }

  /** Sets are often shared between entries, and long, so each is looked at once. */
  #numberOf(dimension: number, set: DimensionSet | null): SetNumber | null {
    if (set === null) return null;
    let number = this.#setNumbers[dimension]!.get(set);
    if (number === undefined) {
      number = this.#sets[dimension]!.numberOf(this.#dimensions[dimension]!.keyOf(set), () => set);
      this.#setNumbers[dimension]!.set(set, number);
    }
    return number;
  }

  #of(live: Live): Continuation {
    return this.#known[continuationOf(live)]!;
  }
}

export function rolesOf(live: Live): Roles {
  return live % ROLE_SPAN;
}

function continuationOf(live: Live): number {
  return Math.trunc(live / ROLE_SPAN);
}
