import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nemoclaw, type Ran, temporaryFolder } from '../../cli/nemoclaw.ts';
import { type GateRun, BOT as RUNNER, TOKEN as RUNNERS_TOKEN, runGate } from '../../gate/place.ts';
import { githubStandIn, type StandIn } from '../../support/github/stand-in.ts';
import type { StandInAccount } from '../../support/github/state.ts';

/** Where blueprints are reviewed: a bare repository, the GitHub that it is on, and the clone of whoever asks for something. */
export interface Forge {
  /** As hosts follow it. */
  readonly address: string;
  readonly bare: string;
  readonly github: StandIn;
  /** Who may sign what hosts accept. */
  readonly signers: string;
  readonly clone: string;
  git(...argv: readonly string[]): string;
  /** `nemoclaw` in the clone, as the person who asks. */
  run(...argv: readonly string[]): Promise<Ran>;
  gate(branch: string): Promise<GateRun>;
  /** Merges a branch into `main` and pushes, signed by the release key or by nobody. Gives the commit. */
  merge(branch: string, signed: 'signed' | 'unsigned'): string;
}

/** Who asks. The owner is another person. */
export const AUTHOR: StandInAccount = { login: 'pat' };
export const OWNER: StandInAccount = { login: 'ann' };
const TOKEN = 'ghp_pat0123456789';
const REMOTE = 'https://git.corp.example/acme/blueprints.git';

const PERSON = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Pat',
  GIT_AUTHOR_EMAIL: 'pat@example.com',
  GIT_COMMITTER_NAME: 'Pat',
  GIT_COMMITTER_EMAIL: 'pat@example.com',
};

/** @param files what `main` starts with; its lock file is compiled for the target file that is among them */
export async function forge(
  files: Readonly<Record<string, string>>,
  blueprint: string,
  target: string,
): Promise<Forge> {
  const root = temporaryFolder();
  const [bare, clone, key] = ['agents.git', 'clone', 'release-key'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const git = (...argv: readonly string[]) =>
    execFileSync('git', argv, {
      cwd: clone,
      env: { PATH: process.env.PATH, ...PERSON },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'release', '-f', key]);
  const signers = join(root, 'signers');
  writeFileSync(signers, `release@example.com namespaces="git" ${readFileSync(`${key}.pub`, 'utf8')}`);
  const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key}`];
  mkdirSync(clone);
  git('init', '-q', '--bare', '-b', 'main', bare);
  git('--git-dir', bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git('init', '-q', '-b', 'main');
  git('config', `url.file://${bare}.insteadOf`, REMOTE);
  git('remote', 'add', 'origin', REMOTE);
  for (const [path, text] of Object.entries({ '.gitignore': '*.bundle*\n', ...files })) {
    writeFileSync(join(clone, path), text);
  }
  const github = await githubStandIn({
    bare,
    prefix: '/api/v3',
    tokens: { [TOKEN]: AUTHOR, [RUNNERS_TOKEN]: RUNNER },
  });
  const env = { ...PERSON, GITHUB_TOKEN: TOKEN };
  const run = (...argv: readonly string[]) => nemoclaw(argv, { cwd: clone, env });
  const compiled = await run('compile', blueprint, '-t', target);
  if (compiled.exitCode !== 0) throw new Error(compiled.stderr);
  git('add', '-A');
  git(...signing, 'commit', '-q', '-S', '-m', 'the agent');
  git('push', '-q', 'origin', 'main');
  git('fetch', '-q', 'origin');
  git('remote', 'set-head', 'origin', 'main');
  return {
    ...{ address: `file://${bare}`, bare, github, signers, clone, git, run },
    gate: (branch) => runGate(bare, github, { branch }),
    merge: (branch, signed) => {
      git('fetch', '-q', 'origin');
      git('checkout', '-q', '-B', 'main', 'origin/main');
      const options = signed === 'signed' ? ['-S'] : ['--no-gpg-sign'];
      git(...signing, 'merge', '-q', '--no-ff', ...options, '-m', `Merge ${branch}`, `origin/${branch}`);
      git('push', '-q', 'origin', 'main');
      return git('rev-parse', 'HEAD').trim();
    },
  };
}
