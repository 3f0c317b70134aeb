import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type OpenedStream, StreamBroken } from './io.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

const CHUNK = 256 * 1024;
const STANDARD_INPUT = 0;
const WAIT_MILLISECONDS = 10;

/**
 * Opens a file, a pipe or standard input to be read bit by bit, in memory of one chunk.
 *
 * @param from offset in a file, in bytes
 */
export function openStream(path: string, from = 0): OpenedStream {
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
  return { ok: true, chunks: closing(descriptor, from) };
}

function* closing(descriptor: number, from: number): Generator<Uint8Array> {
  try {
    // A pipe has no offsets, and is read where it is.
    yield* chunksOf(descriptor, from === 0 ? null : from);
  } finally {
    closeSync(descriptor);
  }
}

function* chunksOf(descriptor: number, from: number | null = null): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = from; ; ) {
    const count = readOnce(descriptor, buffer, at);
    if (count === 0) return;
    if (at !== null) at += count;
    yield buffer.subarray(0, count);
  }
}

/** Waits where a pipe or a terminal is in non-blocking mode. */
function readOnce(descriptor: number, buffer: Buffer, at: number | null): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, 0, buffer.length, at);
    } catch (error) {
      if (!isSystemProblem(error)) throw error;
      if (error.code !== 'EAGAIN') throw new StreamBroken(systemProblem(error));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
    }
  }
}
