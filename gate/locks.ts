import { posix } from 'node:path';
import type { PlaceArguments } from '../cli/arguments/place.ts';
import { compileInput } from '../cli/compile-blueprint.ts';
import type { CommitFiles } from '../cli/git/commit-files.ts';
import type { Commits } from '../cli/git/commits.ts';
import type { Io } from '../cli/io.ts';
import type { Place } from '../cli/place.ts';
import type { PolicyPair } from '../cli/policy-pair.ts';
import { lockedFrom, lockedPlace } from '../cli/proposals/lock.ts';
import { type LockedBundle, lockDifferences, parseLock } from '../compiler/bundle/lock.ts';
import {
  gateLockDiffers,
  gateLockRemoved,
  gateLockUnknown,
  gateNoLock,
} from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { fileStart } from './file-start.ts';

/** What became of one lock file, or of a blueprint that has none. */
export interface CheckedLock {
  readonly path: string;
  readonly outcome: 'current' | 'wrong' | 'none';
  readonly findings: readonly Diagnostic[];
}

const ENDING = '.lock.json';
const MOST_NAMED = 3;
const NO_PLACE: PlaceArguments = { target: null, workdir: null, home: null, variables: {} };

/**
 * Compiles each changed blueprint and compares it with its lock file, and so for each lock file that was changed or taken away by
 * itself.
 *
 * @param place where a blueprint without a lock file is compiled for
 */
export async function checkLocks(
  pairs: readonly PolicyPair[],
  { old, next, changed }: Commits,
  place: Place,
  io: Io,
): Promise<CheckedLock[]> {
  const checked: CheckedLock[] = [];
  const done = new Set<string>();
  for (const pair of pairs) {
    if (pair.next.bytes === null) continue;
    const lock = lockBeside(pair.next.name);
    done.add(lock);
    if (next.locate(lock).ok) checked.push(await checkLock(lock, pair.next.name, next, io));
    else if (old.locate(lockBeside(pair.old.name)).ok) {
      checked.push(wrong(lock, diagnose(gateLockRemoved, fileStart(lock), { lock })));
    } else checked.push(compileAlone(pair, lock, place, io));
  }
  // One that moved away leaves its blueprint without one.
  for (const path of new Set(changed.flatMap((one) => [one.old, one.next]))) {
    if (path === null || !path.endsWith(ENDING) || done.has(path)) continue;
    const stem = path.slice(0, -ENDING.length);
    const blueprint = [`${stem}.yaml`, `${stem}.yml`].find((one) => next.entries.has(one));
    if (blueprint === undefined) continue;
    checked.push(
      next.entries.has(path)
        ? await checkLock(path, blueprint, next, io)
        : wrong(path, diagnose(gateLockRemoved, fileStart(path), { lock: path })),
    );
  }
  return checked;
}

function lockBeside(path: string): string {
  return `${path.replace(/\.ya?ml$/, '')}${ENDING}`;
}

function wrong(path: string, ...findings: readonly Diagnostic[]): CheckedLock {
  return { path, outcome: 'wrong', findings };
}

/** The blueprint is compiled as `nemoclaw compile` would; what the target cannot enforce is an error. */
function compileAlone({ next }: PolicyPair, lock: string, place: Place, io: Io): CheckedLock {
  const input = { ok: true, name: next.name, bytes: next.bytes! } as const;
  const compiled = compileInput(input, place, { ...io, reader: next.reader });
  if (compiled.ok) {
    const note = diagnose(gateNoLock, fileStart(next.name), { path: next.name, lock });
    return { path: lock, outcome: 'none', findings: [note] };
  }
  return wrong(lock, ...compiled.diagnostics.filter(({ severity }) => severity === 'error'));
}

async function checkLock(lock: string, path: string, files: CommitFiles, io: Io): Promise<CheckedLock> {
  const unknown = (problem: string) =>
    wrong(lock, diagnose(gateLockUnknown, fileStart(lock), { lock, problem }));
  const [read, blueprint] = [files.read(lock), files.read(path)];
  if (!read.ok) return unknown(`it cannot be read: ${read.detail}`);
  if (!blueprint.ok) return unknown(`its blueprint cannot be read: ${blueprint.detail}`);
  const parsed = parseLock(new TextDecoder().decode(read.bytes));
  if (parsed === null) return unknown('it is no lock file');
  const targets = Object.entries(parsed.targets);
  if (targets.length === 0) return unknown('it locks nothing');
  const text = new TextDecoder().decode(blueprint.bytes);
  const findings: Diagnostic[] = [];
  for (const [target, locked] of targets) {
    const place = await lockedPlace(target, files, NO_PLACE, io);
    if (place === null) return unknown(`what the target \`${target}\` is cannot be known here`);
    const what = differenceOf(locked, { path, text }, place, files, io);
    if (what !== null) findings.push(diagnose(gateLockDiffers, fileStart(lock), { lock, target, what }));
  }
  return { path: lock, outcome: findings.length === 0 ? 'current' : 'wrong', findings };
}

/** How a lock differs from a fresh compile, in words; null where it does not. It may be compiled from the top or from its folder. */
function differenceOf(
  locked: LockedBundle,
  { path, text }: { readonly path: string; readonly text: string },
  place: Place,
  files: CommitFiles,
  io: Io,
): string | null {
  let said: string | null = null;
  for (const name of [path, posix.basename(path)]) {
    const found = lockedFrom(name, text, place, files, io, path);
    if (found === null) continue;
    const differences = lockDifferences(locked, found);
    if (differences.length === 0) return null;
    const named = differences.slice(0, MOST_NAMED).map(({ what }) => `\`${what}\``);
    const more = differences.length > MOST_NAMED ? ` and ${differences.length - MOST_NAMED} more` : '';
    said ??= `${named.join(', ')}${more} ${differences.length === 1 ? 'differs' : 'differ'}`;
  }
  return said ?? 'that target cannot enforce the blueprint';
}
