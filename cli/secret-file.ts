import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { SecretFile } from './io.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

const LARGEST = 65_536;
const OTHERS_MAY = 0o077;

/** Reads a file that only the user of this process can read; see `Io.readSecretFile`. */
export function readSecretFile(path: string): SecretFile {
  let descriptor: number;
  try {
    // A pipe that nobody writes to must not hold it up.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, isMissing: error.code === 'ENOENT', detail: systemProblem(error) };
  }
  try {
    const status = fstatSync(descriptor);
    const wrong = (detail: string): SecretFile => ({ ok: false, isMissing: false, detail });
    if (!status.isFile()) return wrong('it is no file');
    if (status.uid !== process.getuid!()) return wrong('it belongs to another user');
    if ((status.mode & OTHERS_MAY) !== 0) return wrong('other users may open it');
    if (status.size > LARGEST) return wrong('it is too large');
    const bytes = Buffer.alloc(LARGEST + 1);
    const count = readSync(descriptor, bytes, 0, bytes.length, 0);
    return { ok: true, text: bytes.toString('utf8', 0, count) };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, isMissing: false, detail: systemProblem(error) };
  } finally {
    closeSync(descriptor);
  }
}
