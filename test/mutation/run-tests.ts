import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A mutant that runs so long runs for ever, and is found out by that. */
const LONGEST_MS = 150_000;
/** The exit code of what was stopped from the keyboard. */
const STOPPED = 130;
/** Accesses of the fuzzed difference; a mistake shows soon. */
const ACCESSES = '12000';

/** Runs tests in a folder, until the first fails. */
export function runTests(folder: string, tests: readonly string[]): Promise<'passed' | 'failed'> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--bail=1', '--reporter=dot', ...tests],
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
    const timer = setTimeout(stop, LONGEST_MS);
    process.once('SIGINT', stopAll).once('SIGTERM', stopAll);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stopAll).off('SIGTERM', stopAll);
      resolve(code === 0 ? 'passed' : 'failed');
    });
  });
}
