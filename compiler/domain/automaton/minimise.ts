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

/** All ways into each state, as slices of one array. */
function predecessorsOf({ rows, alphabet }: Automaton): { from: Int32Array; states: Int32Array } {
  const from = new Int32Array(rows.length + 1);
  for (const row of rows) for (const to of row) from[to + 1]! += 1;
  for (let state = 0; state < rows.length; state += 1) from[state + 1]! += from[state]!;
  const fill = from.slice();
  const states = new Int32Array(rows.length * alphabet.size);
  for (let state = 0; state < rows.length; state += 1) {
    for (const to of rows[state]!) {
      states[fill[to]!] = state;
      fill[to]! += 1;
    }
  }
  return { from, states };
}

class Partition {
  /** By state. */
  readonly groups: Int32Array;
  /** By group. */
  readonly #members: number[][] = [];
  readonly #automaton: Automaton;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    this.groups = new Int32Array(automaton.outputs.length);
    const byOutput = new Map<number, number>();
    for (const [state, output] of automaton.outputs.entries()) {
      let group = byOutput.get(output);
      if (group === undefined) {
        group = this.#members.push([]) - 1;
        byOutput.set(output, group);
      }
      this.groups[state] = group;
      this.#members[group]!.push(state);
    }
  }

  /** Splits the groups of the given states by where they lead; returns the states whose group changed. */
  split(states: readonly number[]): number[] {
    const affected = new Map<number, number[]>();
    for (const state of states) {
      const group = this.groups[state]!;
      const listed = affected.get(group);
      if (listed) listed.push(state);
      else affected.set(group, [state]);
    }
    const parts: number[][] = [];
    for (const [group, looked] of affected) {
      const all = this.#members[group]!;
      if (all.length === 1) continue;
      const untouched = all.length > looked.length ? all.filter(notIn(looked)) : [];
      const split = this.#partsOf(looked, untouched);
      if (split.length === 1) continue;
      const largest = split.reduce((best, part) => (part.length > best.length ? part : best));
      this.#members[group] = largest;
      for (const part of split) if (part !== largest) parts.push(part);
    }
    // Groups are renumbered only now: every signature above was taken under one and the same partition.
    for (const part of parts) {
      const group = this.#members.push(part) - 1;
      for (const state of part) this.groups[state] = group;
    }
    return parts.flat();
  }

  /** The untouched states of a group lead to the same groups as each other, so one of them speaks for all. */
  #partsOf(looked: readonly number[], untouched: number[]): number[][] {
    const parts: number[][] = [];
    const byHash = new Map<number, number[][]>();
    const join = (state: number): number[] => {
      const hash = this.#hash(state);
      const candidates = byHash.get(hash) ?? [];
      let part = candidates.find((candidate) => this.#leadAlike(candidate[0]!, state));
      if (!part) {
        part = [];
        candidates.push(part);
        byHash.set(hash, candidates);
        parts.push(part);
      }
      part.push(state);
      return part;
    };
    if (untouched.length > 0) {
      const part = join(untouched[0]!);
      for (const state of untouched.slice(1)) part.push(state);
    }
    for (const state of looked) join(state);
    return parts;
  }

  #hash(state: number): number {
    let hash = 17;
    for (const to of this.#automaton.rows[state]!) {
      hash = Math.imul(hash ^ this.groups[to]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #leadAlike(left: number, right: number): boolean {
    const { rows } = this.#automaton;
    const [one, other] = [rows[left]!, rows[right]!];
    for (let letter = 0; letter < one.length; letter += 1) {
      if (this.groups[one[letter]!] !== this.groups[other[letter]!]) return false;
    }
    return true;
  }
}

function notIn(states: readonly number[]): (state: number) => boolean {
  const excluded = new Set(states);
  return (state) => !excluded.has(state);
}
