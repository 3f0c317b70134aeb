import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hostGit } from '../../../cli/git/host-git.ts';
import { hostIo } from '../../../cli/host-io.ts';
import { main } from '../../../cli/main.ts';
import { worldOf } from '../world.ts';

export const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export interface Repository {
  readonly folder: string;
  /** Runs git in it; gives what it printed. */
  git(...argv: readonly string[]): string;
  /** Writes files, takes the ones that are null away, and commits. */
  commit(files: Readonly<Record<string, string | null>>): void;
  /** `nemoclaw diff` in it, or in a folder below it. */
  diff(
    argv: readonly string[],
    below?: string,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

/** A real git repository in a folder that is gone when the test is over. */
export function repository(): Repository {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...argv: readonly string[]) =>
    execFileSync('git', argv, {
      cwd: folder,
      env: ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  git('init', '-q', '-b', 'main');
  return {
    folder,
    git,
    commit(files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        if (text === null) rmSync(file, { recursive: true });
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'x');
    },
    diff: (argv, below = '') => diffIn(join(folder, below), argv),
  };
}

/** `nemoclaw diff` in any folder, with the machine's git. */
export async function diffIn(folder: string, argv: readonly string[]) {
  const world = worldOf({});
  const { reader, lookAt } = hostIo();
  const io = {
    ...world.io,
    cwd: folder,
    git: hostGit(folder, ENVIRONMENT),
    lookAt,
    reader: { ...world.io.reader, read: reader.read },
  };
  const exitCode = await main(['diff', ...argv], io);
  return { exitCode, ...world.printed };
}

/** A blueprint that reaches these hosts, each line of `hosts` an endpoint in braces. */
export function reaching(hosts: readonly string[], head = ''): string {
  const endpoints = hosts.map((host) => `      - { ${host} }\n`).join('');
  const network =
    hosts.length === 0
      ? ''
      : `network_policies:\n  web:\n    endpoints:\n${endpoints}    binaries: [{ path: /usr/bin/curl }]\n`;
  return `apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata:\n  name: test\n${head}filesystem_policy: { include_workdir: true }\n${network}`;
}

export const READ = 'host: a.example.com, port: 443, access: read-only';
export const FULL = 'host: a.example.com, port: 443, access: full';
