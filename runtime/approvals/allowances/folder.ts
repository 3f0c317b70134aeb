import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readPlainFile } from '../plain-file.ts';
import { REQUEST_ID } from '../requests/identity.ts';
import { removeUnfinished, unfinishedName } from '../unfinished.ts';
import { type Allowance, allowanceText, isInForce, readAllowance } from './allowance.ts';

const SUFFIX = '.json';
const LARGEST = 256 * 1024;
const MOST_FILES = 1_000;

export interface AllowedFolder {
  /** Those in force, by the ids of their requests. */
  readonly allowances: readonly Allowance[];
  readonly damaged: readonly { readonly path: string; readonly problem: string }[];
}

/**
 * What is let through at a moment. What cannot be read, or begins later, grants nothing and is named; what has ended is passed
 * over. Throws the file system's own errors.
 */
export function readAllowed(folder: string, now: number): AllowedFolder {
  const allowances: Allowance[] = [];
  const damaged: { path: string; problem: string }[] = [];
  for (const name of namesIn(folder).slice(0, MOST_FILES)) {
    const path = join(folder, name);
    const file = readPlainFile(path, LARGEST);
    if (file === null) continue;
    const read = file.ok ? readAllowance(file.value) : file;
    if (!read.ok) damaged.push({ path, problem: read.problem });
    else if (`${read.allowance.request}${SUFFIX}` !== name) {
      damaged.push({ path, problem: 'it is named after another request' });
    } else if (isInForce(read.allowance, now)) allowances.push(read.allowance);
    else if (read.allowance.at > now) damaged.push({ path, problem: beginsLater(read.allowance) });
  }
  return { allowances, damaged };
}

/** Nobody can ask for that: a clock was set back since, or somebody made the file, and it would count unseen once its time has come. */
function beginsLater({ at }: Allowance): string {
  return `it begins only at ${new Date(at).toISOString()}`;
}

/** Writes an allowance in one step, in place of an earlier one of the request, and takes away those that have ended. */
export function writeAllowed(folder: string, allowance: Allowance): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = allowedFile(folder, allowance.request);
  const unfinished = unfinishedName(path);
  writeFileSync(unfinished, allowanceText(allowance), { mode: 0o600, flush: true });
  try {
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  removeUnfinished(path);
  removeEnded(folder, allowance.at);
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Of what has ended the log tells; here it would only keep what is new from being read. */
function removeEnded(folder: string, now: number): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const file = readPlainFile(path, LARGEST);
    const read = file?.ok ? readAllowance(file.value) : null;
    if (read?.ok && read.allowance.until <= now) rmSync(path, { force: true });
  }
}

export function allowedFile(folder: string, request: string): string {
  return join(folder, `${request}${SUFFIX}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(SUFFIX) && REQUEST_ID.test(name.slice(0, -SUFFIX.length)))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
