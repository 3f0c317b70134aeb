import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CURRENT, folderInForce } from './read-bundle.ts';

/** Something in a bundle's folder that cannot be a part of a bundle. */
export interface OddEntry {
  /** As seen from the folder of the bundle that is in force. */
  readonly path: string;
  readonly kind: 'link' | 'empty-folder' | 'no-file' | 'too-large' | 'too-many' | 'outside';
}

/** All files of the bundle that is in force in a folder, as they are, and what else is there. */
export interface BundleFiles {
  /** The folder that holds the manifest. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly odd: readonly OddEntry[];
}

/** Bytes of one file; the largest artifact, a seccomp profile, has a hundred thousand. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** Bytes of all files. */
const LARGEST_BUNDLE = 256 * 1024 * 1024;
const MOST_FILES = 1024;

/**
 * Reads every file of a bundle without following a link, so that what is looked at is what lies in the folder.
 *
 * @param folder holds a manifest, or `current` as `writeBundle` makes it
 * @returns null when it is no such folder
 * @throws the file system's own errors
 */
export function readBundleFiles(folder: string): BundleFiles | null {
  const inForce = folderInForce(folder);
  if (inForce === null || lstatSync(inForce, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  const reading = new Reading();
  reading.below(inForce, '');
  const own = basename(inForce);
  const beside = inForce === join(folder, own) ? readdirSync(folder) : [];
  const outside = beside
    .filter((name) => name !== CURRENT && name !== own)
    .map((name): OddEntry => ({ path: `../${name}`, kind: 'outside' }));
  return { folder: inForce, files: reading.files, odd: [...reading.odd, ...outside] };
}

class Reading {
  readonly files = new Map<string, Uint8Array>();
  readonly odd: OddEntry[] = [];
  #bytes = 0;
  #entries = 0;

  below(folder: string, prefix: string): void {
    const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (entries.length === 0) this.odd.push({ path: prefix, kind: 'empty-folder' });
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      this.#entries += 1;
      if (this.#entries > MOST_FILES) {
        if (this.#entries === MOST_FILES + 1) this.odd.push({ path, kind: 'too-many' });
        return;
      }
      if (entry.isDirectory()) this.below(folder, path);
      else if (entry.isSymbolicLink()) this.odd.push({ path, kind: 'link' });
      else if (!entry.isFile()) this.odd.push({ path, kind: 'no-file' });
      else this.#read(folder, path);
    }
  }

  #read(folder: string, path: string): void {
    // A file that became a link or a pipe since the folder was listed is refused as well.
    const descriptor = openSync(
      join(folder, path),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) this.odd.push({ path, kind: 'no-file' });
      else if (status.size > LARGEST_FILE || this.#bytes + status.size > LARGEST_BUNDLE) {
        this.odd.push({ path, kind: 'too-large' });
      } else {
        const bytes = readWhole(descriptor, status.size);
        this.#bytes += bytes.byteLength;
        this.files.set(path, bytes);
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** As many bytes as the file had when it was opened, or fewer; what is written meanwhile shows in the digest. */
function readWhole(descriptor: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
