import {
  githubBadAddress,
  githubNoToken,
  githubNotPrivate,
} from '../../compiler/diagnostics/catalog/github.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { GitHubClient } from '../../runtime/approvals/github/client.ts';
import {
  apiFor,
  type GitHubRepository,
  mayHoldToken,
  repositoryAt,
} from '../../runtime/approvals/github/location.ts';
import type { Io } from '../io.ts';
import { type Step, stop } from './outcome.ts';

/** What the command line says of GitHub. */
export interface GitHubWishes {
  /** Address of the API of an Enterprise server; null for what the remote and the environment say. */
  readonly githubUrl: string | null;
  readonly tokenFile: string | null;
  /** False where a branch and a patch are wanted alone. */
  readonly pullRequest: boolean;
}

/** A repository on GitHub, and the client for it. */
export interface GitHubDoor {
  readonly host: string;
  readonly repository: GitHubRepository;
  readonly client: GitHubClient;
}

/** The GitHub that a remote is on; null where it is on none, or none is wanted. Asks nothing yet. */
export function githubDoor(
  urls: readonly string[],
  { githubUrl, tokenFile, pullRequest }: GitHubWishes,
  io: Io,
): Step<{ readonly door: GitHubDoor | null }> {
  const repository = urls.map(repositoryAt).find((found) => found !== null) ?? null;
  if (!pullRequest || repository === null) return { ok: true, door: null };
  const { GITHUB_API_URL: api = null, GITHUB_SERVER_URL: server = null } = io.environment;
  const address = apiFor(repository, { named: githubUrl, api, server });
  if (address === null) return { ok: true, door: null };
  if (!mayHoldToken(address)) return stop(diagnose(githubBadAddress, null, { address }));
  const host = new URL(address).host;
  const token = tokenFor(host, tokenFile, io);
  if (!token.ok) return token;
  const client = new GitHubClient({ api: address, token: token.token, now: io.now }, repository);
  return { ok: true, door: { host, repository, client } };
}

const TOKEN = /^[!-~]{1,512}$/;

function tokenFor(
  host: string,
  file: string | null,
  { environment, reader }: Io,
): Step<{ readonly token: string }> {
  if (file !== null) {
    const read = reader.read(file);
    if (!read.ok)
      return stop(diagnose(githubNoToken, null, { host, problem: `\`${file}\`: ${read.detail}` }));
    const token = new TextDecoder().decode(read.bytes).trim();
    return TOKEN.test(token) ? { ok: true, token } : stop(diagnose(githubNotPrivate, null, { path: file }));
  }
  const token = environment.NEMOCLAW_GITHUB_TOKEN ?? environment.GITHUB_TOKEN ?? '';
  if (token === '') return stop(diagnose(githubNoToken, null, { host, problem: 'the environment has none' }));
  return TOKEN.test(token)
    ? { ok: true, token }
    : stop(diagnose(githubNoToken, null, { host, problem: 'what the environment has is none' }));
}
