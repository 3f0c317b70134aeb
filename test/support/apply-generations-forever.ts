import { GenerationStore } from '../../runtime/sandbox/generations/store.ts';
import { contentSaying } from './generations.ts';

/**
 * Applies two bundles in turn to the folder named on the command line, until it is killed; every third fails its probes and is
 * rolled back. Times go on from the one that is given.
 */
const folder = process.argv[2]!;
const contents = [contentSaying('one'), contentSaying('two')];
let at = Number(process.argv[3]);
process.stdout.write('started\n');
for (let round = 0; ; round++) {
  const opened = GenerationStore.open(folder);
  if (!opened.ok) throw new Error(opened.problem);
  const { store } = opened;
  const number = store.add(contents[round % 2]!);
  const problem = store.switchTo(number, { by: 'tester', at: at++, why: 'apply' });
  if (problem !== null) throw new Error(problem);
  const good = round % 3 === 2 ? store.lastGood() : null;
  if (good === null) store.settle('proved');
  else {
    const failure = store.switchTo(good, { by: 'tester', at: at++, why: 'probe-failed' }, 'failed');
    if (failure !== null) throw new Error(failure);
    store.settle('proved');
  }
  store.prune(2);
  store.close();
}
