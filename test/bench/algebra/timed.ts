import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../table.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Milliseconds that the work keeps this thread on a processor, so that others on the machine do not count. What was left
 * before is cleared away first.
 */
export function processorTime(work: () => unknown): number {
  collectGarbage();
  const before = onProcessor();
  work();
  return onProcessor() - before;
}

/** Of the main thread, in milliseconds: the first number of its schedstat (Linux, Documentation/scheduler/sched-stats.rst). */
function onProcessor(): number {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** So many at once that what the kernel counts in, a few milliseconds, does not matter. */
const BATCH_OF_SMALL = 60;

/**
 * The median over rounds, each with policies of its own, so that nothing is known from an earlier one. Small work is done
 * many times over in a round.
 */
export function medianTime<T>(
  rounds: number,
  isSmall: boolean,
  prepare: (number: number) => T,
  work: (prepared: T) => unknown,
): number {
  const batch = isSmall ? BATCH_OF_SMALL : 1;
  return median(
    Array.from({ length: rounds }, (_, round) => {
      const prepared = Array.from({ length: batch }, (_, number) => prepare(round * batch + number));
      return (
        processorTime(() => {
          for (const one of prepared) work(one);
        }) / batch
      );
    }),
  );
}
