import { createHash } from 'node:crypto';
import { egressDifference } from '../../compiler/analysis/difference/egress/changes.ts';
import { egressSubset } from '../../compiler/analysis/difference/egress/subset.ts';
import { canonicalForm } from '../../compiler/domain/diagram/canonical.ts';
import type { EgressPolicy } from '../../compiler/ir/egress.ts';
import { egressDiagram } from '../../compiler/ir/egress-diagram.ts';
import { policyOf, withChanges, writtenEntries } from './algebra/entries.ts';
import { medianTime } from './algebra/timed.ts';
import type { BenchTable, BenchVerdict } from './table.ts';

const ROUNDS = 7;

/** The most that each may take, in milliseconds, by the number of entries; null is no goal. */
const GOALS = {
  subset: { name: 'subset with witness', most: { 20: 5, 2000: 30, 20000: 400 } },
  difference: { name: 'difference with sets and words', most: { 20: null, 2000: 60, 20000: 2_000 } },
  digest: { name: 'canonical digest', most: { 20: null, 2000: 500, 20000: null } },
} as const;

const COUNTS = [20, 2_000, 20_000] as const;
const MOST_GROWTH = 15;

interface Pair {
  readonly old: EgressPolicy;
  readonly next: EgressPolicy;
}

type Question = keyof typeof GOALS;

const WORK: Readonly<Record<Question, (pair: Pair) => unknown>> = {
  subset: ({ old, next }) => egressSubset(next, old),
  difference: ({ old, next }) => egressDifference(old, next),
  digest: ({ old }) => digestOf(old),
};

/** Times the exact comparison of two policies of the network of which one entry in a hundred changed, and one's digest. */
export async function benchAlgebra(): Promise<BenchTable> {
  const times = Object.fromEntries(
    (Object.keys(GOALS) as Question[]).map((question) => [
      question,
      COUNTS.map((count) => timeOf(question, count)),
    ]),
  ) as Record<Question, (number | null)[]>;
  const growth = times.difference[2]! / times.difference[1]!;
  const rows = COUNTS.map((count, at) => {
    const cells = (Object.keys(GOALS) as Question[]).map((question) => rounded(times[question][at] ?? null));
    return [count, ...cells];
  });
  return {
    title: `Policies of the network with 1% of their entries changed (milliseconds of processor time, medians of ${ROUNDS})`,
    columns: ['entries', ...Object.values(GOALS).map(({ name }) => name)],
    rows,
    verdicts: [
      ...(Object.keys(GOALS) as Question[]).flatMap((question) => verdictsOf(question, times[question])),
      {
        figure: 'growth of the difference from 2,000 to 20,000 entries',
        target: `at most ${MOST_GROWTH} times`,
        measured: growth.toFixed(1),
        reached: growth <= MOST_GROWTH,
      },
    ],
  };
}

function timeOf(question: Question, count: number): number | null {
  // Nothing was promised of twenty thousand, and it takes a while.
  if (question === 'digest' && count > 2_000) return null;
  return medianTime(ROUNDS, count < 100, (number) => pairOf(count, number + 1), WORK[question]);
}

function pairOf(count: number, seed: number): Pair {
  const written = writtenEntries(count, seed);
  return { old: policyOf(written), next: policyOf(withChanges(written, seed)) };
}

function digestOf(egress: EgressPolicy): string {
  const built = egressDiagram(egress);
  if (!built.ok) throw new Error(`over budget in ${built.dimension}`);
  return createHash('sha256').update(canonicalForm(built.diagram)).digest('hex');
}

function verdictsOf(question: Question, times: readonly (number | null)[]): BenchVerdict[] {
  const { name, most } = GOALS[question];
  return COUNTS.flatMap((count, at) => {
    const goal = most[count];
    const time = times[at];
    if (goal === null || time === null || time === undefined) return [];
    return [
      {
        figure: `${name}, ${count.toLocaleString('en')} entries`,
        target: `at most ${goal} ms`,
        measured: `${rounded(time)} ms`,
        reached: time <= goal,
      },
    ];
  });
}

function rounded(time: number | null): number | string {
  return time === null ? '-' : Number(time.toPrecision(3));
}
