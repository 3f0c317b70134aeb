import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { type Authority, newAuthority, restoreAuthority, storedAuthority } from './authority.ts';

/** Nothing that this file keeps is longer. */
const LONGEST = 16_384;

/**
 * The authority that is kept in a file of memory, so that a gateway that was started again signs with the same key; made
 * and written there when it holds none, or one whose time is over. The key is never on a disk.
 *
 * @param descriptor open for reading and writing; of `memfd_create`
 * @throws Error of the system when it cannot be read or written, and when it is a file of a disk
 */
export function authorityInMemory(descriptor: number, now: Date): Authority {
  const status = fstatSync(descriptor);
  // A memory file has no name; one that has is in a folder, which may be on a disk.
  if (!status.isFile() || status.nlink !== 0)
    throw new Error(`descriptor ${descriptor} is no file of memory`);
  const kept = restoreAuthority(textOf(descriptor, Math.min(status.size, LONGEST)), now);
  if (kept !== null) return kept;
  const made = newAuthority(now);
  const bytes = Buffer.from(storedAuthority(made));
  ftruncateSync(descriptor, 0);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
  return made;
}

function textOf(descriptor: number, size: number): string {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const count = readSync(descriptor, bytes, at, size - at, at);
    if (count === 0) break;
    at += count;
  }
  return bytes.toString('latin1', 0, at);
}
