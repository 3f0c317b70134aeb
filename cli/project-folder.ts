import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** The git repository that holds a file, or the file's own folder where there is none; links are followed. */
export function projectFolder(file: string): string {
  return projectOf(file).folder;
}

/** The same, and whether it is a repository. */
export function projectOf(file: string): { readonly folder: string; readonly isRepository: boolean } {
  const start = dirname(realpath(file) ?? resolve(file));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return { folder, isRepository: true };
    if (folder === dirname(folder)) return { folder: start, isRepository: false };
  }
}

/** Whether a path, links followed, is below a folder. What does not exist counts by the folder that would hold it. */
export function isBelow(path: string, folder: string): boolean {
  const real = realpath(path) ?? join(realpath(dirname(path)) ?? folder, 'missing');
  return real.startsWith(folder === sep ? sep : `${folder}${sep}`);
}

function realpath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
