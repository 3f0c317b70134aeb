import {
  githubCutShort,
  githubFailed,
  githubForbidden,
  githubLimited,
  githubMoved,
  githubNotFound,
  githubRefused,
  githubUnauthorized,
  githubUnreachable,
  githubUnreadable,
} from '../../compiler/diagnostics/catalog/github.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { GitHubRepository } from '../../runtime/approvals/github/location.ts';
import type { GitHubProblem } from '../../runtime/approvals/github/problem.ts';

/** A problem with GitHub as a finding. @param host of the API */
export function githubProblem(
  problem: GitHubProblem,
  host: string,
  { owner, name }: Pick<GitHubRepository, 'owner' | 'name'>,
): Diagnostic {
  switch (problem.kind) {
    case 'unauthorized':
      return diagnose(githubUnauthorized, null, { host, said: problem.said });
    case 'forbidden':
      return diagnose(githubForbidden, null, { host, said: problem.said });
    case 'limited': {
      const until = problem.until === null ? null : new Date(problem.until).toISOString();
      return diagnose(githubLimited, null, { host, until, said: problem.said });
    }
    case 'not-found':
      return diagnose(githubNotFound, null, { host, repository: `${owner}/${name}`, said: problem.said });
    case 'refused':
      return diagnose(githubRefused, null, { host, said: problem.said });
    case 'failed':
      return diagnose(githubFailed, null, { host, status: problem.status, said: problem.said });
    case 'moved':
      return diagnose(githubMoved, null, { host, to: problem.to });
    case 'unreachable':
      return diagnose(githubUnreachable, null, { host, detail: problem.detail });
    case 'unreadable':
      return diagnose(githubUnreadable, null, { host, detail: problem.detail });
    case 'cut-short':
      return diagnose(githubCutShort, null, { host, list: problem.list, most: problem.most });
  }
}
