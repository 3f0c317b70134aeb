import { join } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { checkSource } from '../compiler/load-policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { hostIo } from './host-io.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { type PackedFindings, packFindings, unpackFindings } from './packed-findings.ts';
import { readInput } from './read-input.ts';

/** What is to be checked in a thread of its own. */
interface Share {
  readonly files: readonly string[];
  readonly bindings: Bindings;
}

/** Starting a thread takes as long as checking about this many files. */
const WORTH_A_THREAD = 100;

/** All findings of each file, in the order of the files; many files are shared out among threads. */
export async function checkFiles(
  files: readonly string[],
  bindings: Bindings,
  io: Io,
): Promise<readonly (readonly Diagnostic[])[]> {
  const shares = Math.max(1, Math.min(io.threads, Math.floor(files.length / WORTH_A_THREAD)));
  const size = Math.ceil(files.length / shares);
  const [own = [], ...others] = Array.from({ length: shares }, (_, at) =>
    files.slice(at * size, (at + 1) * size),
  );
  // The others start first, and then this thread does its own share.
  const elsewhere = others.map((share) => checkElsewhere({ files: share, bindings }));
  const here = checkHere({ files: own, bindings }, io);
  return [...here, ...(await Promise.all(elsewhere)).flat()];
}

function checkHere({ files, bindings }: Share, io: Io): (readonly Diagnostic[])[] {
  return files.map((file) => {
    const input = readInput(file, io);
    return input.ok ? checkSource(input.name, input.bytes, io.reader, bindings) : [input.problem];
  });
}

/** @throws what the thread threw, and when it ended without an answer */
function checkElsewhere(share: Share): Promise<(readonly Diagnostic[])[]> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(join(PACKAGE_FOLDER, 'bin/check-thread.js'), { workerData: share });
  return new Promise((resolve, reject) => {
    worker.once('message', (packed: readonly PackedFindings[]) => resolve(packed.map(unpackFindings)));
    worker.once('error', reject);
    // After an answer this changes nothing any more.
    worker.once('exit', (code) => reject(new Error(`a thread ended with ${code} and no answer`)));
  });
}

/** The other side of `checkElsewhere`, run by bin/check-thread.js. */
export function checkInThread(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  parentPort?.postMessage(checkHere(workerData as Share, hostIo()).map(packFindings));
}
