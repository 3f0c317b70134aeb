import { type Automaton, DEAD } from './automaton.ts';

/**
 * The automaton with the fewest states that gives every value the same output. Partition refinement: states start out
 * grouped by output and are split by where they lead until nothing splits. Only states that lead into a split group are
 * looked at again, and the largest part keeps its number, so a state is looked at O(log n) times for each way out of it.
 */
export function minimise(automaton: Automaton): Automaton {
  const { rows, outputs } = automaton;
  const groups = refine(automaton);
  const members: number[] = [DEAD];
  const numbers: number[] = [];
  numbers[groups[DEAD]!] = DEAD;
  for (let state = 0; state < groups.length; state += 1) {
    if (numbers[groups[state]!] === undefined) numbers[groups[state]!] = members.push(state) - 1;
  }
  const numberOf = (state: number) => numbers[groups[state]!]!;
  return {
    ...automaton,
    start: numberOf(automaton.start),
    rows: members.map((state) => rows[state]!.map(numberOf)),
    outputs: members.map((state) => outputs[state]!),
  };
}

/** By state, the number of its group; two states share a group exactly when no text tells them apart. */
function refine(automaton: Automaton): Int32Array {
  const count = automaton.outputs.length;
  const partition = new Partition(automaton);
  const predecessors = predecessorsOf(automaton);
  const isPending = new Uint8Array(count).fill(1);
  let pending: number[] = Array.from({ length: count }, (_, state) => state);
  while (pending.length > 0) {
    for (const state of pending) isPending[state] = 0;
    const moved = partition.split(pending);
    const following: number[] = [];
    for (const state of moved) {
      for (let at = predecessors.from[state]!; at < predecessors.from[state + 1]!; at += 1) {
        const before = predecessors.states[at]!;
        if (isPending[before] === 1) continue;
        isPending[before] = 1;
        following.push(before);
      }
    }
    pending = following;
  }
  return partition.groups;
}

/** All states that lead into each state, as slices of one array. Letters that lead on alike mostly stand side by side. */
function predecessorsOf({ rows }: Automaton): { from: Int32Array; states: Int32Array } {
  const from = new Int32Array(rows.length + 1);
  for (const row of rows) {
    for (let letter = 0; letter < row.length; letter += 1) {
      if (letter === 0 || row[letter] !== row[letter - 1]) from[row[letter]! + 1]! += 1;
    }
  }
  for (let state = 0; state < rows.length; state += 1) from[state + 1]! += from[state]!;
  const fill = from.slice();
  const states = new Int32Array(from[rows.length]!);
  for (let state = 0; state < rows.length; state += 1) {
    const row = rows[state]!;
    for (let letter = 0; letter < row.length; letter += 1) {
      if (letter > 0 && row[letter] === row[letter - 1]) continue;
      states[fill[row[letter]!]!] = state;
      fill[row[letter]!]! += 1;
    }
  }
  return { from, states };
}

/** A group as a part of the order of all states. Those that are looked at stand at its beginning. */
interface Slice {
  first: number;
  end: number;
  looked: number;
}

/** The states, ordered by group, so that a group is a slice of one array and is split in place. */
class Partition {
  /** By state. */
  readonly groups: Int32Array;
  readonly #order: Int32Array;
  /** By state: its place in the order. */
  readonly #places: Int32Array;
  /** By group: where it begins and ends in the order. */
  readonly #slices: Slice[] = [];
  readonly #rows: Automaton['rows'];

  constructor({ rows, outputs }: Automaton) {
    this.#rows = rows;
    this.groups = new Int32Array(outputs.length);
    this.#order = new Int32Array(outputs.length);
    this.#places = new Int32Array(outputs.length);
    const byOutput = new Map<number, number[]>();
    for (let state = 0; state < outputs.length; state += 1) {
      const alike = byOutput.get(outputs[state]!);
      if (alike) alike.push(state);
      else byOutput.set(outputs[state]!, [state]);
    }
    let end = 0;
    for (const alike of byOutput.values()) {
      const group = this.#slices.push({ first: end, end: end + alike.length, looked: 0 }) - 1;
      for (const state of alike) {
        this.groups[state] = group;
        this.#put(state, end);
        end += 1;
      }
    }
  }

  /** Splits the groups of the given states by where they lead; returns the states whose group changed. */
  split(states: readonly number[]): number[] {
    const touched: Slice[] = [];
    for (const state of states) {
      const slice = this.#slices[this.groups[state]!]!;
      if (slice.end - slice.first === 1) continue;
      if (slice.looked === 0) touched.push(slice);
      this.#swap(state, slice.first + slice.looked);
      slice.looked += 1;
    }
    const parts: Slice[] = [];
    for (const slice of touched) this.#cut(slice, parts);
    // Groups are renumbered only now: every signature above was taken under one and the same partition.
    const moved: number[] = [];
    for (const part of parts) {
      const group = this.#slices.push(part) - 1;
      for (let at = part.first; at < part.end; at += 1) {
        const state = this.#order[at]!;
        this.groups[state] = group;
        moved.push(state);
      }
    }
    return moved;
  }

  /**
   * Cuts off what leads elsewhere; the largest part stays the group. States that were not looked at lead to the same groups
   * as each other, so one of them speaks for all.
   */
  #cut(slice: Slice, parts: Slice[]): void {
    const { first, looked } = slice;
    slice.looked = 0;
    const usual = this.#order[first + looked === slice.end ? first : first + looked]!;
    const apart: number[] = [];
    for (let at = first; at < first + looked; at += 1) {
      const state = this.#order[at]!;
      if (!this.#leadAlike(usual, state)) apart.push(state);
    }
    const made = parts.length;
    for (const alike of this.#alike(apart)) {
      const end = slice.end;
      for (const state of alike) {
        slice.end -= 1;
        this.#swap(state, slice.end);
      }
      parts.push({ first: slice.end, end, looked: 0 });
    }
    for (const part of parts.slice(made)) if (lengthOf(part) > lengthOf(slice)) exchange(part, slice);
  }

  /** States that lead alike, together. */
  #alike(states: readonly number[]): readonly (readonly number[])[] {
    if (states.length < 2) return states.length === 0 ? [] : [states];
    const parts: number[][] = [];
    const byHash = new Map<number, number[][]>();
    for (const state of states) {
      const hash = this.#hash(state);
      const candidates = byHash.get(hash) ?? [];
      const part = candidates.find((candidate) => this.#leadAlike(candidate[0]!, state));
      if (part !== undefined) {
        part.push(state);
        continue;
      }
      const made = [state];
      parts.push(made);
      candidates.push(made);
      byHash.set(hash, candidates);
    }
    return parts;
  }

  #hash(state: number): number {
    let hash = 17;
    for (const to of this.#rows[state]!) {
      hash = Math.imul(hash ^ this.groups[to]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #leadAlike(left: number, right: number): boolean {
    const [one, other] = [this.#rows[left]!, this.#rows[right]!];
    for (let letter = 0; letter < one.length; letter += 1) {
      if (this.groups[one[letter]!] !== this.groups[other[letter]!]) return false;
    }
    return true;
  }

  /** Brings a state to a place of the order, and the one there to its own. */
  #swap(state: number, place: number): void {
    const other = this.#order[place]!;
    this.#put(other, this.#places[state]!);
    this.#put(state, place);
  }

  #put(state: number, place: number): void {
    this.#order[place] = state;
    this.#places[state] = place;
  }
}

function lengthOf({ first, end }: Slice): number {
  return end - first;
}

function exchange(part: Slice, slice: Slice): void {
  const { first, end } = part;
  part.first = slice.first;
  part.end = slice.end;
  slice.first = first;
  slice.end = end;
}
