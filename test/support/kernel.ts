import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../compiler/backends/target.ts';
import { hostArchitecture, launcherPath, probePath } from '../../runtime/launcher/locate.ts';
import { detectHost } from '../../runtime/sandbox/host.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { HostFeature } from './host.ts';

const packageFolder = join(import.meta.dirname, '../..');

export const hostArch = hostArchitecture() ?? 'x86_64';
export const launcher = launcherPath(packageFolder, hostArch);
export const probeProgram = probePath(packageFolder, hostArch);

/** The built launcher and probe; `npm test` builds them, running vitest alone does not. */
export const builtPrograms: HostFeature = {
  name: 'the built launcher',
  hint: 'node scripts/build-launcher.js',
  present: () => launcher.isThere && probeProgram.isThere,
};

/** A kernel on which the launcher can do everything that a rootless plan asks for. */
export const sandboxes: HostFeature = {
  name: 'a kernel with user namespaces and Landlock ABI 5',
  hint: 'run on Linux 6.10 or later and allow user namespaces',
  present: () => {
    const host = detectHost(launcher.path);
    return host.userNamespaces.work && host.landlockAbi >= 5;
  },
};

/** This host as a target, as `--target host` has it. */
export function hostTarget(): Target {
  const host = detectHost(launcher.path);
  return {
    landlockAbi: Math.min(host.landlockAbi, 7),
    architecture: hostArch,
    engine: 'process',
    privilege: 'rootless',
    userNamespaces: host.userNamespaces.work,
    image: null,
  };
}

/** A folder of the test's own, links resolved; whoever makes it removes it. */
export function workFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-test-')));
}

/** The probe in a place of its own: the project's folder may be one that a plan does not show. */
export function copyOfProbe(folder: string): string {
  const copy = join(folder, 'probe');
  cpSync(probeProgram.path, copy);
  return copy;
}

/** Runs one attempt of the probe in a fresh sandbox and gives the probe's exit code. */
export async function tryInside(
  plan: Uint8Array,
  probe: string,
  attempt: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { outcome } = startSandbox({
    launcher: launcher.path,
    plan,
    argv: [probe, ...attempt],
    env,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = await outcome;
  if (!ended.started) throw new Error(`not started: ${ended.step}: ${ended.detail}: errno ${ended.errno}`);
  return ended.exitCode;
}
