import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../table.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Milliseconds of processor time that the work takes, with what collects garbage and compiles beside it; so the figure is
 * no better than the time on a clock, and others on the machine do not count. What was left before is cleared away first.
 */
export function processorTime(work: () => unknown): number {
  collectGarbage();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The median over rounds, each with a pair of its own, so that nothing is known from an earlier one. */
export function medianTime<T>(
  rounds: number,
  prepare: (round: number) => T,
  work: (prepared: T) => unknown,
): number {
  return median(
    Array.from({ length: rounds }, (_, round) => {
      const prepared = prepare(round);
      return processorTime(() => work(prepared));
    }),
  );
}
