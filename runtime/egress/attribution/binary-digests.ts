import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Caller, FileIdentity } from '../caller.ts';

const MOST_KEPT = 512;
const CHUNK = 1 << 20;

/**
 * SHA-256 of the executables that call, each content computed once. What is read is the file that the process runs, not what
 * stands at its path now; it counts only where it is the file that called.
 */
export class BinaryDigests {
  readonly #known = new Map<string, Promise<string | null>>();
  readonly #pathOf: (pid: number) => string;

  constructor(pathOf = (pid: number) => `/proc/${pid}/exe`) {
    this.#pathOf = pathOf;
  }

  /** Lower-case hex; null where it cannot be told, so that nothing that is pinned to a digest is granted. */
  of(caller: Caller): Promise<string | null> {
    const key = identityText(caller.file);
    let digest = this.#known.get(key);
    if (digest === undefined) {
      digest = digestOf(this.#pathOf(caller.pid), caller.file);
      this.#known.set(key, digest);
      // What could not be read may be readable through another process of the same file.
      void digest.then((value) => value === null && this.#known.delete(key));
      const oldest = this.#known.keys().next();
      if (this.#known.size > MOST_KEPT && !oldest.done) this.#known.delete(oldest.value);
    }
    return digest;
  }
}

function identityText({ device, inode, size, modified, changed }: FileIdentity): string {
  return [device, inode, size, modified, changed].join(' ');
}

async function digestOf(path: string, wanted: FileIdentity): Promise<string | null> {
  try {
    await using file = await open(path, 'r');
    const isWanted = async () => {
      const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
      const found = { device: dev, inode: ino, size, modified: mtimeNs, changed: ctimeNs };
      return identityText(found) === identityText(wanted);
    };
    if (!(await isWanted())) return null;
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    return (await isWanted()) ? hash.digest('hex') : null;
  } catch {
    return null;
  }
}
