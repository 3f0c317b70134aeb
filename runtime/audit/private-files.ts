import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const OTHERS = 0o077;

/** Makes a folder for this user alone, or says why the one that is there is not. Throws the file system's own errors. */
export function makePrivateFolder(folder: string): string | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return privacyProblem(folder, 'folder');
}

/** Why others could read or change what lies there; null where they cannot. Throws the file system's own errors. */
export function privacyProblem(path: string, kind: 'file' | 'folder'): string | null {
  const found = lstatSync(path);
  if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) return `${path} is no ${kind}`;
  if (found.uid !== process.getuid?.()) return `${path} belongs to another user`;
  if ((found.mode & OTHERS) !== 0) return `${path} is open to other users; close it with chmod go= ${path}`;
  return null;
}

/** Makes a file with all of its content, durable, unless there is one already. */
export function makeFileOnce(path: string, text: string): void {
  const unfinished = writeBeside(path, Buffer.from(text));
  try {
    linkSync(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
  syncFolder(dirname(path));
}

/** Makes or replaces a file in one step, durable: after a crash it has its old content or the new one. */
export function replacePrivateFile(path: string, content: Uint8Array): void {
  renameSync(writeBeside(path, content), path);
  syncFolder(dirname(path));
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeBeside(path: string, content: Uint8Array): string {
  const unfinished = `${path}.${process.pid}.unfinished`;
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return unfinished;
}
