/** A repository on GitHub, as the address of a remote names it. */
export interface GitHubRepository {
  /** Of the web site and of git, such as `github.com`. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** `git@github.com:acme/blueprints.git`, as git and SSH write it. */
const SCP = /^(?:[\w.-]+@)?([A-Za-z0-9.-]+):(?!\/\/)\/?([^/]+)\/([^/]+?)(?:\.git)?\/?$/;
const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/;
/** As GitHub allows them: owners of letters, digits and `-`, repositories of those, `_` and `.`. */
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?$/;
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** The repository that an address of a remote names; null for one that is on no such server, such as a file. */
export function repositoryAt(url: string): GitHubRepository | null {
  if (!url.includes('://')) {
    const [, host, owner, name] = SCP.exec(url) ?? [];
    return repositoryOf(host, owner, name);
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (!['https:', 'http:', 'ssh:'].includes(parsed.protocol)) return null;
  const [, owner, name] = PATH.exec(parsed.pathname) ?? [];
  // Port 443 of `ssh.github.com` is another door to the same house.
  return repositoryOf(parsed.hostname.replace(/^ssh\.(?=github\.com$)/, ''), owner, name);
}

function repositoryOf(host?: string, owner?: string, name?: string): GitHubRepository | null {
  if (host === undefined || owner === undefined || name === undefined) return null;
  return OWNER.test(owner) && NAME.test(name) ? { host: host.toLowerCase(), owner, name } : null;
}

const PUBLIC_HOST = 'github.com';
const PUBLIC_API = 'https://api.github.com';

/** What says where the API is; null where nobody said. */
export interface ApiWishes {
  /** From the command line: the remote is on a GitHub whose API is there. */
  readonly named: string | null;
  /** `GITHUB_API_URL` and `GITHUB_SERVER_URL`, as workflows have them. They count for a remote on that server only. */
  readonly api: string | null;
  readonly server: string | null;
}

/**
 * The address of the API of the GitHub that a remote is on, without a `/` at its end; null where the remote is on none, as far
 * as anybody can tell. A token is never sent to a server that was not named for this remote.
 */
export function apiFor({ host }: GitHubRepository, { named, api, server }: ApiWishes): string | null {
  if (named !== null) return named.replace(/\/+$/, '');
  const isOfServer = server !== null && hostOf(server) === host;
  const isNeighbour = api !== null && [host, `api.${host}`].includes(hostOf(api) ?? '');
  if (api !== null && (isOfServer || isNeighbour)) return api.replace(/\/+$/, '');
  return host === PUBLIC_HOST ? PUBLIC_API : null;
}

/** Whether an address may be given a token: over TLS, or on this machine. */
export function mayHoldToken(api: string): boolean {
  let parsed: URL;
  try {
    parsed = new URL(api);
  } catch {
    return false;
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    return false;
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname);
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isHere);
}

function hostOf(url: string): string | null {
  try {
    return new URL(url).hostname;
  } catch {
    return null;
  }
}
