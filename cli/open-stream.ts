import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type OpenedStream, StreamBroken } from './io.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

const CHUNK = 256 * 1024;
const STANDARD_INPUT = 0;
const WAIT_MILLISECONDS = 10;

/** Opens a file, a pipe or standard input to be read bit by bit, in memory of one chunk. */
export function openStream(path: string): OpenedStream {
  if (path === '-') return { ok: true, chunks: chunksOf(STANDARD_INPUT) };
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
    if (fstatSync(descriptor).isDirectory()) {
      closeSync(descriptor);
      return { ok: false, detail: 'it is a folder' };
    }
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, detail: systemProblem(error) };
  }
  return { ok: true, chunks: closing(descriptor) };
}

function* closing(descriptor: number): Generator<Uint8Array> {
  try {
    yield* chunksOf(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function* chunksOf(descriptor: number): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    const count = readOnce(descriptor, buffer);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

/** Waits where a pipe or a terminal is in non-blocking mode. */
function readOnce(descriptor: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, 0, buffer.length, null);
    } catch (error) {
      if (!isSystemProblem(error)) throw error;
      if (error.code !== 'EAGAIN') throw new StreamBroken(systemProblem(error));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
    }
  }
}
