import { posix } from 'node:path';
import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import type { Sifted } from './blobs.ts';
import { LINK_MODE } from './commit-files.ts';
import type { Commits } from './commits.ts';
import { mayHold } from './spelling.ts';

type Failure = Extract<ReturnType<Commits['next']['contents']['sift']>, { ok: false }>;

/** Which unchanged files may be policies that extend something, and those of which nobody can say. */
export interface Candidates {
  readonly ok: true;
  readonly paths: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Looks through unchanged files, under whatever names, for those whose meaning may depend on another file: blueprints that
 * extend something, and links to what changed. It may name too many, and never leaves one out.
 */
export function mayBeDependent(paths: readonly string[], commits: Commits): Candidates | Failure {
  const { old, next } = commits;
  const links = paths.filter((path) => next.entries.get(path)?.mode === LINK_MODE);
  const failure = next.contents.load(links.map((path) => next.entries.get(path)!.id));
  if (failure !== null) return failure;
  const isTouched = touchedIn(commits);
  const places = paths.map((path) => {
    const asked: string[] = [];
    const found = [old, next].map((files) => files.locate(path, (one) => asked.push(one)));
    const ids = found.flatMap((one) => (one.ok ? [one.id] : []));
    return { path, ids, isTouched: asked.some(isTouched) };
  });
  const sifted = siftOurs(
    places.flatMap(({ ids }) => ids),
    commits,
  );
  if (!sifted.ok) return sifted;
  // What was sifted out is known by now, and what was kept is small.
  const extending = new Set([...sifted.wanted].filter((id) => mayExtend(next.contents.read(id))));
  return {
    ok: true,
    paths: places.flatMap(({ path, ids, isTouched: itself }) =>
      itself || ids.some((id) => extending.has(id)) ? [path] : [],
    ),
    missing: places.flatMap(({ path, ids }) => (ids.some((id) => sifted.missing.has(id)) ? [path] : [])),
  };
}

/** Parts are kept as well, because policies will ask for them. */
function siftOurs(ids: readonly string[], { next }: Commits): Sifted | Failure {
  return next.contents.sift(ids, (bytes) => mayHold(bytes, 'nemoclaw.dev/'));
}

/** Only files in the project's own language, which name its version, can extend others. */
function mayExtend(outcome: ReadOutcome): boolean {
  return outcome.ok && mayHold(outcome.bytes, 'extends');
}

/** Tells of a path whether it, or a link or submodule on the way to it, differs. */
export function touchedIn({ changed }: Commits): (path: string) => boolean {
  const touched = new Set(changed.flatMap(({ old, next }) => [old, next].filter((path) => path !== null)));
  return (path) => {
    for (let at = path; at !== '.' && at !== '/'; at = posix.dirname(at)) if (touched.has(at)) return true;
    return false;
  };
}
