import { readFileSync } from 'node:fs';

const INTERVAL_MS = 50;

/**
 * Watches the mounts of a running sandbox. Whoever replaces or removes a mounted path on the host (an editor that saves
 * by renaming does) takes the mount out of the sandbox, and with it the read-only or the hiding, without a word from
 * the kernel.
 *
 * @param pid a process in the sandbox's mount namespace whose mounts are complete
 * @param onLost called once, with the mount point as /proc/PID/mountinfo spells it, at most about 50 ms after
 * @returns ends the watch
 */
export function watchMounts(pid: number, onLost: (mountPoint: string) => void): () => void {
  const planned = mountPoints(pid);
  const timer = setInterval(() => {
    const now = mountPoints(pid);
    // Without an answer the sandbox has ended.
    const lost = now === null ? undefined : [...(planned ?? [])].find((mountPoint) => !now.has(mountPoint));
    if (now === null || lost !== undefined) clearInterval(timer);
    if (lost !== undefined) onLost(lost);
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}

/** The fifth field of each line (proc_pid_mountinfo(5)); null when the process is gone. */
function mountPoints(pid: number): Set<string> | null {
  try {
    const lines = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trimEnd().split('\n');
    return new Set(lines.map((line) => line.split(' ')[4] ?? ''));
  } catch {
    return null;
  }
}
