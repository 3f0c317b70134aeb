import { gateNoComment } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { GitHubClient } from '../runtime/approvals/github/client.ts';
import type { GitHubAnswer, GitHubProblem } from '../runtime/approvals/github/problem.ts';
import { githubFinding } from './github-finding.ts';
import type { GateInputs } from './inputs.ts';

/** GitHub takes 65,536 characters. */
export const LONGEST_COMMENT = 60_000;

/**
 * Writes the one comment of this gate, or puts a new text into it. It is known by its mark and by its author together, so that a
 * comment of somebody else that has the mark stays as it is and keeps nothing from being written.
 *
 * @param isWanted whether it is worth a new comment; one that is there is brought up to date in any case
 */
export async function comment(
  number: number,
  text: string,
  isWanted: boolean,
  client: GitHubClient,
  inputs: GateInputs,
): Promise<Diagnostic | null> {
  const mark = `<!-- nemoclaw gate ${inputs.key} -->`;
  const body = `${mark}\n${text}`;
  const listed = await client.listComments(number);
  if (!listed.ok) return findingOf(listed.problem, inputs);
  const own = listed.value.find(
    ({ author, body: there }) =>
      author.login.toLowerCase() === inputs.commentAuthor.toLowerCase() &&
      author.isBot === inputs.commentAuthor.endsWith('[bot]') &&
      there.split(/\r?\n/, 1)[0] === mark,
  );
  if (own === undefined && !isWanted) return null;
  const written: GitHubAnswer<{ readonly author: { readonly login: string } }> =
    own === undefined ? await client.createComment(number, body) : await client.updateComment(own.id, body);
  if (!written.ok) return findingOf(written.problem, inputs);
  const { login } = written.value.author;
  return login.toLowerCase() === inputs.commentAuthor.toLowerCase()
    ? null
    : diagnose(gateNoComment, null, {
        detail: `none that is found again: it is by \`${login}\`, so set \`comment-author\` to that`,
      });
}

/** A token that may not write is no failure; anything else is. */
function findingOf(problem: GitHubProblem, inputs: GateInputs): Diagnostic {
  return problem.kind === 'forbidden' || problem.kind === 'not-found'
    ? diagnose(gateNoComment, null, { detail: `GitHub says \`${problem.said}\`` })
    : githubFinding(problem, inputs);
}
