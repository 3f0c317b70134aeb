import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import type { LaunchPlan } from '../../../compiler/backends/launch-plan/format.ts';
import { READ_EXECUTE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import { hostNeeds, program, rootUser, userNamespaces } from '../../support/host.ts';
import {
  type BuiltLauncher,
  buildLauncher,
  failedStep,
  launch,
  ORDINARY_USER,
  removeFolder,
  shell,
} from './launching.ts';
import { mount, planWith, READ_WRITE, rule, WITHOUT_NAMESPACES } from './plans.ts';

let launcher: BuiltLauncher;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));
beforeEach((context) => hostNeeds(context, userNamespaces));

const WAYS: readonly (readonly [string, () => LaunchPlan])[] = [
  ['with namespaces', () => planWith()],
  ['without namespaces', () => planWith({ over: { ...WITHOUT_NAMESPACES, workdir: '/' } })],
];

function planFile(plan: LaunchPlan): string {
  const path = join(launcher.folder, 'kept-plan.bin');
  writeFileSync(path, encodePlan(plan));
  return path;
}

/** Starts a command as its own process group, as a shell does. */
function start(plan: LaunchPlan, command: readonly string[], options: readonly string[] = []): ChildProcess {
  const [first, ...argv] = [
    ...ORDINARY_USER,
    launcher.path,
    '--plan',
    planFile(plan),
    ...options,
    '--',
    ...command,
  ];
  return spawn(first!, argv, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', resolve));
}

async function outputOf(child: ChildProcess, until: string): Promise<() => string> {
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  for (let tries = 0; tries < 400 && !text.includes(until); tries++) await wait(10);
  expect(text).toContain(until);
  return () => text;
}

let marks = 0;
/** A number of seconds that no other process sleeps for. */
function mark(): string {
  marks += 1;
  return `${3000 + marks}.${process.pid}`;
}

function sleepersOf(seconds: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid) === `sleep\0${seconds}\0`);
}

function commandOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return null;
  }
}

async function waitForSleepers(seconds: string, count: number): Promise<number> {
  for (let tries = 0; tries < 300 && sleepersOf(seconds).length !== count; tries++) await wait(10);
  return sleepersOf(seconds).length;
}

describe.each(WAYS)('the end of a command %s', (_, plan) => {
  it.each([
    ['exit 7', 7],
    ['kill -TERM $$', 143],
    ['kill -SEGV $$', 139],
    ['kill -KILL $$', 137],
    ['true', 0],
  ])('%s gives %i', (script, code) => {
    expect(shell(launcher, plan(), script)).toMatchObject({ status: code, signal: null });
  });

  it('gives 127 for a command that is not there, and 126 for one that cannot be executed', () => {
    const env = { PATH: '/usr/bin:/bin' };
    const missing = launch(launcher, plan(), ['no-such-command'], { env });
    expect(missing).toMatchObject({ status: 127, stderr: failedStep('exec', 'no-such-command', 2) });
    const folder = launch(launcher, plan(), ['/usr/bin']);
    expect(folder).toMatchObject({ status: 126, stderr: failedStep('exec', '/usr/bin', 13) });
  });

  it('looks a command up in the PATH that it is given, and in the usual folders without one', () => {
    const env = { PATH: '/nowhere:/usr/bin:/bin' };
    expect(launch(launcher, plan(), ['env'], { env, through: [] }).stdout).toBe(`PATH=${env.PATH}\n`);
    expect(launch(launcher, plan(), ['env'], { env: {}, through: [] })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('is seen even when whoever started it ignores children', () => {
    const through = [...ORDINARY_USER, 'env', '--ignore-signal=CHLD'];
    expect(shell(launcher, plan(), 'sleep 0.1; exit 7', { through }).status).toBe(7);
  });

  it('passes a signal on, once', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const) {
      const name = signal.slice(3);
      const script = `trap "echo got; n=1" ${name}; echo ready; while [ -z "$n" ]; do sleep 0.02; done; sleep 0.1; exit 9`;
      const child = start(plan(), ['/bin/sh', '-c', script]);
      const end = ended(child);
      const output = await outputOf(child, 'ready');
      child.kill(signal);
      expect([signal, await end, output()]).toEqual([signal, 9, 'ready\ngot\n']);
    }
  });

  it('takes the sandbox with it when the launcher is killed', async () => {
    const seconds = mark();
    const child = start(plan(), ['sleep', seconds]);
    expect(await waitForSleepers(seconds, 1)).toBe(1);
    child.kill('SIGKILL');
    expect(await waitForSleepers(seconds, 0)).toBe(0);
  });

  it('ends with whoever started it where that is asked for', async () => {
    const seconds = mark();
    const argv = [
      ...ORDINARY_USER,
      launcher.path,
      '--plan',
      planFile(plan()),
      '--die-with-parent',
      '--',
      'sleep',
      seconds,
    ];
    const parent = spawn('/bin/sh', ['-c', '"$@" & wait', 'sh', ...argv], { stdio: 'ignore' });
    expect(await waitForSleepers(seconds, 1)).toBe(1);
    parent.kill('SIGKILL');
    expect(await waitForSleepers(seconds, 0)).toBe(0);
  });

  it('gives the command no descriptor but the standard ones', () => {
    const leaks = [openSync('/etc/passwd', 'r'), openSync('/', 'r'), openSync('/dev/null', 'r')];
    const command = [launcher.path, '--plan', planFile(plan()), '--', '/bin/ls', '/proc/self/fd'];
    const [first, ...argv] = [...ORDINARY_USER, ...command];
    const { stdout } = spawnSync(first!, argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', ...leaks],
    });
    expect(stdout).toBe('0\n1\n2\n3\n');
  });
});

describe('the launcher outside', () => {
  it('cannot be looked into by a command that shares its user and its processes', () => {
    const plan = planWith({ over: { ...WITHOUT_NAMESPACES, workdir: '/' }, landlock: null });
    const { stdout, stderr } = shell(
      launcher,
      plan,
      'cat /proc/$PPID/environ; readlink /proc/$PPID/cwd; echo end',
    );
    expect(stdout).toBe('end\n');
    expect(stderr).toContain('Permission denied');
  });

  it('holds no folder of the host, and neither does process 1', async (context) => {
    hostNeeds(context, rootUser);
    const seconds = mark();
    const child = start(planWith(), ['sleep', seconds]);
    expect(await waitForSleepers(seconds, 1)).toBe(1);
    try {
      const all = readdirSync('/proc').filter((pid) => commandOf(pid)?.endsWith(`--\0sleep\0${seconds}\0`));
      expect(all).toHaveLength(2);
      for (const pid of all) {
        expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
        expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['0', '1', '2']);
      }
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a terminal', () => {
  it('reaches the command, and its Ctrl-C arrives once', async (context) => {
    hostNeeds(context, program('script', 'bsdutils'));
    const inside = 'test -t 0 && echo tty; trap "echo got" INT; echo ready; sleep 1; sleep 0.3; exit 5';
    // Without `exec` the shell of `script` stays in the foreground, and the Ctrl-C is its end as well.
    const argv = [
      'exec',
      ...ORDINARY_USER,
      launcher.path,
      '--plan',
      planFile(planWith()),
      '--',
      '/bin/sh',
      '-c',
      `'${inside}'`,
    ];
    const child = spawn('script', ['-qefc', argv.join(' '), '/dev/null'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const end = ended(child);
    const output = await outputOf(child, 'ready');
    child.stdin!.write('\x03');
    expect(await end).toBe(5);
    expect(output().match(/tty|got/g)).toEqual(['tty', 'got']);
  });
});

describe('processes of the sandbox', () => {
  it('do not outlive the command', async () => {
    const seconds = mark();
    const script = `sleep ${seconds} & sleep 0.2; exit 4`;
    expect(shell(launcher, planWith(), script).status).toBe(4);
    expect(await waitForSleepers(seconds, 0)).toBe(0);
  });

  it('are no zombies when their parent is gone', () => {
    const script = 'for i in 1 2 3 4; do (sleep 0.05 &); done; sleep 0.3; grep -h ^State /proc/[0-9]*/status';
    expect(shell(launcher, planWith(), script).stdout).not.toContain('Z (zombie)');
  });

  it('reach no abstract unix socket of the host', async () => {
    const name = `nemoclaw-test-${process.pid}`;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
    const script = `require('net').connect('\\0${name}').on('error', ({ code }) => console.log(code)).on('connect', () => { console.log('connected'); process.exit(); })`;
    const node = process.execPath;
    const rules = [rule(node, READ_EXECUTE_RIGHTS)];
    const outside = planWith({ over: { ...WITHOUT_NAMESPACES, workdir: '/' }, landlock: null });
    expect(launch(launcher, outside, [node, '-e', script]).stdout).toBe('connected\n');
    const mounts = node.startsWith('/usr/') ? [] : nodeMounts(node);
    expect(launch(launcher, planWith({ mounts, rules }), [node, '-e', script]).stdout).toBe('ECONNREFUSED\n');
    server.close();
  });

  it('keep supplementary groups, which reach nothing that the tree does not show', (context) => {
    hostNeeds(context, rootUser, program('setpriv', 'util-linux'));
    const through = ['setpriv', '--reuid=65534', '--regid=65534', '--groups=42', '--inh-caps=-all'];
    const { stdout, stderr } = shell(
      launcher,
      planWith(),
      'wc -w < /proc/self/status | grep -c .; cat /etc/shadow',
      {
        through,
      },
    );
    expect(stdout).toBe('1\n');
    expect(stderr).toContain('/etc/shadow: No such file or directory');
  });
});

function nodeMounts(path: string) {
  const parts = path.split('/').slice(1, -1);
  const folders = parts.map((_, i) => mount('folder', `/${parts.slice(0, i + 1).join('/')}`));
  return [...folders, mount('bind', path)];
}

describe('a launcher inside a sandbox', () => {
  const inner = () => [
    launcher.path,
    '--plan',
    planFile(planWith()),
    '--',
    '/bin/sh',
    '-c',
    'id -u; ls /proc | grep -c "^[0-9]"',
  ];
  const way = () => {
    const parts = launcher.folder.split('/').slice(1, -1);
    return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`).filter((path) => path !== '/tmp');
  };
  const mounts = () => [...way().map((path) => mount('folder', path)), mount('bind', launcher.folder)];

  it('makes one more', () => {
    const outer = planWith({ landlock: null, mounts: mounts() });
    const { status, stdout, stderr } = launch(launcher, outer, inner());
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+\n[3-5]\n$/);
  });

  it('is stopped by name where Landlock forbids mounting', () => {
    const outer = planWith({
      mounts: mounts(),
      rules: [rule(launcher.folder, READ_EXECUTE_RIGHTS), rule('/proc', READ_WRITE)],
    });
    expect(launch(launcher, outer, inner())).toMatchObject({
      status: 125,
      stderr: failedStep('view', '/', 1),
    });
  });
});
