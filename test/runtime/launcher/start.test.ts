import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import { startSandbox } from '../../../runtime/sandbox/start.ts';
import { startOutcome } from '../../../runtime/sandbox/start-outcome.ts';
import { hostNeeds, userNamespaces } from '../../support/host.ts';
import { type BuiltLauncher, buildLauncher, PROJECT, removeFolder } from './launching.ts';
import { mount, planWith } from './plans.ts';

let launcher: BuiltLauncher;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));

const env = { PATH: '/usr/bin:/bin' };

function start(plan: Uint8Array, script: string) {
  const started = startSandbox({
    launcher: launcher.path,
    plan,
    argv: ['/bin/sh', '-c', script],
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ...started, output: text(started.child.stdout!) };
}

describe('starting a sandbox', () => {
  beforeEach((context) => hostNeeds(context, userNamespaces));

  it('gives the exit code of the command, and only the environment that is asked for', async () => {
    const { output, outcome } = start(
      encodePlan(planWith()),
      'env | grep -v "^PWD\\|^_=\\|^SHLVL\\|^OLDPWD"; exit 7',
    );
    expect(await output).toBe('PATH=/usr/bin:/bin\n');
    expect(await outcome).toEqual({ started: true, exitCode: 7, lost: [], lostMount: null });
  });

  it('gives 128 and the signal for a command that was ended, and for a launcher that was', async () => {
    expect(await start(encodePlan(planWith()), 'kill -SEGV $$').outcome).toMatchObject({ exitCode: 139 });
    const { child, outcome } = start(encodePlan(planWith()), 'sleep 20');
    await wait(300);
    child.kill('SIGKILL');
    expect(await outcome).toEqual({ started: true, exitCode: 137, lost: [], lostMount: null });
  });

  it('names the step that failed', async () => {
    const missing = planWith({ mounts: [mount('bind', '/usr/a: error 1', { create: false })] });
    const { child, outcome: failed } = start(encodePlan(missing), 'exit 0');
    const stderr = text(child.stderr!);
    expect(await failed).toEqual({
      started: false,
      exitCode: 125,
      step: 'view',
      detail: '/usr/a: error 1',
      errno: 2,
    });
    expect(await stderr).toBe('');
    const { outcome } = startSandbox({
      launcher: launcher.path,
      plan: encodePlan(planWith()),
      argv: ['no-such-command'],
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    expect(await outcome).toMatchObject({ started: false, exitCode: 127, step: 'exec', errno: 2 });
  });

  it('carries a plan that is larger than a pipe holds', async () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => ({
      path: `/usr/not/there/${i}`,
      followTo: 4,
      rights: 4,
      optional: true,
    }));
    const plan = encodePlan(planWith({ rules }));
    expect(plan.length).toBeGreaterThan(800_000);
    expect(await start(plan, 'exit 3').outcome).toMatchObject({ started: true, exitCode: 3 });
  });

  it('refuses a damaged plan', async () => {
    const plan = encodePlan(planWith()).fill(0, 200, 210);
    expect(await start(plan, 'exit 0').outcome).toMatchObject({
      started: false,
      step: 'plan',
      detail: 'damaged',
      exitCode: 125,
    });
  });

  it('says so when the launcher is not there', async () => {
    const { outcome } = startSandbox({
      launcher: '/nowhere/launcher',
      plan: new Uint8Array(0),
      argv: ['true'],
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    expect(await outcome).toEqual({
      started: false,
      exitCode: 125,
      step: 'launcher',
      detail: '/nowhere/launcher',
      errno: 2,
    });
  });

  it('passes on a signal to Node, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGTERM');
    const { child, outcome } = start(
      encodePlan(planWith()),
      'trap "exit 6" TERM; while :; do sleep 0.02; done',
    );
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    await wait(300);
    process.emit('SIGTERM', 'SIGTERM');
    expect(await outcome).toMatchObject({ exitCode: 6 });
    expect(process.listenerCount('SIGTERM')).toBe(before);
    expect(child.exitCode).toBe(6);
  });

  it('ends with the process that started it', async () => {
    const entry = join(launcher.folder, 'starter.mjs');
    const plan = join(launcher.folder, 'starter-plan.bin');
    writeFileSync(plan, encodePlan(planWith()));
    await build({
      stdin: {
        contents: `
          import { readFileSync } from 'node:fs';
          import { startSandbox } from './runtime/sandbox/start.ts';
          const plan = readFileSync(${JSON.stringify(plan)});
          const { child } = startSandbox({ launcher: ${JSON.stringify(launcher.path)}, plan, argv: ['sleep', '60'],
            env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'ignore', 'ignore'] });
          console.log(child.pid);`,
        resolveDir: PROJECT,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: entry,
      logLevel: 'error',
    });
    const starter = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      starter.stdout.once('data', (line) => resolve(Number(line))),
    );
    starter.kill('SIGKILL');
    for (let tries = 0; tries < 300 && isAlive(pid); tries++) await wait(10);
    expect(isAlive(pid)).toBe(false);
  });
});

/** A zombie has ended: whether somebody collects it is up to the process that adopted it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('what the launcher said', () => {
  const said = (...lines: string[]) => lines.map((line) => `nemoclaw-launcher: ${line}\n`).join('');

  it('is a start only with `ready` and no failed step after it', () => {
    expect(startOutcome(said('ready: 0'), { code: 0, signal: null })).toMatchObject({ started: true });
    const failed = said('ready: 0', 'step seccomp: filter: error 22');
    expect(startOutcome(failed, { code: 125, signal: null })).toMatchObject({
      started: false,
      step: 'seccomp',
    });
    expect(startOutcome('', { code: 0, signal: null })).toMatchObject({ started: false, step: 'launcher' });
    expect(startOutcome('', { code: null, signal: 9 })).toEqual({
      started: false,
      exitCode: 125,
      step: 'launcher',
      detail: 'ended by signal 9',
      errno: 0,
    });
  });

  it('keeps what best effort lost', () => {
    const status = said('lost landlock: the kernel has only ABI 3', 'ready: 0');
    expect(startOutcome(status, { code: 5, signal: null })).toEqual({
      started: true,
      exitCode: 5,
      lost: ['landlock: the kernel has only ABI 3'],
      lostMount: null,
    });
  });
});
