import { constants, openSync, readSync } from 'node:fs';
import type { RecordSource } from './records.ts';

/**
 * Reads a pipe without ever waiting. It is opened anew, because whether a read waits is a property that the other holders of
 * the same open file would share.
 */
export function recordPipe(descriptor: number): RecordSource {
  const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  return (into) => {
    try {
      return readSync(own, into, 0, into.length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  };
}
