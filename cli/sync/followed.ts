import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import {
  integer,
  list,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../../compiler/ir/audit-event/fields.ts';
import { replacePrivateFile } from '../../runtime/audit/private-files.ts';

export const SYNC_OUTCOMES = [
  'applied',
  'current',
  'refused',
  'failed',
  'unreachable',
  'rolled-back',
] as const;
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number];

/** What is followed, what was accepted of it, and what came of the last look. */
export interface Followed {
  readonly repository: string;
  readonly branch: string;
  readonly path: string;
  /** The last commit that came into force; null before the first. */
  readonly accepted: string | null;
  readonly last: {
    readonly at: string;
    /** The commit that was looked at; null where the branch could not be fetched. */
    readonly commit: string | null;
    readonly outcome: SyncOutcome;
    /** Codes of what was found. */
    readonly codes: readonly string[];
  };
}

export type ReadFollowed =
  | { readonly ok: true; readonly followed: Followed | null }
  | { readonly ok: false; readonly problem: string };

const FILE = 'followed.json';
const VERSION = 1;
const LARGEST = 65_536;

/** Null where nothing was ever followed. Throws the file system's own errors. */
export function readFollowed(folder: string): ReadFollowed {
  const path = join(folder, FILE);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { ok: true, followed: null };
  if (!found.isFile() || found.size > LARGEST)
    return { ok: false, problem: `${path} is no file, or too large` };
  try {
    return { ok: true, followed: document(JSON.parse(readFileSync(path, 'utf8')), 'the document') };
  } catch (error) {
    if (error instanceof NotTheForm) return { ok: false, problem: `${path}: ${error.message}` };
    if (error instanceof SyntaxError) return { ok: false, problem: `${path} is no JSON` };
    throw error;
  }
}

/** In one step, durable. Throws the file system's own errors. */
export function writeFollowed(folder: string, followed: Followed): void {
  const written = canonicalJson({ version: VERSION, ...followed });
  replacePrivateFile(join(folder, FILE), new TextEncoder().encode(written));
}

const commit = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'name of a commit');
const commitOrNull = (value: unknown, name: string) => (value === null ? null : commit(value, name));

const document = object((fields): Followed => {
  fields.required('version', integer(VERSION, VERSION));
  return {
    repository: fields.required('repository', text),
    branch: fields.required('branch', text),
    path: fields.required('path', text),
    accepted: fields.required('accepted', commitOrNull),
    last: fields.required(
      'last',
      object((last) => ({
        at: last.required('at', text),
        commit: last.required('commit', commitOrNull),
        outcome: last.required('outcome', word(SYNC_OUTCOMES)),
        codes: last.required('codes', list(text)),
      })),
    ),
  };
});
