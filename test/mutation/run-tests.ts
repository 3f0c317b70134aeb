import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A mutant that runs so long runs for ever, and is found out by that. */
const LONGEST_MS = 240_000;
/** Accesses of the fuzzed difference; a mistake shows soon. */
const ACCESSES = '6000';

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
        timeout: LONGEST_MS,
        killSignal: 'SIGKILL',
      },
    );
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 ? 'passed' : 'failed'));
  });
}
