import { gitProblem } from '../git/revisions.ts';
import type { GitOutcome, Io } from '../io.ts';
import { textOf } from './base-branch.ts';
import type { ChangedFile } from './lock.ts';
import { type Step, stop } from './outcome.ts';

const NUL = 0;
const TAB = 9;

/** Thrown within this file for what git answered in place of an object. */
class GitRefused extends Error {
  readonly outcome: Extract<GitOutcome, { ok: false }>;

  constructor(outcome: Extract<GitOutcome, { ok: false }>) {
    super('git refused');
    this.outcome = outcome;
  }
}

/**
 * Commits other texts of files that a commit has, on top of it. Only objects are made: no work tree, no index and no branch is
 * touched. The author is whom git names by its own settings.
 *
 * @returns the name of the commit
 */
export function commitOn(
  parent: string,
  files: readonly ChangedFile[],
  message: string,
  { git, remoteGit }: Io,
): Step<{ readonly commit: string }> {
  const made = (argv: readonly string[], input: string | Uint8Array) => {
    const outcome = remoteGit(argv, input);
    if (!outcome.ok) throw new GitRefused(outcome);
    return textOf(outcome).trim();
  };
  const listed = (tree: string) => {
    const outcome = git(['ls-tree', '-z', '--end-of-options', tree]);
    if (!outcome.ok) throw new GitRefused(outcome);
    return recordsIn(outcome.bytes);
  };
  try {
    const blobs = new Map(
      files.map(({ path, text }) => [path, made(['hash-object', '-w', '--stdin'], text)]),
    );
    let tree = `${parent}^{tree}`;
    for (const [path, blob] of blobs) tree = treeWith(tree, path.split('/'), blob, listed, made);
    return { ok: true, commit: made(['commit-tree', '-F', '-', '-p', parent, tree], message) };
  } catch (error) {
    if (!(error instanceof GitRefused)) throw error;
    return stop(gitProblem('make the commit', error.outcome));
  }
}

/** One entry of a tree, as git lists it: mode, kind and name of the object, and the name as bytes. */
interface TreeRecord {
  readonly head: string;
  readonly name: Buffer;
}

function treeWith(
  tree: string,
  [name = '', ...below]: readonly string[],
  blob: string,
  listed: (tree: string) => readonly TreeRecord[],
  made: (argv: readonly string[], input: Uint8Array) => string,
): string {
  const wanted = Buffer.from(name);
  let isThere = false;
  const records = listed(tree).map((record) => {
    if (!record.name.equals(wanted)) return record;
    isThere = true;
    const [mode = '', kind = '', id = ''] = record.head.split(' ');
    const next = below.length === 0 ? blob : treeWith(id, below, blob, listed, made);
    return { head: `${mode} ${kind} ${next}`, name: record.name };
  });
  if (!isThere) throw new Error('a file is committed that its tree does not have');
  const bytes = records.map((record) =>
    Buffer.concat([Buffer.from(`${record.head}\t`), record.name, Buffer.of(NUL)]),
  );
  return made(['mktree', '-z', '--missing'], Buffer.concat(bytes));
}

function recordsIn(bytes: Uint8Array): TreeRecord[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: TreeRecord[] = [];
  for (let at = 0; at < buffer.length; ) {
    const end = buffer.indexOf(NUL, at);
    const tab = buffer.indexOf(TAB, at);
    records.push({ head: buffer.toString('latin1', at, tab), name: buffer.subarray(tab + 1, end) });
    at = end + 1;
  }
  return records;
}
