import type { Command } from 'commander';
import type { GitHubWishes } from '../proposals/github-door.ts';

/** Where a change of blueprints goes to be reviewed, and what it is held against on the way. */
export interface DeliveryArguments {
  /** Null for the main branch of the remote. */
  readonly base: string | null;
  /** Null for origin, or the only one. */
  readonly remote: string | null;
  readonly guardrails: string;
  readonly github: GitHubWishes;
  readonly dryRun: boolean;
}

export interface DeliveryValues {
  readonly base?: string;
  readonly remote?: string;
  readonly guardrails: string;
  readonly githubUrl?: string;
  readonly tokenFile?: string;
  readonly pullRequest: boolean;
  readonly dryRun?: boolean;
}

export function withDeliveryOptions(command: Command): Command {
  return command
    .option('--base <branch>', 'the branch to change (default: the main one of the remote)')
    .option('--remote <name>', 'the remote to push to (default: origin, or the only one)')
    .option(
      '-g, --guardrails <file>',
      'the guardrails to hold it against; default for the shipped ones',
      'default',
    )
    .option(
      '--github-url <url>',
      'address of the API of a GitHub Enterprise Server, such as https://HOST/api/v3',
    )
    .option('--token-file <file>', 'a file with the token (default: NEMOCLAW_GITHUB_TOKEN, GITHUB_TOKEN)')
    .option('--no-pull-request', 'a branch and a patch alone, also on GitHub')
    .option('--dry-run', 'push and write nothing; show what would be proposed');
}

export function deliveryOf(values: DeliveryValues): DeliveryArguments {
  const { base, remote, guardrails, githubUrl, tokenFile, pullRequest, dryRun } = values;
  return {
    base: base ?? null,
    remote: remote ?? null,
    guardrails,
    github: { githubUrl: githubUrl ?? null, tokenFile: tokenFile ?? null, pullRequest },
    dryRun: dryRun === true,
  };
}
