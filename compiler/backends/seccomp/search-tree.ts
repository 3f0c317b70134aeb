import type { Node, NodeStore } from './decision-graph.ts';

/** All values from `from` up to the next range's `from` lead to `target`. */
export interface Range {
  readonly from: number;
  readonly target: Node;
  /** How often these values are expected, compared with others; orders trees of equal size and depth. */
  readonly weight: number;
}

/** Longest run of single values that is tested one by one; longer runs are split, for the worst path's sake. */
const LONGEST_CHAIN = 6;
/** Above this many ranges the tree is first halved: the search below takes cubic time. */
const LARGEST_SEARCH = 240;

interface Plan {
  readonly size: number;
  readonly depth: number;
  readonly cost: number;
  readonly shape: Shape;
}
type Shape =
  | { readonly kind: 'leaf' }
  /** At least `from` of that range: the right plan; below: the left one. */
  | { readonly kind: 'split'; readonly at: number }
  /** These ranges are single values, tested in this order; everything else goes where `rest` goes. */
  | { readonly kind: 'chain'; readonly values: readonly number[]; readonly rest: number };

/**
 * The decision tree over the accumulator with the fewest branches, then the shortest longest path, then the least
 * expected work: a dynamic program over split points (as for optimal search trees; Knuth, TAOCP 6.2.2), where single
 * values that lie in one target are tested for equality instead, which saves a branch each.
 *
 * `ranges` ascend, the first starts at 0, the last reaches to 2^32 - 1.
 */
export function searchTree(nodes: NodeStore, ranges: readonly Range[]): Node {
  const merged = mergeNeighbours(ranges);
  if (merged.length > LARGEST_SEARCH) {
    const middle = merged.length >> 1;
    const above = merged.slice(middle);
    return nodes.branch(
      'at-least',
      above[0]!.from,
      searchTree(nodes, above),
      searchTree(nodes, merged.slice(0, middle)),
    );
  }
  return build(nodes, merged, planAll(merged), 0, merged.length - 1);
}

function mergeNeighbours(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last?.target === range.target) {
      merged[merged.length - 1] = { ...last, weight: last.weight + range.weight };
    } else merged.push(range);
  }
  return merged;
}

/** Best plans of all runs of ranges: `plans[first][last - first]`. */
function planAll(ranges: readonly Range[]): Plan[][] {
  const plans = ranges.map((range): Plan[] => [
    { size: 0, depth: range.target.depth, cost: 0, shape: { kind: 'leaf' } },
  ]);
  for (let length = 2; length <= ranges.length; length++) {
    for (let first = 0; first + length <= ranges.length; first++) {
      plans[first]!.push(bestPlan(ranges, plans, first, first + length - 1));
    }
  }
  return plans;
}

function bestPlan(ranges: readonly Range[], plans: readonly Plan[][], first: number, last: number): Plan {
  let weight = 0;
  for (let at = first; at <= last; at++) weight += ranges[at]!.weight;
  let best: Plan | null = null;
  for (let at = first + 1; at <= last; at++) {
    const left = plans[first]![at - 1 - first]!;
    const right = plans[at]![last - at]!;
    const size = left.size + right.size + 1;
    const depth = Math.max(left.depth, right.depth) + 1;
    const cost = left.cost + right.cost + weight;
    if (isBetter(size, depth, cost, best)) best = { size, depth, cost, shape: { kind: 'split', at } };
  }
  for (const rest of [first, first + 1]) {
    const chain = planChain(ranges, first, last, rest);
    if (chain !== null && isBetter(chain.size, chain.depth, chain.cost, best)) best = chain;
  }
  return best!;
}

function isBetter(size: number, depth: number, cost: number, best: Plan | null): boolean {
  if (best === null || size !== best.size) return best === null || size < best.size;
  return depth !== best.depth ? depth < best.depth : cost < best.cost;
}

/** A plan that tests every second range for equality; possible when those are single values in one target. */
function planChain(ranges: readonly Range[], first: number, last: number, rest: number): Plan | null {
  const values: number[] = [];
  for (let at = first; at <= last; at++) {
    if ((at - rest) % 2 === 0) {
      if (ranges[at]!.target !== ranges[rest]!.target) return null;
    } else {
      const next = ranges[at + 1];
      const single =
        next === undefined ? ranges[at]!.from === 0xffff_ffff : next.from === ranges[at]!.from + 1;
      if (!single || values.push(at) > LONGEST_CHAIN) return null;
    }
  }
  if (values.length === 0) return null;
  const depthOf = (at: number) => ranges[at]!.target.depth;
  values.sort((a, b) => depthOf(b) - depthOf(a) || ranges[b]!.weight - ranges[a]!.weight);
  let depth = depthOf(rest) + values.length;
  let cost = 0;
  let remaining = 0;
  for (let at = first; at <= last; at++) remaining += ranges[at]!.weight;
  for (const [order, at] of values.entries()) {
    depth = Math.max(depth, depthOf(at) + order + 1);
    cost += remaining;
    remaining -= ranges[at]!.weight;
  }
  return { size: values.length, depth, cost, shape: { kind: 'chain', values, rest } };
}

function build(
  nodes: NodeStore,
  ranges: readonly Range[],
  plans: readonly Plan[][],
  first: number,
  last: number,
): Node {
  const { shape } = plans[first]![last - first]!;
  switch (shape.kind) {
    case 'leaf':
      return ranges[first]!.target;
    case 'split': {
      const below = build(nodes, ranges, plans, first, shape.at - 1);
      const above = build(nodes, ranges, plans, shape.at, last);
      return nodes.branch('at-least', ranges[shape.at]!.from, above, below);
    }
    case 'chain':
      return shape.values.reduceRight(
        (otherwise, at) => nodes.branch('equal', ranges[at]!.from, ranges[at]!.target, otherwise),
        ranges[shape.rest]!.target,
      );
  }
}
