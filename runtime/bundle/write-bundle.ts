import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from '../../compiler/bundle/bundle.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { CURRENT, GENERATION, readBundle } from './read-bundle.ts';

const UNFINISHED = /^\.[0-9a-f]{16}(-\d+)?\.\d+(\.link)?$/;

/** The folder exists and holds something that no bundle write made, so it is left alone. */
export class ForeignFolderError extends Error {
  readonly folder: string;
  readonly found: string;

  constructor(folder: string, found: string) {
    super(`${folder} holds ${found}, which is no part of a bundle`);
    this.folder = folder;
    this.found = found;
  }
}

/**
 * Writes a bundle as `FOLDER/DIGEST/...` and then points `FOLDER/current` at it in one rename, so that a reader, or a
 * kill at any moment, finds the old bundle or the new one, each whole. Generations that are not current are removed.
 *
 * @throws ForeignFolderError when the folder holds other things; and the file system's own errors
 */
export function writeBundle(folder: string, bundle: Bundle): void {
  mkdirSync(folder, { recursive: true });
  refuseForeign(folder);
  const generation = freeOrIntact(folder, bundle);
  if (!existsSync(join(folder, generation))) writeGeneration(folder, generation, bundle);
  const link = join(folder, `.${generation}.${process.pid}.link`);
  rmSync(link, { force: true });
  symlinkSync(generation, link);
  renameSync(link, join(folder, CURRENT));
  syncFolder(folder);
  removeOthers(folder, generation);
}

/** The name of the bundle's generation; with a number behind it where that one is there but was tampered with. */
function freeOrIntact(folder: string, bundle: Bundle): string {
  const name = bundle.digest.slice('sha256:'.length, 'sha256:'.length + 16);
  for (let attempt = 0; ; attempt++) {
    const generation = attempt === 0 ? name : `${name}-${attempt}`;
    if (!existsSync(join(folder, generation))) return generation;
    const read = readBundle(join(folder, generation));
    if (read.ok && read.digest === bundle.digest) return generation;
  }
}

function writeGeneration(folder: string, generation: string, bundle: Bundle): void {
  const unfinished = join(folder, `.${generation}.${process.pid}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const folders = new Set([unfinished]);
  for (const { path, bytes } of bundle.artifacts) {
    const file = join(unfinished, path);
    mkdirSync(dirname(file), { recursive: true });
    folders.add(dirname(file));
    writeSynced(file, bytes);
  }
  writeSynced(join(unfinished, MANIFEST_NAME), bundle.manifestBytes);
  for (const each of folders) syncFolder(each);
  renameSync(unfinished, join(folder, generation));
}

function writeSynced(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'wx', 0o644);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refuseForeign(folder: string): void {
  for (const name of readdirSync(folder)) {
    const ours = name === CURRENT || GENERATION.test(name) || UNFINISHED.test(name);
    if (!ours) throw new ForeignFolderError(folder, name);
    if (name === CURRENT && !lstatSync(join(folder, name)).isSymbolicLink()) {
      throw new ForeignFolderError(folder, name);
    }
  }
}

function removeOthers(folder: string, generation: string): void {
  for (const name of readdirSync(folder)) {
    if (name === CURRENT || name === generation) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
