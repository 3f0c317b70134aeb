import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** `endless`: stopped, because it went on longer than it may. */
export type Outcome = 'passed' | 'failed' | 'endless';

/** The exit code of what was stopped from the keyboard. */
const STOPPED = 130;
/** Accesses of the fuzzed difference; a mistake shows soon. */
const ACCESSES = '12000';

/** Runs tests in a folder, until the first fails. @param longest in milliseconds */
export function runTests(folder: string, tests: readonly string[], longest: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        join(folder, 'node_modules/vitest/vitest.mjs'),
        ...['run', '--bail=1', '--reporter=dot'],
        // Else on a busy machine slowness would look like a mistake that was found.
        `--testTimeout=${longest}`,
        ...tests,
      ],
      {
        cwd: folder,
        env: { ...process.env, NEMOCLAW_FUZZ: ACCESSES },
        stdio: 'ignore',
        // A group of its own, so that those who run the tests end with it.
        detached: true,
      },
    );
    const stop = () => process.kill(-child.pid!, 'SIGKILL');
    const stopAll = () => {
      stop();
      process.exit(STOPPED);
    };
    let isEndless = false;
    const timer = setTimeout(() => {
      isEndless = true;
      stop();
    }, longest);
    process.once('SIGINT', stopAll).once('SIGTERM', stopAll);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stopAll).off('SIGTERM', stopAll);
      resolve(code === 0 ? 'passed' : isEndless ? 'endless' : 'failed');
    });
  });
}
