import { argumentGraph, type Clause } from './argument-graph.ts';
import { type Node, NodeStore } from './decision-graph.ts';
import { OFFSET_ARCHITECTURE, OFFSET_NUMBER } from './kernel.ts';
import { layOut } from './layout.ts';
import type { BpfProgram } from './program.ts';
import { type Range, searchTree } from './search-tree.ts';

/** What a program shall do, by call number. Actions are SECCOMP_RET_* with their data. */
export interface FilterRequest {
  /** AUDIT_ARCH_* that the numbers belong to. */
  readonly auditArchitecture: number;
  readonly wrongArchitecture: number;
  /** For each number its clauses; the first that holds decides. */
  readonly calls: ReadonlyMap<number, readonly Clause<number>[]>;
  /** For calls of which no clause holds. */
  readonly unmatched: number;
  /** For numbers that are not in `calls`, from each `from` up to the next; the first is 0, ascending. */
  readonly unlisted: readonly { readonly from: number; readonly action: number }[];
}

/** Clauses looked at for smaller argument tests before the plain ones have to do; some seconds of work. */
const MERGING_BUDGET = 2_000_000;
/** How often calls without clauses are expected, compared with calls that have some. */
const RARE = 0.05;

/**
 * Compiles a request to the smallest program we know: the architecture is checked, the number looked up in an
 * optimal search tree, the arguments tested in merged form. The program may be longer than the kernel takes;
 * `checkProgram` says so.
 */
export function generateProgram(request: FilterRequest): BpfProgram {
  const nodes = new NodeStore();
  const unmatched = nodes.return(request.unmatched);
  const budget = { left: MERGING_BUDGET };
  const listed = [...request.calls].map(([number, clauses]) => ({
    number,
    target: argumentGraph(
      nodes,
      clauses.map(({ tests, outcome }) => ({ tests, outcome: nodes.return(outcome) })),
      unmatched,
      budget,
    ),
    weight: clauses.length === 0 ? RARE : 1,
  }));
  const lookup = searchTree(nodes, numberRanges(nodes, request, listed));
  const check = nodes.branch(
    'equal',
    request.auditArchitecture,
    nodes.load(OFFSET_NUMBER, lookup),
    nodes.return(request.wrongArchitecture),
  );
  return layOut(nodes.load(OFFSET_ARCHITECTURE, check));
}

function numberRanges(
  nodes: NodeStore,
  { unlisted }: FilterRequest,
  listed: readonly { number: number; target: Node; weight: number }[],
): readonly Range[] {
  const ranges: Range[] = [];
  const numbers = [...listed].sort((a, b) => a.number - b.number);
  let at = 0;
  for (const [order, { from, action }] of unlisted.entries()) {
    const target = nodes.return(action);
    const end = unlisted[order + 1]?.from ?? 2 ** 32;
    let next = from;
    for (let call = numbers[at]; call !== undefined && call.number < end; call = numbers[++at]) {
      if (call.number > next) ranges.push({ from: next, target, weight: RARE });
      ranges.push({ from: call.number, target: call.target, weight: call.weight });
      next = call.number + 1;
    }
    if (next < end) ranges.push({ from: next, target, weight: RARE });
  }
  return ranges;
}
