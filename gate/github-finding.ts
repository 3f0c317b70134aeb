import { githubProblem } from '../cli/proposals/github-problem.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { GitHubProblem } from '../runtime/approvals/github/problem.ts';
import type { GateInputs } from './inputs.ts';

/** What to do in a workflow when GitHub does not answer as it should. */
const NEXT: Readonly<Record<GitHubProblem['kind'], string>> = {
  unauthorized: 'give the input `token` the token of the job: `${{ github.token }}`',
  forbidden: 'give the job the permissions `contents: read` and `pull-requests: read`',
  limited: 'run the job again when the limit has ended',
  'not-found': 'look whether the token may read this repository: `pull-requests: read`',
  refused: 'look at what GitHub says, and run the job again',
  failed: 'run the job again; githubstatus.com says whether GitHub has a problem',
  moved: 'look whether the repository was renamed, and run the job again',
  unreachable: 'run the job again when the API can be reached from this runner',
  unreadable: 'look at `api-url`: it ends in `/api/v3` on GitHub Enterprise Server',
  'cut-short':
    'make the list shorter: squash the commits of the change, or close pull requests that nobody needs',
};

/** A problem with the API as a finding that says what to do in a workflow. */
export function githubFinding(problem: GitHubProblem, inputs: GateInputs): Diagnostic {
  const host = new URL(inputs.api).host;
  const finding = githubProblem(problem, host, { owner: inputs.owner, name: inputs.repository });
  return { ...finding, help: NEXT[problem.kind] };
}
