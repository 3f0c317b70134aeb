import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { githubStandIn, type StandIn } from '../support/github/stand-in.ts';
import type { StandInAccount } from '../support/github/state.ts';
import type { HostFeature } from '../support/host.ts';
import { bareRemote, gitIn, temporary, writeFiles } from '../support/proposals/place.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What the runner starts. */
const ACTION = join(ROOT, '.github/actions/gate/dist/index.cjs');
const NODE24 = join(ROOT, '.cache/node24/node_modules/node/bin/node');

export const node24: HostFeature = {
  name: 'Node 24',
  hint: 'npm i --no-save --prefix .cache/node24 node@24',
  present: () => existsSync(NODE24),
};

export const TOKEN = 'ghs_gate0123456789';
export const BOT: StandInAccount = { login: 'github-actions[bot]', type: 'Bot' };
export const AUTHOR: StandInAccount = { login: 'mallory' };
export const OWNER: StandInAccount = { login: 'ann' };

/** A file's text, null to take it away, or a link. */
export type Content = string | null | { readonly link: string };

export interface GateRun {
  readonly exitCode: number | null;
  /** Workflow commands. */
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface GatePlace {
  readonly bare: string;
  readonly standIn: StandIn;
  /** Commits on top of a branch, or on a new one on top of `main`, in the name of an account. Gives the commit. */
  push(files: Readonly<Record<string, Content>>, branch?: string, login?: string): string;
  /** Runs the gate for the pull request, as it is now unless something else is said. */
  run(wishes?: Wishes): Promise<GateRun>;
}

export interface Wishes {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: { readonly name: string; readonly payload: unknown };
  readonly environment?: Readonly<Record<string, string>>;
  readonly clone?: readonly string[];
  readonly isNode24?: boolean;
  /** The branch of the pull request. */
  readonly branch?: string;
  /** Does something to the clone before the gate runs. */
  readonly prepare?: (folder: string) => void;
}

/** A repository with a base and a pull request (number 1, from `change`) that changes it. */
export async function gatePlace(
  base: Readonly<Record<string, string>>,
  change: Readonly<Record<string, Content>> | null,
): Promise<GatePlace> {
  const bare = bareRemote(base);
  gitIn(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const standIn = await githubStandIn({ bare, tokens: { [TOKEN]: BOT } });
  const place: GatePlace = {
    bare,
    standIn,
    push: (files, branch = 'change', login = AUTHOR.login) => push(bare, files, branch, login),
    run: (wishes = {}) => runGate(bare, standIn, wishes),
  };
  if (change !== null) {
    place.push(change);
    open(standIn);
  }
  return place;
}

function open({ state }: StandIn): void {
  state.pulls.push({
    number: 1,
    state: 'open',
    isMerged: false,
    title: 'a change',
    body: null,
    head: 'change',
    base: 'main',
    baseCommit: state.commitOf('main')!,
    author: AUTHOR,
    reviews: [],
  });
}

function push(bare: string, files: Readonly<Record<string, Content>>, branch: string, login: string): string {
  const work = join(temporary(), 'work');
  gitIn(dirname(work), 'clone', '-q', bare, work);
  const isThere = gitIn(bare, 'for-each-ref', `refs/heads/${branch}`) !== '';
  gitIn(work, 'checkout', '-q', ...(isThere ? [branch] : ['-b', branch]));
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'string') writeFiles(work, { [path]: content });
    else rmSync(join(work, path), { recursive: true, force: true });
    if (content === null || typeof content === 'string') continue;
    mkdirSync(dirname(join(work, path)), { recursive: true });
    symlinkSync(content.link, join(work, path));
  }
  gitIn(work, 'add', '-A');
  const author = `--author=${login} <${login}@users.noreply.github.com>`;
  gitIn(work, 'commit', '-q', '--allow-empty', author, '-m', 'change');
  gitIn(work, 'push', '-q', 'origin', branch);
  return gitIn(work, 'rev-parse', 'HEAD').trim();
}

/** Runs the gate on a clone of a repository as the runner does, for pull request 1 from `change` unless another is named. */
export async function runGate(bare: string, standIn: StandIn, wishes: Wishes = {}): Promise<GateRun> {
  const { branch = 'change' } = wishes;
  const folder = temporary();
  const clone = join(folder, 'clone');
  gitIn(folder, 'clone', '-q', ...(wishes.clone ?? []), `file://${bare}`, clone);
  if (wishes.clone === undefined) gitIn(clone, 'checkout', '-q', `origin/${branch}`);
  wishes.prepare?.(clone);
  const head = gitIn(bare, 'rev-parse', branch).trim();
  const event = wishes.event ?? {
    name: 'pull_request',
    payload: { pull_request: { number: 1, head: { sha: head } } },
  };
  const files = {
    event: join(folder, 'event.json'),
    output: join(folder, 'out'),
    summary: join(folder, 'sum'),
  };
  writeFileSync(files.event, JSON.stringify(event.payload));
  writeFileSync(files.output, '');
  writeFileSync(files.summary, '');
  const inputs = Object.entries({ token: TOKEN, ...wishes.inputs });
  const environment = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: clone,
    GITHUB_REPOSITORY: 'acme/blueprints',
    GITHUB_API_URL: standIn.url,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_SHA: head,
    RUNNER_TEMP: folder,
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...wishes.environment,
  };
  const ran = await started(wishes.isNode24 ? NODE24 : process.execPath, environment);
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN);
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return { ...ran, summary: read(files.summary), outputs: outputsIn(read(files.output)) };
}

function started(node: string, env: NodeJS.ProcessEnv) {
  return new Promise<Pick<GateRun, 'exitCode' | 'stdout' | 'stderr'>>((resolve, reject) => {
    const child = spawn(node, [ACTION], {
      env,
      cwd: env.GITHUB_WORKSPACE,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
}

/** Reads outputs as the runner does (actions/runner, FileCommandManager): a name, `<<`, a delimiter, and lines up to it. */
export function outputsIn(text: string): Record<string, string> {
  const lines = text.split('\n');
  const outputs: Record<string, string> = {};
  while (lines.length > 0) {
    const line = lines.shift()!;
    if (line === '') continue;
    const [, name, end] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    if (name === undefined) {
      const [key = '', ...value] = line.split('=');
      outputs[key] = value.join('=');
      continue;
    }
    const at = lines.indexOf(end!);
    outputs[name] = lines
      .splice(0, at + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}

/** Findings of one code in the commands that the gate printed. */
export function said({ stdout }: GateRun, code: string): string[] {
  return stdout.split('\n').filter((line) => new RegExp(`[ ,]title=${code} `).test(line));
}

/** The compiled lock file of a blueprint. */
export function lockOf(files: Readonly<Record<string, string>>, path: string): string {
  const folder = temporary();
  writeFiles(folder, files);
  const bin = join(ROOT, 'bin/nemoclaw.js');
  execFileSync(process.execPath, [bin, 'compile', path], { cwd: folder, stdio: 'ignore' });
  return readFileSync(join(folder, path.replace(/\.ya?ml$/, '.lock.json')), 'utf8');
}

/** A blueprint that reaches hosts with these words, owned by somebody. */
export function blueprint(endpoints: readonly string[], owners: readonly string[] = ['@ann']): string {
  const lines = endpoints.map((one) => `      - { ${one} }\n`).join('');
  return `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: agent
  owners: [${owners.map((one) => `"${one}"`).join(', ')}]
filesystem_policy:
  read_only: [{ path: "\${workdir}", execute: false }]
network_policies:
  web:
    endpoints:
${lines}    binaries: [{ path: /usr/bin/curl }]
`;
}

export const READ = 'host: a.example.com, port: 443, access: read-only';
export const FULL = 'host: a.example.com, port: 443, access: full';
export const MORE = 'host: b.example.com, port: 443, access: read-only';
