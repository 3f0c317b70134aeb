import { isDeepStrictEqual } from 'node:util';
import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import type { YamlTree } from '../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { Io } from '../io.ts';
import { textOf } from '../proposals/base-branch.ts';
import { type GrantedEntry, networkPolicyIn } from './entries.ts';

/** More commits of one file than that in one period, and nothing is said about it. */
const MOST_COMMITS = 500;

/** A blueprint as it was from a moment on: one tree for each commit that has it otherwise. Null where this is not known. */
export type BlueprintHistory = readonly YamlTree[] | null;

/**
 * Reads how a blueprint was on a branch from a moment up to now, by the first parents of its commits and the times at which
 * they were committed.
 *
 * @param since milliseconds since 1970 UTC
 * @returns null where the branch has no commit that old, or this clone does not know it; empty where the file was not there
 */
export function historyOf(
  path: string,
  commit: string,
  since: number,
  { git }: Pick<Io, 'git'>,
): BlueprintHistory {
  const before = `--before=${new Date(since).toISOString()}`;
  const listed = (...argv: string[]) => {
    const outcome = git(['rev-list', '--first-parent', ...argv]);
    return outcome.ok
      ? textOf(outcome)
          .split('\n')
          .filter((line) => line !== '')
      : [];
  };
  const [then] = listed('-1', before, commit);
  if (then === undefined) return null;
  const later = listed(`-${MOST_COMMITS + 1}`, `${then}..${commit}`, '--', `:(top,literal)${path}`);
  if (later.length > MOST_COMMITS) return null;
  const trees: YamlTree[] = [];
  for (const at of [then, ...later]) {
    const blob = git(['cat-file', 'blob', `${at}:${path}`]);
    if (!blob.ok) return [];
    trees.push(readYamlText(new SourceFile(path, textOf(blob))).tree);
  }
  return trees;
}

/** Whether the network policy of an entry was there all the time, word for word. */
export function wasThere({ network }: GrantedEntry, history: readonly YamlTree[]): boolean {
  if (network === null || history.length === 0) return false;
  return history.every(({ root }) => isDeepStrictEqual(networkPolicyIn(root, network.key), network.value));
}
