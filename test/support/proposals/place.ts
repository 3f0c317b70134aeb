import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hostGit, hostRemoteGit } from '../../../cli/git/host-git.ts';
import { hostIo } from '../../../cli/host-io.ts';
import type { Io } from '../../../cli/io.ts';
import { main } from '../../../cli/main.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { askedOf, identityOf, requestId } from '../../../runtime/approvals/requests/identity.ts';
import { openRequests } from '../../../runtime/approvals/requests/open-requests.ts';
import { rebuild } from '../../../runtime/approvals/requests/rebuild.ts';
import { eventsOfFile } from '../../../runtime/audit/read/file-events.ts';
import { worldOf } from '../../cli/world.ts';
import { decisionOn, logOf } from '../audit-log.ts';
import { policyOf } from '../policy.ts';
import { START } from '../refusals.ts';

export const SANDBOX = 'a-1';
/** When the commands of these tests run. */
export const NOW = Date.UTC(2026, 0, 2);

/** Grants curl to read below api.example.com, with comments all over. */
export const BLUEPRINT = `# The agent that answers questions.
apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: ${SANDBOX} # as its sandbox
filesystem_policy:
  include_workdir: true

network_policies:
  # What it reads.
  api:
    endpoints:
      - { host: api.example.com, port: 443, protocol: rest, access: read-only } # only that
    binaries: [/usr/bin/curl]
    grant: { owner: team@example.com, reason: its work }
  # no more

# The end.
`;

export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** When commits of these tests are made. */
const COMMITTED = '2026-01-01T00:00:00Z';

export function gitIn(folder: string, ...argv: readonly string[]): string {
  return gitAt(COMMITTED, folder, ...argv);
}

/** The same at another time. */
export function gitAt(time: string, folder: string, ...argv: readonly string[]): string {
  return execFileSync('git', argv, {
    cwd: folder,
    env: { ...GIT_ENVIRONMENT, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
}

/** A bare repository with one commit on `main`. */
export function bareRemote(files: Readonly<Record<string, string>>, time = COMMITTED): string {
  const folder = temporary();
  const bare = join(folder, 'remote.git');
  gitIn(folder, 'init', '-q', '--bare', '-b', 'main', bare);
  const work = join(folder, 'work');
  gitIn(folder, 'init', '-q', '-b', 'main', work);
  writeFiles(work, files);
  gitIn(work, 'add', '-A');
  gitAt(time, work, 'commit', '-q', '--allow-empty', '-m', 'first');
  gitIn(work, 'push', '-q', bare, 'main');
  return bare;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Gives the remote of a clone an address of a server, and leads what git asks of that to where the remote is. */
export function callRemote(clone: string, address: string, where: string): void {
  gitIn(clone, 'config', `url.${where}.insteadOf`, address);
  gitIn(clone, 'config', 'remote.origin.url', address);
}

/** Commits files on a branch of a bare repository, as another person would. */
export function commitTo(
  bare: string,
  files: Readonly<Record<string, string>>,
  branch = 'main',
  time = COMMITTED,
): void {
  const work = join(temporary(), 'work');
  gitIn(dirname(work), 'clone', '-q', bare, work);
  gitIn(work, 'checkout', '-q', '-B', branch);
  writeFiles(work, files);
  gitIn(work, 'add', '-A');
  gitAt(time, work, 'commit', '-q', '-m', 'other');
  gitIn(work, 'push', '-q', 'origin', branch);
}

/** What a sandbox leaves behind that was refused these accesses: its log, and its requests made from it. */
export async function stateOfRefused(
  accesses: readonly EgressAccess[],
  policy: Policy = policyOf(BLUEPRINT),
): Promise<{ readonly root: string; readonly ids: readonly string[] }> {
  const root = join(temporary(), SANDBOX);
  mkdirSync(join(root, 'audit'), { recursive: true, mode: 0o700 });
  const file = join(root, 'audit', 'audit-0000000000000000.jsonl');
  const idOf = (access: EgressAccess) => requestId(SANDBOX, identityOf(askedOf(access)));
  const happenings = accesses.map((access) => ({ ...decisionOn(policy, access), request: idOf(access) }));
  writeFileSync(file, logOf(happenings, START));
  const failed = (error: Error) => {
    throw error;
  };
  const opened = openRequests({ sandbox: SANDBOX, folder: join(root, 'requests'), failed });
  rebuild(opened.requests, eventsOfFile(file));
  await opened.close();
  return { root, ids: [...new Set(accesses.map(idOf))] };
}

/** A clone of a remote, and the state of a sandbox that was refused something, in which commands are run. */
export interface Place {
  readonly bare: string;
  readonly clone: string;
  readonly root: string;
  readonly ids: readonly string[];
  run(...argv: readonly string[]): Promise<Ran>;
  /** The file of a branch on the remote. */
  onRemote(branch: string, path: string): string;
  /** All refs of the remote, one a line. */
  refs(): string;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function placeWith(
  accesses: readonly EgressAccess[],
  files: Readonly<Record<string, string>> = { 'agents/a-1.yaml': BLUEPRINT },
  more: { readonly clone?: readonly string[]; readonly environment?: Record<string, string> } = {},
): Promise<Place> {
  const bare = bareRemote(files);
  const clone = join(temporary(), 'clone');
  gitIn(dirname(clone), 'clone', '-q', ...(more.clone ?? []), `file://${bare}`, clone);
  const state = await stateOfRefused(accesses);
  return {
    bare,
    clone,
    ...state,
    run: (...argv) => runIn(clone, state.root, argv, more.environment),
    onRemote: (branch, path) => gitIn(bare, 'show', `${branch}:${path}`),
    refs: () => gitIn(bare, 'for-each-ref', '--format=%(refname) %(objectname)'),
  };
}

/** `nemoclaw egress` in a folder with the git of this machine, and nothing else of it. */
export async function runIn(
  folder: string,
  state: string,
  argv: readonly string[],
  environment: Record<string, string> = {},
  change: (io: Io) => Io = (io) => io,
): Promise<Ran> {
  const world = worldOf({}, environment);
  const host = hostIo();
  const gitEnvironment = { ...GIT_ENVIRONMENT, ...environment };
  const io: Io = {
    ...world.io,
    cwd: folder,
    now: () => NOW,
    git: hostGit(folder, gitEnvironment),
    remoteGit: hostRemoteGit(folder, gitEnvironment),
    reader: { ...world.io.reader, read: host.reader.read },
    replaceFile: host.replaceFile,
  };
  const [action = '', ...rest] = argv;
  const exitCode = await main(['egress', action, ...rest, '--state', state], change(io));
  return { exitCode, ...world.printed };
}

/** Files, index, HEAD and branches of a clone, but for what git notes of a branch that it has pushed. */
export function stateOfClone(clone: string): string {
  const files = readdirSync(clone, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/.git'))
    .map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), 'hex'),
    ]);
  return JSON.stringify([
    files,
    readFileSync(join(clone, '.git/index'), 'hex'),
    readFileSync(join(clone, '.git/HEAD'), 'utf8'),
    gitIn(clone, 'for-each-ref')
      .split('\n')
      .filter((line) => !line.includes('refs/remotes/origin/nemoclaw/')),
  ]);
}
