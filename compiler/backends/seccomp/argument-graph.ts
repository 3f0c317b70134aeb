import type { ArgumentTest } from '../../domain/syscalls/filter.ts';
import { ClauseMerger, type MergingBudget } from './clause-merger.ts';
import { graphSize, type Node, type NodeStore } from './decision-graph.ts';
import { allOf, wordTests } from './word-constraint.ts';

/** What happens when all tests hold. */
export interface Clause<Outcome> {
  readonly tests: readonly ArgumentTest[];
  readonly outcome: Outcome;
}

/** With more arguments than this, orders of testing them are not all tried. */
const MOST_PERMUTED = 3;

/**
 * The smallest graph we know for a list of clauses of which the first that holds decides, and `otherwise` where none
 * does. Merged forms test each word of each argument at most once on a path, in any order of the arguments; the
 * plain form goes through the clauses one by one and is linear in their number.
 */
export function argumentGraph(
  nodes: NodeStore,
  clauses: readonly Clause<Node>[],
  otherwise: Node,
  budget: MergingBudget,
): Node {
  let best = clauses.reduceRight((rest, clause) => oneByOne(nodes, clause, rest), otherwise);
  if (clauses.length < 2) return best;
  for (const order of argumentOrders(clauses)) {
    const merged = merge(nodes, clauses, otherwise, order, budget);
    if (merged !== null && isSmaller(merged, best)) best = merged;
  }
  return best;
}

/** A single clause takes one decision a word, so it always fits. */
function oneByOne(nodes: NodeStore, clause: Clause<Node>, rest: Node): Node {
  const unlimited = { left: Number.POSITIVE_INFINITY };
  return merge(nodes, [clause], rest, testedArguments([clause]), unlimited) ?? rest;
}

function isSmaller(one: Node, other: Node): boolean {
  const difference = graphSize(one) - graphSize(other);
  return difference < 0 || (difference === 0 && one.depth < other.depth);
}

function merge(
  nodes: NodeStore,
  clauses: readonly Clause<Node>[],
  otherwise: Node,
  order: readonly number[],
  budget: MergingBudget,
): Node | null {
  const open = clauses.map(({ tests, outcome }) => ({ tests: allOf(tests.map(wordTests)), outcome }));
  return new ClauseMerger(nodes, otherwise, order).merge(open, budget);
}

/** Arguments that the clauses test, those tested by most clauses first. */
function testedArguments(clauses: readonly Clause<Node>[]): readonly number[] {
  const uses = new Map<number, number>();
  for (const { tests } of clauses) {
    for (const index of new Set(tests.map((test) => test.index))) uses.set(index, (uses.get(index) ?? 0) + 1);
  }
  return [...uses].sort(([a, usesOfA], [b, usesOfB]) => usesOfB - usesOfA || a - b).map(([index]) => index);
}

function argumentOrders(clauses: readonly Clause<Node>[]): readonly (readonly number[])[] {
  const tested = testedArguments(clauses);
  return tested.length <= MOST_PERMUTED ? permutations(tested) : [tested];
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
