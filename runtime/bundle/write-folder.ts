import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Permissions of what is written. */
export interface Modes {
  readonly file: number;
  readonly folder: number;
}

export const READABLE: Modes = { file: 0o644, folder: 0o755 };
export const PRIVATE: Modes = { file: 0o600, folder: 0o700 };

/**
 * Writes a folder with all of its files, durable: after a kill or a crash at any moment it is there whole or not at all.
 *
 * @param unfinished name that it has until it is whole; what an earlier attempt left under it is removed
 * @param files content by path, each below the folder
 * @throws the file system's own errors, also when a folder of that name is there and not empty
 */
export function writeWholeFolder(
  parent: string,
  name: string,
  unfinished: string,
  files: Iterable<readonly [path: string, bytes: Uint8Array]>,
  modes: Modes,
): void {
  const root = join(parent, unfinished);
  rmSync(root, { recursive: true, force: true });
  try {
    writeAll(root, files, modes);
    renameSync(root, join(parent, name));
  } catch (error) {
    // A disk that is full gets back what it had.
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
  syncFolder(parent);
}

function writeAll(
  root: string,
  files: Iterable<readonly [path: string, bytes: Uint8Array]>,
  modes: Modes,
): void {
  mkdirSync(root, { mode: modes.folder });
  const folders = new Set([root]);
  for (const [path, bytes] of files) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true, mode: modes.folder });
    for (const folder of foldersBetween(root, dirname(file))) folders.add(folder);
    writeSynced(file, bytes, modes.file);
  }
  for (const folder of folders) syncFolder(folder);
}

/** Makes the entries of a folder durable. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Every folder below `root` on the way to one: each holds the name of the next. */
function foldersBetween(root: string, folder: string): string[] {
  const segments = relative(root, folder)
    .split(sep)
    .filter((segment) => segment !== '');
  return segments.map((_, at) => join(root, ...segments.slice(0, at + 1)));
}

function writeSynced(file: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(file, 'wx', mode);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
