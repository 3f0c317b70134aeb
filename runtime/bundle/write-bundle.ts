import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../compiler/bundle/bundle.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { CURRENT, GENERATION, readBundle } from './read-bundle.ts';
import { READABLE, syncFolder, writeWholeFolder } from './write-folder.ts';

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
  const files = bundle.artifacts.map(({ path, bytes }) => [path, bytes] as const);
  const unfinished = `.${generation}.${process.pid}`;
  writeWholeFolder(
    folder,
    generation,
    unfinished,
    [...files, [MANIFEST_NAME, bundle.manifestBytes]],
    READABLE,
  );
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
