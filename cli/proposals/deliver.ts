import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { proposalNotKept, proposalPushRefused } from '../../compiler/diagnostics/catalog/proposals.ts';
import { answerNotWritten } from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { writeAnswer } from '../../runtime/approvals/requests/folder.ts';
import { stateOf } from '../../runtime/approvals/requests/request.ts';
import { gitProblem } from '../git/revisions.ts';
import type { Io } from '../io.ts';
import type { FoundRequest } from '../request-report.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { textOf } from './base-branch.ts';
import type { GitHubDoor } from './github-door.ts';
import { githubProblem } from './github-problem.ts';
import { type Step, stop } from './outcome.ts';

/**
 * Pushes a commit as a branch. One that somebody else has made or moved meanwhile is left alone. Null when it is done.
 *
 * @param replaced the commit that the branch has now; null where it is to be a new one
 */
export function pushBranch(
  commit: string,
  remote: string,
  branch: string,
  { remoteGit }: Io,
  replaced: string | null = null,
): Diagnostic | null {
  const ref = `refs/heads/${branch}`;
  const quiet = [
    '--no-verify',
    '--no-follow-tags',
    '--recurse-submodules=no',
    '--no-signed',
    '--no-progress',
  ];
  const pushed = remoteGit([
    'push',
    ...quiet,
    `--force-with-lease=${ref}:${replaced ?? ''}`,
    remote,
    `${commit}:${ref}`,
  ]);
  if (pushed.ok) return null;
  if (pushed.reason === 'unavailable') return gitProblem('push the branch', pushed);
  return diagnose(proposalPushRefused, null, { remote, branch, detail: pushed.detail });
}

/** Files to review a proposal by, where there is no pull request. */
export interface ReviewFiles {
  readonly patch: string;
  readonly text: string;
}

/** Writes a patch for `git am` and the text that a pull request would have into a folder. */
export function writeReviewFiles(
  folder: string,
  branch: string,
  commit: string,
  body: string,
  io: Io,
): Step<{ readonly files: ReviewFiles }> {
  const patch = io.git([
    'format-patch',
    '-1',
    '--stdout',
    '--no-signature',
    '--no-attach',
    '--no-ext-diff',
    commit,
  ]);
  if (!patch.ok) return stop(gitProblem('write the patch', patch));
  const name = branch.replaceAll('/', '-');
  const files = { patch: join(folder, `${name}.patch`), text: join(folder, `${name}.md`) };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return stop(diagnose(proposalNotKept, null, { path: folder, detail: systemProblem(error) }));
  }
  const written = [
    [files.patch, textOf(patch)],
    [files.text, body],
  ] as const;
  for (const [path, text] of written) {
    const outcome = io.replaceFile(path, text);
    if (!outcome.ok) return stop(diagnose(proposalNotKept, null, { path, detail: outcome.detail }));
  }
  return { ok: true, files };
}

/** The open pull request of a branch; made where there is none. */
export async function pullRequestFor(
  door: GitHubDoor,
  pull: { readonly title: string; readonly body: string; readonly head: string; readonly base: string },
): Promise<Step<{ readonly url: string; readonly number: number; readonly isNew: boolean }>> {
  const { client, host, repository } = door;
  const found = await client.findOpenPull(pull.head, pull.base);
  if (!found.ok) return stop(githubProblem(found.problem, host, repository));
  if (found.value !== null) {
    const { url, number } = found.value;
    return { ok: true, url, number, isNew: false };
  }
  const created = await client.createPull(pull);
  if (!created.ok) return stop(githubProblem(created.problem, host, repository));
  const { url, number } = created.value;
  return { ok: true, url, number, isNew: true };
}

/** Notes with each request where it was proposed. What is let through for a while at this moment stays noted as that. */
export function noteProposed(
  requests: readonly FoundRequest[],
  where: string,
  by: string,
  io: Io,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const { request, answer, folder } of requests) {
    const isNoted = answer?.kind === 'proposed' && answer.where === where;
    if (isNoted || stateOf(answer, io.now()) === 'allowed') continue;
    try {
      writeAnswer(folder, request.id, { kind: 'proposed', by, at: io.now(), where });
    } catch (error) {
      if (!isSystemProblem(error)) throw error;
      problems.push(diagnose(answerNotWritten, null, { id: request.id, detail: systemProblem(error) }));
    }
  }
  return problems;
}
