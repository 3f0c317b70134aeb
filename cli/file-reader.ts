import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOutcome, SourceReader } from '../compiler/source/source-reader.ts';
import { isBelow, projectFolder } from './project-folder.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

/** Larger inputs are refused before they are looked at. */
const LARGEST_INPUT = 4 * 1024 * 1024;

const STANDARD_INPUT = 0;
const SHIPPED_NAME = /^[a-z0-9][a-z0-9-]*$/;
const SHIPPED_SUFFIX = '.yaml';

/**
 * Reads the user's files and the ones that come with the package.
 *
 * @param shippedFolder holds `presets/` and `tiers/`
 */
export function fileReader(shippedFolder: string): SourceReader {
  const folderOf = (kind: 'preset' | 'tier') => join(shippedFolder, `${kind}s`);
  return {
    read: (path) => (path === '-' ? readStandardInput() : readRegularFile(path)),
    readExtended: (path, root) => {
      const folder = projectFolder(root);
      return isBelow(path, folder)
        ? readRegularFile(path)
        : {
            ok: false,
            reason: 'denied',
            detail: `it lies outside of ${folder}, the project of the blueprint`,
          };
    },
    readShipped: (kind, name) =>
      // The name comes from a blueprint, so it must not lead out of the folder.
      SHIPPED_NAME.test(name)
        ? readRegularFile(join(folderOf(kind), `${name}${SHIPPED_SUFFIX}`))
        : { ok: false, reason: 'not-found', detail: `there is no ${kind} of that name` },
    listShipped: (kind) =>
      readdirSync(folderOf(kind))
        .filter((file) => file.endsWith(SHIPPED_SUFFIX))
        .map((file) => file.slice(0, -SHIPPED_SUFFIX.length))
        .sort(),
  };
}

function readRegularFile(path: string): ReadOutcome {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer that may never come.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return problemOf(error);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { ok: false, reason: 'not-a-file', detail: `${kindOf(status)}, not a file` };
    return readUpToLimit(descriptor, status.size);
  } catch (error) {
    return problemOf(error);
  } finally {
    closeSync(descriptor);
  }
}

function readStandardInput(): ReadOutcome {
  try {
    return readUpToLimit(STANDARD_INPUT, 0);
  } catch (error) {
    return problemOf(error);
  }
}

/** Reads to the end, whatever size the file claimed to have, but never more than one byte over the limit. */
function readUpToLimit(descriptor: number, expected: number): ReadOutcome {
  let buffer = Buffer.allocUnsafe(Math.min(expected, LARGEST_INPUT) + 1);
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      buffer = Buffer.concat([buffer], Math.min(LARGEST_INPUT + 1, buffer.length * 2 + 65_536));
    }
    const count = readOnce(descriptor, buffer, length);
    length += count;
    // A file that gave all it claimed to have, and not a byte more, is at its end; a pipe says so itself. One byte over
    // the limit is enough for the YAML reader to refuse it with a place.
    if (count === 0 || length > LARGEST_INPUT || (expected > 0 && length === expected)) {
      return { ok: true, bytes: buffer.subarray(0, length) };
    }
  }
}

/** Waits where standard input is a pipe or a terminal in non-blocking mode. */
function readOnce(descriptor: number, buffer: Buffer, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, at, buffer.length - at, null);
    } catch (error) {
      if (!isSystemProblem(error) || error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function problemOf(error: unknown): ReadOutcome {
  if (!isSystemProblem(error)) throw error;
  const detail = systemProblem(error);
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { ok: false, reason: 'not-found', detail };
  if (error.code === 'EISDIR') return { ok: false, reason: 'not-a-file', detail };
  return { ok: false, reason: 'denied', detail };
}

function kindOf(status: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (status.isDirectory()) return 'it is a folder';
  if (status.isFIFO()) return 'it is a named pipe';
  return status.isSocket() ? 'it is a socket' : 'it is a device';
}
