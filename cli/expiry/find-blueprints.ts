import { posix } from 'node:path';
import { expiryUnfitPath } from '../../compiler/diagnostics/catalog/expiry.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { type CommitFiles, LINK_MODE, SUBMODULE_MODE } from '../git/commit-files.ts';
import { gitProblem } from '../git/revisions.ts';
import { mayHold } from '../git/spelling.ts';
import type { BaseBranch } from '../proposals/base-branch.ts';
import { isBlueprint } from '../proposals/find-blueprint.ts';
import { type Step, stop } from '../proposals/outcome.ts';

/** A blueprint of the base branch. */
export interface BlueprintText {
  /** From the top of the repository. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether its very path was named. */
  readonly isNamed: boolean;
}

/**
 * The blueprints of a commit that may have an entry with a grant, in the order of their paths.
 *
 * @param named files and folders as seen from the current folder; none for the whole repository
 */
export function findBlueprints(
  named: readonly string[],
  { branch, prefix }: BaseBranch,
  files: CommitFiles,
): Step<{ readonly blueprints: readonly BlueprintText[] }> {
  const plain = [...files.entries].filter(([, { mode }]) => mode !== LINK_MODE && mode !== SUBMODULE_MODE);
  const places = named.map((path) => placeOf(path, prefix));
  for (const [at, place] of places.entries()) {
    const problem = problemOf(place, files);
    if (problem !== null) return stop(diagnose(expiryUnfitPath, null, { path: named[at]!, branch, problem }));
  }
  const exact = new Set(places);
  const isWithin = (path: string) =>
    places.length === 0 || places.some((place) => place === '' || path.startsWith(`${place}/`));
  const candidates = plain.filter(([path]) => exact.has(path) || (/\.ya?ml$/i.test(path) && isWithin(path)));
  const sifted = files.contents.sift(
    candidates.map(([, { id }]) => id),
    (bytes) => mayHold(bytes, 'nemoclaw.dev') && mayHold(bytes, 'grant'),
  );
  if (!sifted.ok) return stop(gitProblem('read the blueprints', sifted));
  const blueprints = candidates.flatMap(([path, { id }]): BlueprintText[] => {
    const read = sifted.wanted.has(id) ? files.read(path) : null;
    return read?.ok && isBlueprint(path, read.bytes)
      ? [{ path, bytes: read.bytes, isNamed: exact.has(path) }]
      : [];
  });
  for (const [at, path] of places.entries()) {
    const entry = files.entries.get(path!);
    const read = entry === undefined ? null : files.read(path!);
    if (read === null || (read.ok && isBlueprint(path!, read.bytes))) continue;
    const problem = read.ok ? 'it is no blueprint of nemoclaw.dev/v1' : read.detail;
    return stop(diagnose(expiryUnfitPath, null, { path: named[at]!, branch, problem }));
  }
  return { ok: true, blueprints: blueprints.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** From the top of the repository, empty for all of it; null for what lies outside. */
function placeOf(path: string, prefix: string): string | null {
  const place = posix.join(prefix, path).replace(/\/+$/, '');
  if (path.startsWith('/') || place === '..' || place.startsWith('../')) return null;
  return place === '.' ? '' : place;
}

function problemOf(place: string | null, { entries }: CommitFiles): string | null {
  if (place === null) return 'it lies outside of the repository';
  const mode = entries.get(place)?.mode;
  if (mode === LINK_MODE) return 'it is a symbolic link; name the file that it leads to';
  const isThere =
    place === '' || mode !== undefined || [...entries.keys()].some((path) => path.startsWith(`${place}/`));
  return isThere ? null : 'there is no such file or folder on that branch';
}
