import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { gatewayInForce } from '../../../runtime/sandbox/gateway-control.ts';
import { keyPair } from '../../support/signatures.ts';
import { ENVIRONMENT } from '../git/repository.ts';
import { nemoclaw, nemoclawProgram, type Ran, temporaryFolder } from '../nemoclaw.ts';

/** A repository with a blueprint of this host and a key, and a host with a state of its own. */
export interface HostProject {
  readonly folder: string;
  /** State folder of the sandbox. */
  readonly state: string;
  git(...argv: readonly string[]): string;
  /** Writes the blueprint, commits, compiles for this host and signs. */
  release(policy: string, name?: string, files?: string): Promise<void>;
  run(...argv: readonly string[]): Promise<Ran>;
  /** `apply agent.bundle` by its key, with `--yes` and what else is given. */
  apply(...argv: readonly string[]): Promise<Ran>;
  /** Starts a sandbox that waits, under what is in force; ended when the test is over. */
  start(): Promise<number>;
}

export const SANDBOX = 'host-agent';

/** The least that starts here, with what a test adds. */
export function blueprintWith(policy: string, name = SANDBOX, files = '  include_workdir: true\n'): string {
  return `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: ${name} }
extends:
  - tier: restricted
filesystem_policy:
${files}accept:
  - { gap: resources/processes-of-root, reason: tests run as root too }
${policy}`;
}

/** Grants curl to connect to some hosts. */
export function reaching(...hosts: readonly string[]): string {
  const endpoints = hosts
    .map((host) => `{ host: ${host}, port: 443, protocol: rest, access: read-only }`)
    .join(', ');
  return `network_policies:\n  some:\n    endpoints: [${endpoints}]\n    binaries: [{ path: /usr/bin/curl }]\n`;
}

export function hostProject(): HostProject {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  const env = { XDG_STATE_HOME: home };
  const state = join(home, 'nemoclaw/sandboxes', SANDBOX);
  const git = (...argv: readonly string[]) =>
    execFileSync('git', argv, { cwd: folder, env: ENVIRONMENT, encoding: 'utf8' });
  const run = (...argv: readonly string[]) => nemoclaw(argv, { cwd: folder, env });
  git('init', '-q', '-b', 'main');
  const { secret, open } = keyPair('ed25519');
  writeFileSync(join(folder, 'key.pem'), secret, { mode: 0o600 });
  chmodSync(join(folder, 'key.pem'), 0o600);
  writeFileSync(join(folder, 'key.pub.pem'), open);
  writeFileSync(join(folder, '.gitignore'), '*.pem\n*.bundle*\n*.json\n');
  return {
    ...{ folder, state, git, run },
    async release(policy, name, files) {
      writeFileSync(join(folder, 'agent.yaml'), blueprintWith(policy, name, files));
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'change');
      await succeeds(run('compile', 'agent.yaml', '-t', 'host'));
      await succeeds(run('sign', 'agent.bundle', '--key', 'key.pem'));
    },
    apply: (...argv) =>
      run('apply', 'agent.bundle', '--key', 'key.pub.pem', '--yes', '-o', 'json', '--name', SANDBOX, ...argv),
    async start() {
      const argv = [nemoclawProgram, 'run', '--name', SANDBOX, '--', 'sleep', 'infinity'];
      const child = spawn(process.execPath, argv, {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      onTestFinished(async () => {
        const closed = once(child, 'close');
        // Asked to end it ends its gateway too, which writes to the folder that goes away next.
        child.kill('SIGTERM');
        await closed;
      });
      for (let tries = 0; tries < 300; tries++) {
        if ((await gatewayInForce(join(state, 'egress/control.sock'))).ok) {
          // The command is let go just after that.
          await wait(300);
          return child.pid!;
        }
        await wait(50);
      }
      throw new Error('the sandbox did not start');
    },
  };
}

export async function succeeds(ran: Promise<Ran>): Promise<Ran> {
  const outcome = await ran;
  if (outcome.exitCode !== 0) throw new Error(`${outcome.exitCode}: ${outcome.stdout}${outcome.stderr}`);
  return outcome;
}

/** The codes of the errors and warnings in a document. */
export function codesIn(stdout: string): string[] {
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; severity: string }[] };
  return diagnostics.filter(({ severity }) => severity !== 'note').map(({ code }) => code);
}
