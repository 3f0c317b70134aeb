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
import { removeUnfinished, unfinishedName } from '../unfinished.ts';
import { REQUEST_ID } from './identity.ts';
import type { Answer, Overflow, PendingRequest } from './request.ts';
import {
  answerForm,
  documentText,
  type ReadDocument,
  readAnswer,
  readOverflow,
  readRequest,
} from './request-form.ts';

/** A file of the folder that is not what it should be. It is left alone and counts as not there. */
export interface DamagedFile {
  readonly path: string;
  /** Continues "it is damaged: ...". */
  readonly problem: string;
}

/** All that lies in a folder of requests. */
export interface FolderContent {
  readonly requests: readonly PendingRequest[];
  readonly answers: ReadonlyMap<string, Answer>;
  /** Null where there was room for everything. */
  readonly overflow: Overflow | null;
  readonly damaged: readonly DamagedFile[];
}

const SUFFIX = '.json';
const OVERFLOW = 'overflow.json';
/** Documents have bounded texts, so a larger file is none. */
const LARGEST = 64 * 1024;
/** More files than a store ever makes are the work of somebody else. */
const MOST_FILES = 20_000;

export function requestFile(folder: string, id: string): string {
  return join(folder, `${id}${SUFFIX}`);
}

/** Apart from the requests, because another process writes them: the gateway counts, people answer. */
export function answersFolder(folder: string): string {
  return join(folder, 'answers');
}

export function overflowFile(folder: string): string {
  return join(folder, OVERFLOW);
}

/** Makes the folders, for this user alone. Throws the file system's own errors. */
export function makeRequestFolders(folder: string): void {
  mkdirSync(answersFolder(folder), { recursive: true, mode: 0o700 });
}

/** Reads everything strictly. A folder that is not there is an empty one. Throws the file system's own errors. */
export function readRequestFolder(folder: string): FolderContent {
  const damaged: DamagedFile[] = [];
  const requests: PendingRequest[] = [];
  for (const [id, read] of documentsIn(folder, readRequest, damaged)) {
    if (read.id === id) requests.push(read);
    else damaged.push({ path: requestFile(folder, id), problem: 'it is named after another request' });
  }
  requests.sort((left, right) => left.first - right.first || (left.id < right.id ? -1 : 1));
  const found = readPlainFile(overflowFile(folder), LARGEST);
  let overflow: Overflow | null = null;
  if (found !== null) {
    const read = found.ok ? readOverflow(found.value) : found;
    if (read.ok) overflow = read.value;
    else damaged.push({ path: overflowFile(folder), problem: read.problem });
  }
  return { requests, answers: readAnswers(folder, damaged), overflow, damaged };
}

/** What people have answered, by the ids of requests. Throws the file system's own errors. */
export function readAnswers(folder: string, damaged: DamagedFile[]): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const [id, read] of documentsIn(answersFolder(folder), readAnswer, damaged)) {
    if (read.id === id) answers.set(id, read.answer);
    else {
      const path = requestFile(answersFolder(folder), id);
      damaged.push({ path, problem: 'it is named after another request' });
    }
  }
  return answers;
}

/**
 * Writes what a person answered, in place of an earlier answer, in one step. Durable when it returns, because no log has it.
 * Throws the file system's own errors.
 */
export function writeAnswer(folder: string, id: string, answer: Answer): void {
  makeRequestFolders(folder);
  const path = requestFile(answersFolder(folder), id);
  const unfinished = unfinishedName(path);
  writeFileSync(unfinished, documentText(answerForm(id, answer)), { mode: 0o600, flush: true });
  try {
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  removeUnfinished(path);
  const descriptor = openSync(answersFolder(folder), constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function* documentsIn<T>(
  folder: string,
  read: (written: string) => ReadDocument<T>,
  damaged: DamagedFile[],
): Generator<readonly [id: string, value: T]> {
  let files = 0;
  for (const name of namesIn(folder)) {
    const id = name.slice(0, -SUFFIX.length);
    if (!name.endsWith(SUFFIX) || !REQUEST_ID.test(id)) continue;
    if (++files > MOST_FILES) {
      damaged.push({ path: folder, problem: `it has more than ${MOST_FILES} requests` });
      return;
    }
    const path = join(folder, name);
    const found = readPlainFile(path, LARGEST);
    if (found === null) continue;
    const document = found.ok ? read(found.value) : found;
    if (document.ok) yield [id, document.value];
    else damaged.push({ path, problem: document.problem });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
