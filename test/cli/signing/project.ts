import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hostGit } from '../../../cli/git/host-git.ts';
import { hostIo } from '../../../cli/host-io.ts';
import { main } from '../../../cli/main.ts';
import { keyPair } from '../../support/signatures.ts';
import { ENVIRONMENT } from '../git/repository.ts';
import { GOOD } from '../nemoclaw.ts';
import { worldOf } from '../world.ts';

export const BLUEPRINT = `${GOOD}extends:\n  - tier: restricted\n  - file: parts/extra.yaml\n`;
export const PART =
  'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: extra, description: x }\nfilesystem_policy:\n  read_only: [/opt]\n';

/** A git repository with a blueprint, its bundle, a key and a signature. */
export interface Project {
  readonly folder: string;
  /** Absolute paths. */
  readonly bundle: string;
  readonly key: string;
  readonly publicKey: string;
  /** Where the signature by key goes. */
  readonly signature: string;
  git(...argv: readonly string[]): string;
  write(path: string, text: string): void;
  nemoclaw(argv: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Committed and compiled, not signed. */
export async function newProject(): Promise<Project> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-test-')));
  const project = projectIn(folder);
  project.git('init', '-q', '-b', 'main');
  project.git('config', 'remote.origin.url', 'https://me:hunter2@git.example.com/agents.git');
  project.write('agents/agent.yaml', BLUEPRINT);
  project.write('agents/parts/extra.yaml', PART);
  project.write('.gitignore', '*.bundle\n*.json\n*.pem\n');
  project.git('add', '-A');
  project.git('commit', '-q', '-m', 'one');
  const { secret, open } = keyPair('ed25519');
  writeFileSync(project.key, secret, { mode: 0o600 });
  writeFileSync(project.publicKey, open);
  const compiled = await project.nemoclaw(['compile', join(folder, 'agents/agent.yaml')]);
  if (compiled.exitCode !== 0) throw new Error(compiled.stderr);
  return project;
}

/** A copy of a project that is gone when the test is over. */
export function copyOf({ folder }: Project): Project {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-test-')));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return projectIn(copy);
}

function projectIn(folder: string): Project {
  const bundle = join(folder, 'agents/agent.bundle');
  return {
    folder,
    bundle,
    key: join(folder, 'bundle-key.pem'),
    publicKey: join(folder, 'bundle-key.pub.pem'),
    signature: `${bundle}.sigstore.json`,
    git: (...argv) => execFileSync('git', argv, { cwd: folder, env: ENVIRONMENT, encoding: 'utf8' }),
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    async nemoclaw(argv, environment = {}) {
      const world = worldOf({}, { PATH: process.env.PATH ?? '', ...environment });
      const { stdout, stderr, now } = world.io;
      const io = {
        ...hostIo(),
        ...{ stdout, stderr, now, environment: world.io.environment },
        ...{ cwd: folder, git: hostGit(folder, ENVIRONMENT) },
      };
      const exitCode = await main(argv, io);
      return { exitCode, ...world.printed };
    },
  };
}

/** The codes of the findings in what `-o json` printed. */
export function codesIn({ stdout }: Ran): string[] {
  return JSON.parse(stdout).diagnostics.map(({ code }: { code: string }) => code);
}

export function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
