import type { Node, NodeStore } from './decision-graph.ts';
import { argumentOffset } from './kernel.ts';
import { type Range, searchTree } from './search-tree.ts';
import { allOf, lowWordTests, type WordTest, type WordTests } from './word-constraint.ts';

/** A clause of which some words are already known. */
export interface OpenClause {
  readonly tests: WordTests;
  readonly outcome: Node;
}

/**
 * How many more clauses merging may look at, over all calls of a program: merged forms can grow exponentially with
 * the arguments, and a hostile blueprint must not keep the compiler busy.
 */
export interface MergingBudget {
  left: number;
}

/** The most that one merged form may take from the budget. */
const MOST_FOR_ONE = 1_000_000;

/**
 * Decides a list of clauses word by word. At each word, its values are split into the classes that the clauses can
 * tell apart; what is left of the clauses in each class is decided next. Equal leftovers are decided once.
 */
export class ClauseMerger {
  readonly #nodes: NodeStore;
  readonly #otherwise: Node;
  readonly #order: readonly number[];
  readonly #decided = new Map<string, Node>();
  #left = 0;

  /** @param order the arguments in the order in which they are tested. */
  constructor(nodes: NodeStore, otherwise: Node, order: readonly number[]) {
    this.#nodes = nodes;
    this.#otherwise = otherwise;
    this.#order = order;
  }

  /** The graph, or null when it would take more than the budget has. */
  merge(clauses: readonly OpenClause[], budget: MergingBudget): Node | null {
    const allowance = Math.min(budget.left, MOST_FOR_ONE);
    this.#left = allowance;
    const root = this.#decide(clauses, null);
    budget.left -= allowance - Math.max(this.#left, 0);
    return this.#left < 0 ? null : root;
  }

  /** @param loaded the offset of the word in the accumulator, if one is. */
  #decide(clauses: readonly OpenClause[], loaded: number | null): Node {
    const open = this.#simplify(clauses);
    const first = open[0];
    if (first === undefined) return this.#otherwise;
    if (first.tests === true) return first.outcome;
    const content = `${loaded} ${open.map(clauseContent).join(';')}`;
    const known = this.#decided.get(content);
    if (known !== undefined) return known;
    const node = this.#decideWord(open, loaded);
    this.#decided.set(content, node);
    return node;
  }

  /** False when the budget is used up; whatever is returned from then on, `merge` throws away. */
  #spend(clauses: number): boolean {
    this.#left -= clauses;
    return this.#left >= 0;
  }

  /** Drops clauses that cannot hold, those behind one that always holds, and last ones that change nothing. */
  #simplify(clauses: readonly OpenClause[]): readonly OpenClause[] {
    const open: OpenClause[] = [];
    for (const clause of clauses) {
      if (clause.tests === false) continue;
      open.push(clause);
      if (clause.tests === true) break;
    }
    const end = open.at(-1);
    const fallback = end?.tests === true ? end.outcome : this.#otherwise;
    let length = open.length;
    while (length > 0 && open[length - 1]!.outcome === fallback) length--;
    if (fallback === this.#otherwise || length === open.length) return open.slice(0, length);
    return [...open.slice(0, length), { tests: true, outcome: fallback }];
  }

  #decideWord(clauses: readonly OpenClause[], loaded: number | null): Node {
    const word = this.#nextWord(clauses);
    const offset = argumentOffset(word.index, word.half);
    const here = pendingTests(clauses).filter((test) => isAt(test, word));
    const masked = here.find((test) => test.kind === 'masked');
    const node =
      masked === undefined
        ? this.#splitSpans(clauses, word, here, offset)
        : this.#splitMasked(clauses, word, here, masked.mask, offset);
    return loaded === offset ? node : this.#nodes.load(offset, node);
  }

  #nextWord(clauses: readonly OpenClause[]): WordTest {
    const rank = ({ index, half }: WordTest) => 2 * this.#order.indexOf(index) + (half === 'high' ? 0 : 1);
    return pendingTests(clauses).reduce((first, test) => (rank(test) < rank(first) ? test : first));
  }

  #splitSpans(
    clauses: readonly OpenClause[],
    word: WordTest,
    here: readonly WordTest[],
    offset: number,
  ): Node {
    const cuts = cutPoints(here);
    if (!this.#spend(cuts.length * clauses.length)) return this.#otherwise;
    const ranges = cuts.map((from): Range => {
      const value = BigInt(from);
      const left = resolve(clauses, word, (test) => {
        if (test.kind === 'wide') return lowWordTests(test.index, test.spans, value);
        return test.kind === 'spans' && test.spans.some(([low, high]) => low <= value && value <= high);
      });
      return { from, target: this.#decide(left, offset), weight: 1 };
    });
    return searchTree(this.#nodes, ranges);
  }

  /** Settles all tests under one mask at once; those under other masks stay. */
  #splitMasked(
    clauses: readonly OpenClause[],
    word: WordTest,
    here: readonly WordTest[],
    mask: number,
    offset: number,
  ): Node {
    const values = new Set<number>();
    for (const test of here) if (test.kind === 'masked' && test.mask === mask) values.add(test.value);
    if (!this.#spend((values.size + 1) * clauses.length)) return this.#otherwise;
    const leftWith = (value: number | null, loaded: number | null) => {
      const left = resolve(clauses, word, (test) =>
        test.kind === 'masked' && test.mask === mask ? test.value === value : [test],
      );
      return this.#decide(left, loaded);
    };
    const [only] = values;
    const isOneBit = (mask & (mask - 1)) === 0;
    if (values.size === 1 && (only === 0 || isOneBit)) {
      const met = leftWith(only!, offset);
      const unmet = leftWith(null, offset);
      return only === 0
        ? this.#nodes.branch('any-bit', mask, unmet, met)
        : this.#nodes.branch('any-bit', mask, met, unmet);
    }
    const unmet = leftWith(null, null);
    const ranges: Range[] = [];
    let next = 0;
    for (const value of [...values].sort((a, b) => a - b)) {
      if (value > next) ranges.push({ from: next, target: unmet, weight: 1 });
      ranges.push({ from: value, target: leftWith(value, null), weight: 1 });
      next = value + 1;
    }
    if (next <= 0xffff_ffff) ranges.push({ from: next, target: unmet, weight: 1 });
    return this.#nodes.mask(mask, searchTree(this.#nodes, ranges));
  }
}

function pendingTests(clauses: readonly OpenClause[]): readonly WordTest[] {
  return clauses.flatMap(({ tests }) => (typeof tests === 'boolean' ? [] : tests));
}

function isAt(test: WordTest, word: WordTest): boolean {
  return test.index === word.index && test.half === word.half;
}

/** The clauses with every test at a word replaced by what `answer` says is left of it. */
function resolve(
  clauses: readonly OpenClause[],
  word: WordTest,
  answer: (test: WordTest) => WordTests,
): readonly OpenClause[] {
  return clauses.map(({ tests, outcome }) => ({
    tests:
      typeof tests === 'boolean'
        ? tests
        : allOf(tests.map((test) => (isAt(test, word) ? answer(test) : [test]))),
    outcome,
  }));
}

/** First values of the classes of a word between which the tests cannot tell the difference. */
function cutPoints(tests: readonly WordTest[]): readonly number[] {
  const cuts = new Set([0]);
  const cut = (value: bigint) => {
    if (value <= 0xffff_ffffn) cuts.add(Number(value));
  };
  for (const test of tests) {
    if (test.kind === 'masked') continue;
    for (const [from, to] of test.spans) {
      if (test.kind === 'spans') {
        cut(from);
        cut(to + 1n);
        continue;
      }
      for (const high of [from >> 32n, to >> 32n]) {
        cut(high);
        cut(high + 1n);
      }
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

function clauseContent({ tests, outcome }: OpenClause): string {
  if (typeof tests === 'boolean') return `${tests}>${outcome.id}`;
  return `${tests.map(testContent).sort().join('&')}>${outcome.id}`;
}

function testContent(test: WordTest): string {
  const asked = test.kind === 'masked' ? `${test.mask}=${test.value}` : test.spans.join('|');
  return `${test.index}${test.half}${test.kind}${asked}`;
}
