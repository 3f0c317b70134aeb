import { posix } from 'node:path';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import {
  type LockedBundle,
  lockDifferences,
  lockedBundle,
  lockText,
  parseLock,
} from '../../compiler/bundle/lock.ts';
import { proposalLockStale } from '../../compiler/diagnostics/catalog/proposals.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { PlaceArguments } from '../arguments/place.ts';
import type { CommitFiles } from '../git/commit-files.ts';
import type { Io } from '../io.ts';
import { HOST, type Place, placeFor } from '../place.ts';
import { type Step, stop } from './outcome.ts';

/** A file of the base branch with another text. */
export interface ChangedFile {
  readonly path: string;
  readonly text: string;
}

interface Texts {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The lock file beside the blueprint, brought up to date for each target that it holds; none where there is no lock file. It has
 * to be current for the text before: else the change would hide what it lacked already.
 */
export async function updatedLock(
  texts: Texts,
  files: CommitFiles,
  placeArguments: PlaceArguments,
  io: Io,
): Promise<Step<{ readonly changed: readonly ChangedFile[] }>> {
  const path = lockBeside(texts.path);
  if (!files.entries.has(path)) return { ok: true, changed: [] };
  const stale = (target: string, problem: string) =>
    stop(diagnose(proposalLockStale, null, { lock: path, target, problem }));
  const read = files.read(path);
  const lock = read.ok ? parseLock(new TextDecoder().decode(read.bytes)) : null;
  if (lock === null) return stale('any target', 'it is no lock file');
  let text = '';
  let current = lock;
  for (const [target, locked] of Object.entries(lock.targets)) {
    const place = await lockedPlace(target, files, placeArguments, io);
    if (place === null) return stale(target, 'what that target is cannot be known here');
    const name = nameLocked(texts, locked, place, files, io);
    if (name === null) return stale(target, 'it does not match the blueprint on the base branch');
    const next = lockedFrom(name, texts.after, place, files, io, texts.path);
    if (next === null) return stale(target, 'the target cannot enforce the changed blueprint');
    text = lockText(current, target, next);
    current = parseLock(text)!;
  }
  return { ok: true, changed: text === '' ? [] : [{ path, text }] };
}

/** The lock file of a blueprint. */
export function lockBeside(path: string): string {
  return `${path.replace(/\.ya?ml$/, '')}.lock.json`;
}

/** The place of a target that a lock file names: a named target, or a target file of the commit. Null where it cannot be known. */
export async function lockedPlace(
  target: string,
  files: CommitFiles,
  given: PlaceArguments,
  io: Io,
): Promise<Place | null> {
  if (target === HOST) return null;
  const isFile = !Object.hasOwn(NAMED_TARGETS, target);
  const reader = isFile ? { ...io.reader, read: (path: string) => files.read(path) } : io.reader;
  const { place } = await placeFor({ ...given, target }, { ...io, reader });
  return place;
}

/** Places in artifacts have the name that the blueprint was compiled under: from the top, or in its own folder. */
function nameLocked(
  { path, before }: Texts,
  locked: LockedBundle,
  place: Place,
  files: CommitFiles,
  io: Io,
): string | null {
  const names = [path, posix.basename(path)];
  for (const name of names) {
    const found = lockedFrom(name, before, place, files, io, path);
    if (found !== null && lockDifferences(locked, found).length === 0) return name;
  }
  return null;
}

/**
 * What a text compiles to under a name; null where it does not.
 *
 * @param path of the blueprint in the commit, which gives what it extends
 */
export function lockedFrom(
  name: string,
  text: string,
  { target, bindings }: Place,
  files: CommitFiles,
  io: Io,
  path: string,
): LockedBundle | null {
  const folder = name === path ? '' : `${posix.dirname(path)}/`;
  const reader = files.reader(io.reader);
  const from = {
    ...reader,
    readExtended: (other: string, root: string) => reader.readExtended(folder + other, root),
  };
  const loaded = loadPolicy(name, Buffer.from(text), from, bindings);
  if (loaded.policy === null) return null;
  const { bundle } = buildBundle(loaded.policy, target, bindings, loaded.inputs);
  return bundle === null ? null : lockedBundle(bundle);
}
