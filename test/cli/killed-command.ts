import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { nemoclawProgram } from './nemoclaw.ts';

/**
 * Starts the command line as a process group of its own and kills all of it, whatever it has started too.
 *
 * @param when it settles, unless the command has ended before
 * @returns whether it was still at it
 */
export async function killedCommand(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  when: Promise<unknown>,
): Promise<boolean> {
  const child = spawn(process.execPath, [nemoclawProgram, ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
  });
  const closed = once(child, 'close');
  await Promise.race([when, closed]);
  const isOver = child.exitCode !== null;
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch (error) {
    // Everybody in the group has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await closed;
  return !isOver;
}
