import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Another name for each process; no reader takes it for a document. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}.unfinished`;
}

/** Takes away what killed processes have left of a file that they were about to replace. Throws the file system's own errors. */
export function removeUnfinished(path: string): void {
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(start)
      ? /^(\d+)\.unfinished$/.exec(name.slice(start.length))?.[1]
      : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, it lives all the same.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
