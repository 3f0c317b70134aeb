import { gitProblem } from '../cli/git/revisions.ts';
import type { Io } from '../cli/io.ts';
import { textOf } from '../cli/proposals/base-branch.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { gateSkippedRuns } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';

/** For these words in the message of the last commit GitHub starts nothing on `push` and `pull_request` ("Skip workflow runs"). */
const SKIPS = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|^skip-checks:[ \t]*true\b/im;

/**
 * Refuses a head for which GitHub starts no run when the base branch of its pull request is changed: a check that a review had
 * started while the base was another one would then stand for this one.
 */
export function startsRuns(head: string, { git }: Pick<Io, 'git'>): Step<object> {
  const read = git(['cat-file', 'commit', head]);
  if (!read.ok) return stop(gitProblem('read the head commit', read));
  const text = textOf(read);
  const [word] = SKIPS.exec(text.slice(text.indexOf('\n\n'))) ?? [];
  return word === undefined ? { ok: true } : stop(diagnose(gateSkippedRuns, null, { word }));
}
