import {
  type Dirent,
  fstatSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Seen } from '../compiler/analysis/lint/file-tree.ts';
import { logFilesIn } from '../runtime/audit/file-names.ts';
import { isBeingWritten } from '../runtime/audit/only-writer.ts';
import { fileReader } from './file-reader.ts';
import { hostGit, hostRemoteGit } from './git/host-git.ts';
import type { FoundFiles, Io, Output, WriteOutcome } from './io.ts';
import { openStream } from './open-stream.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { projectOf } from './project-folder.ts';
import { readSecretFile } from './secret-file.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

const DEFAULT_COLUMNS = 110;

/** The real world: this process's streams, environment and files. */
export function hostIo(): Io {
  const stderr = outputTo(2);
  return {
    stdout: outputTo(1),
    stderr,
    reader: fileReader(join(PACKAGE_FOLDER, 'blueprints')),
    openStream,
    environment: process.env,
    cwd: process.cwd(),
    now: Date.now,
    get columns() {
      return stderr.isTerminal ? (process.stderr.columns ?? DEFAULT_COLUMNS) : DEFAULT_COLUMNS;
    },
    findFiles,
    findProjectFiles,
    findLogFiles,
    isLogWritten,
    pause,
    lookAt,
    replaceFile,
    readSecretFile,
    ask,
    git: hostGit(process.cwd(), process.env),
    remoteGit: hostRemoteGit(process.cwd(), process.env),
  };
}

/**
 * Writes straight to the descriptor: loading Node's stream objects takes longer than most commands, and what is
 * written here is out before the process ends.
 */
function outputTo(descriptor: 1 | 2): Output {
  let closed = false;
  return {
    write(text) {
      if (!closed) closed = !writeAll(descriptor, Buffer.from(text));
    },
    get isTerminal() {
      return isTerminal(descriptor);
    },
    get isClosed() {
      return closed;
    },
  };
}

/** @returns false when the reader went away, as in `nemoclaw explain | head` */
function writeAll(descriptor: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (!isSystemProblem(error)) throw error;
      if (error.code === 'EPIPE') return false;
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

function isTerminal(descriptor: 0 | 1 | 2): boolean {
  // A pipe or a file is known without loading node:tty.
  if (!fstatSync(descriptor).isCharacterDevice()) return false;
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

function findFiles(path: string): FoundFiles {
  try {
    if (path === '-' || !statSync(path).isDirectory()) return { ok: true, files: [path] };
    return { ok: true, files: yamlFilesBelow(path) };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, detail: systemProblem(error) };
  }
}

function findProjectFiles(path: string): readonly string[] {
  const { folder, isRepository } = projectOf(path);
  const seen = relative(process.cwd(), folder) || '.';
  return yamlFilesBelow(seen, (below) => (isRepository ? entriesIfReadable(below) : []));
}

/** Hidden folders and `node_modules` hold no blueprints; links to folders are not followed, so there is no loop. */
function yamlFilesBelow(folder: string, entriesBelow: (folder: string) => Dirent[] = entriesIn): string[] {
  const look = (at: string, entries: Dirent[]): string[] =>
    entries.flatMap((entry) => {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        const isPassedOver = entry.name.startsWith('.') || entry.name === 'node_modules';
        return isPassedOver ? [] : look(path, entriesBelow(path));
      }
      return /\.ya?ml$/.test(entry.name) ? [path] : [];
    });
  return look(folder, entriesIn(folder));
}

function entriesIn(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entriesIfReadable(folder: string): Dirent[] {
  try {
    return entriesIn(folder);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return [];
  }
}

function findLogFiles(path: string): FoundFiles {
  try {
    if (path === '-' || !statSync(path).isDirectory()) return { ok: true, files: [path] };
    return { ok: true, files: logFilesIn(path).map((file) => file.path) };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, detail: systemProblem(error) };
  }
}

function isLogWritten(folder: string): boolean {
  try {
    return isBeingWritten(folder);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return false;
  }
}

function pause(milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, true));
}

/** The question goes to standard error, because standard output holds results alone. */
async function ask(question: string): Promise<string | null> {
  if (!isTerminal(0)) return null;
  const { createInterface } = process.getBuiltinModule('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const answer = await Promise.race([lines.question(question), closed]);
  lines.close();
  return answer;
}

/** Opens nothing, so that no device and no pipe among the files can hold it up. */
function lookAt(path: string): Seen {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) return { kind: 'missing' };
    if (status.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
    return { kind: status.isDirectory() ? 'folder' : 'file' };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return error.code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'hidden', why: systemProblem(error) };
  }
}

function replaceFile(path: string, text: string): WriteOutcome {
  let unfinished: string | null = null;
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    // Behind a link, the file is replaced and not the link.
    const file = there ? realpathSync(path) : path;
    unfinished = join(dirname(file), `.${basename(file)}.${process.pid}`);
    // Of a killed process that had the same number.
    rmSync(unfinished, { force: true });
    writeFileSync(unfinished, text, { flag: 'wx', mode: there ? there.mode & 0o777 : 0o666 });
    renameSync(unfinished, file);
    return { ok: true };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    if (unfinished !== null && error.code !== 'EEXIST') rmSync(unfinished, { force: true });
    return { ok: false, detail: systemProblem(error) };
  }
}
