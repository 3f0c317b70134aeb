import { type Automaton, NO_OUTPUT } from './automaton.ts';
import type { IntList } from './int-list.ts';

/**
 * Where a flat automaton goes on: 0 and up is the place of a state, below 0 the output that all values from here on
 * have (`-1 - output`), or NOWHERE.
 */
export type FlatPlace = number;

/** No value leads here. */
const NOWHERE: FlatPlace = -(2 ** 31);

/** A state: the output where a value ends, the usual next place, then edges: first and last code point, next place. */
const END = 0;
const USUAL = 1;
const EDGES = 2;
const FIRST_EDGE = 3;
const EDGE = 3;
/** From so many edges on, halving is sooner than looking at one after the other. */
const MANY = 8;

/**
 * Lays an automaton out for values of its language alone. Behind a state from which all values have one output nothing
 * is read any more, so most patterns are decided by the beginning of a value.
 *
 * @returns where `runFlat` starts
 */
export function flatten(automaton: Automaton, code: IntList): FlatPlace {
  const decided = decidedOutputs(automaton);
  const places = new Map<number, number>();
  const order: number[] = [];
  const patches: { readonly at: number; readonly state: number }[] = [];
  const runs = automaton.alphabet.runs();
  const write = (state: number): void => {
    const output = decided[state]!;
    if (output === UNDECIDED) {
      if (!places.has(state)) {
        places.set(state, -1);
        order.push(state);
      }
      patches.push({ at: code.length, state });
    }
    code.push(placeOf(output));
  };
  const start = decided[automaton.start]!;
  if (start !== UNDECIDED) return placeOf(start);
  places.set(automaton.start, -1);
  order.push(automaton.start);
  for (const state of order) {
    places.set(state, code.length);
    const row = automaton.rows[state]!;
    const { usual, edges } = edgesOf(runs, row, decided);
    code.push(automaton.outputs[state]!);
    write(usual);
    code.push(edges.length);
    for (const { low, high, to } of edges) {
      code.pushAll([low, high]);
      write(to);
    }
  }
  for (const { at, state } of patches) code.set(at, places.get(state)!);
  return places.get(automaton.start)!;
}

/** The output of a value of the language, as `run` gives it. */
export function runFlat(code: Int32Array, from: FlatPlace, value: string, isReversed: boolean): number {
  let place = from;
  if (isReversed) {
    for (let at = value.length - 1; at >= 0 && place >= 0; at -= 1) {
      let codePoint = value.charCodeAt(at);
      if ((codePoint & 0xfc00) === 0xdc00 && at > 0) codePoint = value.codePointAt(at - 1)!;
      if (codePoint > 0xffff) at -= 1;
      place = step(code, place, codePoint);
    }
  } else {
    for (let at = 0; at < value.length && place >= 0; at += 1) {
      let codePoint = value.charCodeAt(at);
      if ((codePoint & 0xfc00) === 0xd800) codePoint = value.codePointAt(at)!;
      if (codePoint > 0xffff) at += 1;
      place = step(code, place, codePoint);
    }
  }
  if (place >= 0) return code[place + END]!;
  return place === NOWHERE ? NO_OUTPUT : -1 - place;
}

function step(code: Int32Array, place: number, codePoint: number): FlatPlace {
  const count = code[place + EDGES]!;
  let edge = place + FIRST_EDGE;
  const end = edge + count * EDGE;
  if (count >= MANY) edge += EDGE * lastBefore(code, edge, count, codePoint);
  for (; edge < end && code[edge]! <= codePoint; edge += EDGE) {
    if (codePoint <= code[edge + 1]!) return code[edge + 2]!;
  }
  return code[place + USUAL]!;
}

/** The number of the last edge that begins at the code point or before; 0 when none does. */
function lastBefore(code: Int32Array, edges: number, count: number, codePoint: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (code[edges + middle * EDGE]! <= codePoint) low = middle;
    else high = middle - 1;
  }
  return low;
}

const UNDECIDED = -2;

function placeOf(output: number): FlatPlace {
  return output === NO_OUTPUT ? NOWHERE : -1 - output;
}

/** By state: the only output of all values from there on, NO_OUTPUT where there is none, UNDECIDED where there are more. */
function decidedOutputs({ rows, outputs }: Automaton): Int32Array {
  const decided = Int32Array.from(outputs);
  // Most ways lead to later states, so that a few rounds from behind settle all of them.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (let state = rows.length - 1; state >= 0; state -= 1) {
      const before = decided[state]!;
      let now = before;
      for (const to of rows[state]!) {
        const other = decided[to]!;
        if (now === UNDECIDED) break;
        if (other !== now && other !== NO_OUTPUT) now = now === NO_OUTPUT ? other : UNDECIDED;
      }
      if (now === before) continue;
      decided[state] = now;
      isChanged = true;
    }
  }
  return decided;
}

interface Edge {
  readonly low: number;
  readonly high: number;
  readonly to: number;
}

/** Ways by code points, without the most usual one. Ways to decided states are one when their outputs are. */
function edgesOf(
  runs: readonly (readonly [number, number])[],
  row: readonly number[],
  decided: Int32Array,
): { usual: number; edges: readonly Edge[] } {
  const isSame = (left: number, right: number) =>
    left === right || (decided[left] !== UNDECIDED && decided[left] === decided[right]);
  const ways: Edge[] = [];
  for (const [at, [low, letter]] of runs.entries()) {
    const to = row[letter]!;
    const high = (runs[at + 1]?.[0] ?? 0x110000) - 1;
    const last = ways.at(-1);
    if (last && isSame(last.to, to)) ways[ways.length - 1] = { ...last, high };
    else ways.push({ low, high, to });
  }
  const usual = usualWay(ways, isSame);
  return { usual, edges: ways.filter(({ to }) => !isSame(to, usual)) };
}

/** Where most ways lead, so that the fewest need an edge. */
function usualWay(ways: readonly Edge[], isSame: (left: number, right: number) => boolean): number {
  let best = ways[0]!.to;
  let most = 0;
  for (const { to } of ways) {
    const count = ways.filter((way) => isSame(way.to, to)).length;
    if (count > most) {
      best = to;
      most = count;
    }
  }
  return best;
}
