import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { program } from '../../support/host.ts';
import { ENVIRONMENT } from '../git/repository.ts';
import { nemoclaw, type Ran, temporaryFolder } from '../nemoclaw.ts';
import { blueprintWith, SANDBOX, succeeds } from './host-project.ts';

/** What such a remote is signed by. */
export const openssh = program('ssh-keygen', 'openssh-client');

/** A bare remote that a host follows, a work tree that pushes to it, and a host. */
export interface SignedRemote {
  readonly address: string;
  readonly work: string;
  /** State folder of the sandbox. */
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  git(...argv: readonly string[]): string;
  write(path: string, text: string): void;
  /** Writes the blueprint and its lock file, commits with a key of a person, and pushes. Gives the commit. */
  push(policy: string, who?: 'alice' | 'mallory' | null): Promise<string>;
  /** Commits everything that lies there as it is, and pushes. */
  commit(who: 'alice' | 'mallory' | null): string;
  sync(...argv: readonly string[]): Promise<Ran>;
}

/** The key of alice is allowed; that of mallory is not. */
export function signedRemote(): SignedRemote {
  const [root, work, home] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const bare = join(root, 'agents.git');
  const git = (...argv: readonly string[]) =>
    execFileSync('git', argv, {
      cwd: work,
      env: ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const ssh = (name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(root, name)]);
  for (const name of ['alice', 'mallory']) ssh(name);
  const key = readFileSync(join(root, 'alice.pub'), 'utf8').trim();
  writeFileSync(join(root, 'signers'), `alice@example.com namespaces="git" ${key}\n`);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare], { env: ENVIRONMENT });
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', bare);
  writeFileSync(join(work, '.gitignore'), '*.bundle*\n');
  const env = { XDG_STATE_HOME: home };
  const signing = (who: string) => ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${join(root, who)}`];
  const address = `file://${bare}`;
  const commit = (who: 'alice' | 'mallory' | null) => {
    git('add', '-A');
    const options = who === null ? [] : signing(who);
    git(...options, 'commit', '-q', '--allow-empty', '-m', 'change', ...(who === null ? [] : ['-S']));
    git('push', '-q', '--force', 'origin', 'HEAD:main');
    return git('rev-parse', 'HEAD').trim();
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  };
  return {
    ...{ address, work, env, git, write, commit },
    state: join(home, 'nemoclaw/sandboxes', SANDBOX),
    async push(policy, who = 'alice') {
      write('agent.yaml', blueprintWith(policy));
      await succeeds(nemoclaw(['compile', 'agent.yaml', '-t', 'host'], { cwd: work }));
      return commit(who);
    },
    sync: (...argv) =>
      nemoclaw(
        [
          ...['sync', address, '--name', SANDBOX, '--allowed-signers', join(root, 'signers')],
          ...['-t', 'host', '--workdir', work, '-o', 'json', ...argv],
        ],
        { cwd: root, env },
      ),
  };
}
