import type { CommitFiles } from '../cli/git/commit-files.ts';
import { gitProblem } from '../cli/git/revisions.ts';
import { mayHold } from '../cli/git/spelling.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { parseSource } from '../compiler/frontend/parse-source.ts';

/** The sandbox that a blueprint is for; null for what is no blueprint. */
export function sandboxIn(path: string, files: CommitFiles): string | null {
  const read = files.read(path);
  const parsed = read.ok ? parseSource(path, read.bytes) : null;
  return parsed?.kind === 'blueprint' ? parsed.blueprint.metadata.name.value : null;
}

/** The blueprints of a commit that are for one of some sandboxes, by its name. Of no name nothing is read. */
export function blueprintsFor(
  names: ReadonlySet<string>,
  files: CommitFiles,
): Step<{ readonly paths: ReadonlyMap<string, readonly string[]> }> {
  const paths = new Map<string, string[]>();
  if (names.size === 0) return { ok: true, paths };
  const sifted = files.contents.sift(
    [...files.entries.values()].map(({ id }) => id),
    (bytes) => mayHold(bytes, 'nemoclaw.dev/') && mayHold(bytes, ...names),
  );
  if (!sifted.ok) return stop(gitProblem('read the files of a commit', sifted));
  for (const [path, { id }] of files.entries) {
    const name = sifted.wanted.has(id) ? sandboxIn(path, files) : null;
    if (name !== null && names.has(name)) paths.set(name, [...(paths.get(name) ?? []), path]);
  }
  return { ok: true, paths };
}
