import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';

/** The text of a file, or why it is not to be read; the problem continues "it is damaged: ...". */
export type PlainFile =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly problem: string };

const NO_PLAIN_FILE: PlainFile = { ok: false, problem: 'it is no plain file' };

/**
 * Reads a regular file of bounded size, as UTF-8; null where there is none, or none any more. A link could lead anywhere, and a
 * pipe never ends, so both are refused. Throws the file system's own errors.
 *
 * @param largest in bytes
 */
export function readPlainFile(path: string, largest: number): PlainFile | null {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before === undefined) return null;
  if (!before.isFile()) return NO_PLAIN_FILE;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    // Replaced or removed since it was looked at.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') return NO_PLAIN_FILE;
    throw error;
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return NO_PLAIN_FILE;
    if (status.size > largest) return { ok: false, problem: `it has more than ${largest} bytes` };
    const bytes = Buffer.alloc(status.size);
    const length = readSync(descriptor, bytes, 0, status.size, 0);
    return { ok: true, value: bytes.toString('utf8', 0, length) };
  } finally {
    closeSync(descriptor);
  }
}
