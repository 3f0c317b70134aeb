import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import type { LaunchPlan } from '../../../compiler/backends/launch-plan/format.ts';
import { hostArchitecture, launcherPath } from '../../../runtime/launcher/locate.ts';

export const PROJECT = join(import.meta.dirname, '../../..');
const NOBODY = 65534;

/** A launcher built for the test file, in a folder that every user can enter. */
export interface BuiltLauncher {
  readonly path: string;
  readonly folder: string;
}

export function buildLauncher(architecture = hostArchitecture()!): BuiltLauncher {
  const folder = openFolder('nemoclaw-launcher-');
  const out = join(folder, 'dist', 'launcher');
  const argv = ['scripts/build-launcher.js', '--arch', architecture, '--out', out, '--program', 'launcher'];
  const { status, stderr } = spawnSync('node', argv, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0 || stderr !== '') throw new Error(stderr || 'the launcher was not built');
  return { path: launcherPath(folder, architecture).path, folder };
}

/** A new folder that everyone can enter, owned by the user that `launch` starts as. */
export function openFolder(prefix = 'nemoclaw-test-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755);
  giveAway(folder);
  return folder;
}

/** Makes a folder, owned by the user that `launch` starts as. */
export function ownFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  giveAway(folder);
  return folder;
}

export function ownFile(path: string, content: string): string {
  writeFileSync(path, content);
  giveAway(path);
  return path;
}

function giveAway(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** As an ordinary user when the tests run as root, else as whoever runs them. */
export const ORDINARY_USER: readonly string[] =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
    : [];

export interface Launch {
  /** A command that starts the launcher, e.g. `unshare`; the ordinary user by default. */
  readonly through?: readonly string[];
  readonly options?: readonly string[];
  readonly env?: Record<string, string>;
}

export interface Launched {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command under a plan, to its end. */
export function launch(
  { path, folder }: BuiltLauncher,
  plan: LaunchPlan | Uint8Array,
  command: readonly string[],
  { through = ORDINARY_USER, options = [], env = { PATH: process.env.PATH ?? '' } }: Launch = {},
): Launched {
  const file = join(folder, 'plan.bin');
  writeFileSync(file, plan instanceof Uint8Array ? plan : encodePlan(plan));
  const descriptor = openSync(file, 'r');
  const [program, ...argv] = [...through, path, ...options, '--', ...command];
  try {
    return spawnSync(program!, argv, {
      encoding: 'utf8',
      env,
      cwd: '/',
      timeout: 20_000,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe', descriptor],
    });
  } finally {
    closeSync(descriptor);
  }
}

/** Runs a shell script under a plan. */
export function shell(launcher: BuiltLauncher, plan: LaunchPlan, script: string, how: Launch = {}): Launched {
  return launch(launcher, plan, ['/bin/sh', '-c', script], how);
}

/** The line that names a failed step. */
export function failedStep(step: string, detail: string, errno: number): string {
  return `nemoclaw-launcher: step ${step}: ${detail}: error ${errno}\n`;
}
