import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, textOf } from '../proposals/base-branch.ts';
import type { DueEntry } from './due.ts';
import { grantedEntries } from './entries.ts';
import { removalsIn } from './message.ts';

/** Commits of a branch, at most, that are asked for what they remove. */
const MOST_COMMITS = 50;

/**
 * The entries that commits of a branch, which the base does not have, say that they remove, and that are gone there. Anybody can write
 * a trailer; one that nothing was done for claims nothing.
 */
export function removedBy(
  branch: string,
  commit: string,
  due: readonly DueEntry[],
  base: BaseBranch,
  { git }: Pick<Io, 'git'>,
): readonly DueEntry[] {
  const format = ['--format=%H%n%B%x00', '--no-show-signature'];
  const log = git(['log', `-${MOST_COMMITS}`, ...format, commit, `^${base.commit}`, '--']);
  if (!log.ok) throw new Error(`the commits of ${branch} were fetched and cannot be listed: ${log.detail}`);
  const commits = textOf(log)
    .split('\0')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ name: text.split('\n', 1)[0]!, removals: new Set(removalsIn(text)) }));
  return due.filter(({ entry: { id, blueprint } }) =>
    commits.some(({ name, removals }) => removals.has(id) && isGone(id, `${name}:${blueprint}`, git)),
  );
}

function isGone(id: string, place: string, git: Io['git']): boolean {
  const blob = git(['cat-file', 'blob', place]);
  if (!blob.ok) return false;
  const path = place.slice(place.indexOf(':') + 1);
  const { tree } = readYamlText(new SourceFile(path, textOf(blob)));
  return tree.root !== null && grantedEntries(path, tree).every((entry) => entry.id !== id);
}
