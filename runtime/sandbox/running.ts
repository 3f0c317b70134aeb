import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import type { Digest } from '../../compiler/bundle/digest.ts';
import { integer, matching, NotTheForm, object, text } from '../../compiler/ir/audit-event/fields.ts';
import { claimFolder, isBeingWritten } from '../audit/only-writer.ts';
import { makePrivateFolder, replacePrivateFile } from '../audit/private-files.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What runs as a sandbox just now, and under which launch rules. */
export interface RunningSandbox {
  /** The bundle whose launch rules the process got; they are its own until it ends. */
  readonly bundle: Digest;
  /** The generation that this bundle is; null for one that was compiled from a blueprint for this run alone. */
  readonly generation: number | null;
  /** The command, as it is seen outside. */
  readonly process: ProcessIdentity;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
}

export type ReadRunning =
  | { readonly ok: true; readonly running: RunningSandbox | null }
  | { readonly ok: false; readonly problem: string };

export type ClaimedSandbox =
  | {
      readonly ok: true;
      /** Says what runs, durable before it begins. */
      readonly began: (running: RunningSandbox) => void;
      readonly release: () => void;
    }
  /** Another process runs it, or the folder is open to others. */
  | { readonly ok: false; readonly pid: number | null; readonly problem: string | null };

const RECORD = 'sandbox.json';
const VERSION = 1;
const LARGEST = 65_536;

/**
 * Makes this process the only one that runs a sandbox. Two at a time would share a table and a log, and the launch rules of the
 * one would go with the table of the other. Throws the file system's own errors.
 *
 * @param folder `running` of a state folder
 */
export function claimSandbox(folder: string): ClaimedSandbox {
  const problem = makePrivateFolder(folder);
  if (problem !== null) return { ok: false, pid: null, problem };
  const claim = claimFolder(folder);
  if (!claim.ok) return { ok: false, pid: claim.pid, problem: null };
  const path = join(folder, RECORD);
  rmSync(path, { force: true });
  return {
    ok: true,
    began: (running) => replacePrivateFile(path, new TextEncoder().encode(runningText(running))),
    release: () => {
      rmSync(path, { force: true });
      claim.release();
    },
  };
}

/** Whether some process has a sandbox as its own, which it is from before the record is there until after it is gone. */
export function isClaimed(folder: string): boolean {
  try {
    return isBeingWritten(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** What runs; null where nothing does. What was written by a process that has ended counts for nothing. */
export function readRunning(folder: string): ReadRunning {
  const path = join(folder, RECORD);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { ok: true, running: null };
  if (!found.isFile() || found.size > LARGEST)
    return { ok: false, problem: `${path} is no file, or too large` };
  try {
    const running = document(JSON.parse(readFileSync(path, 'utf8')), 'the document');
    return { ok: true, running: isAlive(running.process) ? running : null };
  } catch (error) {
    // It ended between two looks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ok: true, running: null };
    if (error instanceof NotTheForm) return { ok: false, problem: `${path}: ${error.message}` };
    if (error instanceof SyntaxError) return { ok: false, problem: `${path} is no JSON` };
    throw error;
  }
}

export function runningText({ bundle, generation, process, since }: RunningSandbox): string {
  return canonicalJson({ version: VERSION, bundle, generation, process, since });
}

const identity = object((fields) => ({
  pid: fields.required('pid', integer(1)),
  start: fields.required('start', matching(/^\d{1,20}$/, 'number of ticks')),
  boot: fields.required('boot', text),
}));

const document = object((fields): RunningSandbox => {
  const version = fields.required('version', integer(0));
  if (version !== VERSION) throw new NotTheForm(`its version is ${version}, and ${VERSION} is known`);
  return {
    bundle: fields.required('bundle', matching(/^sha256:[0-9a-f]{64}$/, 'digest')) as Digest,
    generation: fields.required('generation', (value, name) =>
      value === null ? null : integer(1)(value, name),
    ),
    process: fields.required('process', identity),
    since: fields.required('since', integer(0)),
  };
});
