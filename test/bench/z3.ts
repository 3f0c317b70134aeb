import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { egressSubset } from '../../compiler/analysis/difference/egress/subset.ts';
import type { EgressPolicy } from '../../compiler/ir/egress.ts';
import { policyOf, withWiderPath, writtenEntries } from './algebra/entries.ts';
import { wideningScript } from './algebra/smt.ts';
import { medianTime } from './algebra/timed.ts';
import { type BenchTable, median } from './table.ts';

const ENTRIES = 20;
const QUESTIONS = 3;
const ROUNDS = 7;
const TIMEOUT_MS = 120_000;
const LEAST_RATIO = 500;

interface Row {
  readonly ours: string;
  readonly theirs: string;
  /** Milliseconds of processor time. */
  readonly took: number;
  readonly z3Took: number;
}

/** Asks z3 the subset question that the compiler answers: is there a request that the new policy alone allows? */
export async function benchZ3(): Promise<BenchTable> {
  const rows: Row[] = [];
  for (let seed = 1; seed <= QUESTIONS; seed += 1) rows.push(await askBoth(seed));
  const ratio = median(rows.map(({ took, z3Took }) => z3Took / took));
  const unlike = rows.filter(({ ours, theirs }) => ours !== theirs);
  return {
    title: `One path widened among ${ENTRIES} entries (milliseconds of processor time; ours medians of ${ROUNDS}, z3 once, stopped after ${TIMEOUT_MS / 1000} s)`,
    columns: ['policy', 'ours', 'answer', 'z3', 'answer of z3', 'times'],
    rows: rows.map(({ ours, theirs, took, z3Took }, at) => [
      at + 1,
      took.toFixed(2),
      ours,
      Math.round(z3Took),
      theirs,
      Math.round(z3Took / took),
    ]),
    verdicts: [
      {
        figure: 'times faster than z3, median',
        target: `at least ${LEAST_RATIO}`,
        measured: String(Math.round(ratio)),
        reached: ratio >= LEAST_RATIO,
      },
      {
        figure: 'answers unlike those of z3',
        target: 'none',
        measured: `${unlike.length} of ${rows.length}`,
        reached: unlike.length === 0,
      },
    ],
  };
}

async function askBoth(seed: number): Promise<Row> {
  const written = writtenEntries(ENTRIES, seed);
  const pair = () => ({ old: policyOf(written), next: policyOf(withWiderPath(written)) });
  const { old, next } = pair();
  const { isSubset } = egressSubset(next, old);
  const took = medianTime(ROUNDS, true, pair, (fresh) => egressSubset(fresh.next, fresh.old));
  const { z3Took, theirs } = await askZ3(old, next);
  return { ours: isSubset === 'no' ? 'widens' : isSubset, theirs, took, z3Took };
}

async function askZ3(old: EgressPolicy, next: EgressPolicy): Promise<{ z3Took: number; theirs: string }> {
  const child = spawn(process.execPath, [...process.execArgv, `${import.meta.dirname}/algebra/solve.ts`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Its own limit counts from when it begins to solve.
    timeout: TIMEOUT_MS * 2,
  });
  child.stdin.end(wideningScript(old, next, TIMEOUT_MS));
  const said = await text(child.stdout);
  if (said === '') throw new Error('z3 was stopped before it said anything');
  const { processor, said: answer } = JSON.parse(said) as { processor: number; said: string };
  const word = answer.trim().split('\n')[0] ?? '';
  return { z3Took: processor, theirs: { sat: 'widens', unsat: 'yes' }[word] ?? word };
}
