import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** What a private file holds, or why it is not taken; never with a part of what it holds. */
export type PrivateFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string };

/** Bytes of the largest key or passphrase. */
const LARGEST = 64 * 1024;
const OTHERS = 0o077;
const STANDARD_INPUT = 0;
const WAIT_MILLISECONDS = 10;
const SUPERUSER = 0;

/**
 * Reads a file with a secret in it, if no other user can read or write it.
 *
 * @throws the file system's own errors
 */
export function readPrivateFile(path: string): PrivateFile {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer that may never come.
  return readAndClose(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), false);
}

/**
 * The same from a pipe as well, such as `/dev/fd/3`, which has no rights that others could have; `-` is standard input.
 *
 * @throws the file system's own errors
 */
export function readPrivatePipe(path: string): PrivateFile {
  return path === '-'
    ? readFrom(STANDARD_INPUT, true)
    : readAndClose(openSync(path, constants.O_RDONLY), true);
}

function readAndClose(descriptor: number, mayBePipe: boolean): PrivateFile {
  try {
    return readFrom(descriptor, mayBePipe);
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(descriptor: number, mayBePipe: boolean): PrivateFile {
  const problem = problemWith(fstatSync(descriptor), mayBePipe);
  return problem === null ? readAll(descriptor) : { ok: false, problem };
}

function problemWith(status: Stats, mayBePipe: boolean): string | null {
  if (mayBePipe && (status.isFIFO() || status.isSocket())) return null;
  if (!status.isFile()) return 'it is no file';
  // As ssh does: a file of another user, root's excepted, is one that they can change.
  if (status.uid !== process.getuid?.() && status.uid !== SUPERUSER) return 'it belongs to another user';
  return (status.mode & OTHERS) === 0 ? null : 'other users can read or write it; close it with `chmod go=`';
}

function readAll(descriptor: number): PrivateFile {
  const bytes = Buffer.alloc(LARGEST + 1);
  let length = 0;
  while (length <= LARGEST) {
    const count = readOnce(descriptor, bytes, length);
    if (count === 0) return { ok: true, bytes: bytes.subarray(0, length) };
    length += count;
  }
  return { ok: false, problem: `it has more than ${LARGEST} bytes` };
}

/** Waits where a pipe is in non-blocking mode. */
function readOnce(descriptor: number, bytes: Buffer, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, bytes, at, bytes.length - at, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
    }
  }
}
