import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import type { LaunchPlan } from '../../../compiler/backends/launch-plan/format.ts';
import { READ_EXECUTE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import { foundOf } from '../../../runtime/sandbox/enforced/landlock-domain.ts';
import { letsNobodyLook, numberInside } from '../../../runtime/sandbox/enforced/process-facts.ts';
import { startSandbox } from '../../../runtime/sandbox/start.ts';
import { Witness } from '../../../runtime/sandbox/witness.ts';
import { hostNeeds, rootUser, userNamespaces } from '../../support/host.ts';
import {
  buildSandboxProcess,
  compiler,
  intrude,
  processesWhere,
  statusField,
} from '../../support/sandbox-process.ts';
import { type BuiltLauncher, buildLauncher, ORDINARY_USER, removeFolder } from './launching.ts';
import { mount, planWith, rule, WITHOUT_NAMESPACES } from './plans.ts';

const SCOPE_SIGNAL = 2;
const EPERM = 1;
const ESRCH = 3;
const NOBODY = 4_000_000;
/** The number of the witness inside: after process 1 and the command. */
const WITNESS = 3;
const NPROC = { name: 'RLIMIT_NPROC', resource: 6 };

let launcher: BuiltLauncher;
let program = '';
let ordinary = '';
beforeAll(() => {
  launcher = buildLauncher();
  // An ordinary user, whose limits count.
  ordinary = join(launcher.folder, 'as-an-ordinary-user');
  writeFileSync(ordinary, `#!/bin/sh\nexec ${[...ORDINARY_USER, launcher.path].join(' ')} "$@"\n`);
  chmodSync(ordinary, 0o755);
});
afterAll(() => removeFolder(launcher.folder));
beforeEach((context) => {
  hostNeeds(context, userNamespaces, compiler);
  if (program === '') program = buildSandboxProcess(launcher.folder);
});

/** A plan under which the processes of the test can be started. */
function plan(scoped: number, over: Partial<LaunchPlan> = {}): LaunchPlan {
  const view = [mount('bind', launcher.folder)];
  const rules = [rule(launcher.folder, READ_EXECUTE_RIGHTS)];
  return planWith({ mounts: over.view === null ? [] : view, rules, landlock: { scoped }, over });
}

function start(plan: LaunchPlan, script: string, through = launcher.path) {
  const witness = new Witness();
  const started = startSandbox({
    launcher: through,
    plan: encodePlan(plan),
    argv: ['/bin/sh', '-c', script],
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
    witness,
  });
  onTestFinished(() => void started.child.kill('SIGKILL'));
  return { ...started, witness };
}

/** Waits until the sandbox has a process of some name, and gives its number outside. */
async function processOf(launcherPid: number, words: string): Promise<number> {
  for (let tries = 0; tries < 400; tries++) {
    // That of the command: nobody but root may look at process 1, which is the launcher's own.
    const namespace = childrenOf(launcherPid).map(namespaceOf).find(Boolean);
    const [found] = processesWhere('State', (state) => /^[SR]/.test(state)).filter(
      (pid) => namespaceOf(pid) === namespace && namespace !== undefined && commandOf(pid) === words,
    );
    if (found !== undefined) return found;
    await wait(10);
  }
  throw new Error(`there is no process ${words}`);
}

function childrenOf(pid: number): number[] {
  return processesWhere('PPid', (parent) => parent === String(pid));
}

function namespaceOf(pid: number): string {
  return linkOf(`/proc/${pid}/ns/pid`);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

const WAYS = [
  ['a signal', SCOPE_SIGNAL, 'signal'],
  ['a look, where signals are not scoped', 0, 'look'],
] as const;

describe.each(WAYS)('the witness, by %s', (_, scoped, by) => {
  it('tells the processes of its Landlock domain from those that only share the namespaces', async () => {
    const script = `${program} hidden & ${program} layered & exec ${program} plain`;
    const { child, witness } = start(plan(scoped), script);
    const pids = {
      hidden: await processOf(child.pid!, `${program} hidden`),
      layered: await processOf(child.pid!, `${program} layered`),
      command: await processOf(child.pid!, `${program} plain`),
    };
    // Layered only once it has restricted itself: it says so by nothing.
    await wait(200);
    const outside = await intrude(program, pids.command, 1);
    const other = await intrude(program, pids.command, 1, scoped);
    const asked = [pids.command, pids.hidden, pids.layered, outside, other].map((pid) => numberInside(pid)!);
    expect(asked.every((number) => number > 1 && number < 20)).toBe(true);
    const isSignal = by === 'signal';
    expect(await witness.ask([...asked, WITNESS, NOBODY])).toEqual({
      errors: [0, isSignal ? 0 : EPERM, 0, EPERM, EPERM, 0, ESRCH],
      by,
    });
    // As `status` says it; root's process is root's, whether or not it lets anybody look.
    const said = (pid: number, error: number) => foundOf(error, by, () => letsNobodyLook(pid));
    expect(said(outside, EPERM)).toBe('another, or none');
    const hidden = letsNobodyLook(pids.hidden) && !isSignal;
    expect(said(pids.hidden, EPERM)).toBe(
      hidden ? 'not to be seen: it lets nobody look into it' : 'another, or none',
    );
  });
});

/** The witness, and the command that waits beside it. */
async function waiting(script = 'exec sleep 1000', over: Partial<LaunchPlan> = {}) {
  const started = start(plan(SCOPE_SIGNAL, over), script);
  const command = await processOf(started.child.pid!, 'sleep 1000');
  const [witness = 0] = processesWhere('NSpid', (numbers) => numbers.endsWith(`\t${WITNESS}`)).filter(
    (pid) => namespaceOf(pid) === namespaceOf(command),
  );
  return { ...started, command, pid: witness };
}

describe('the process that is the witness', () => {
  it('is confined as the command is, holds one descriptor, and is in a session of its own', async (context) => {
    hostNeeds(context, rootUser);
    const { pid, command, child } = await waiting();
    const confining = ['NoNewPrivs', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'Uid', 'Gid'];
    for (const name of confining) expect(statusField(pid, name)).toBe(statusField(command, name));
    // A filter of its own, under a plan without one.
    expect([statusField(command, 'Seccomp'), statusField(pid, 'Seccomp')]).toEqual(['0', '2']);
    expect(statusField(pid, 'PPid')).toBe(String(child.pid));
    expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['3']);
    expect(linkOf(`/proc/${pid}/fd/3`)).toMatch(/^socket:/);
    expect(statusField(pid, 'NSsid').split('\t').at(-1)).toBe(String(WITNESS));
    for (const name of ['user', 'mnt', 'pid', 'net', 'ipc', 'uts']) {
      expect(linkOf(`/proc/${pid}/ns/${name}`)).toBe(linkOf(`/proc/${command}/ns/${name}`));
    }
    expect(readdirSync(`/proc/${command}/fd`)).toEqual(['0', '1', '2']);
  });

  it('cannot be looked into by the agent', async () => {
    const { child, outcome } = start(
      plan(SCOPE_SIGNAL),
      `cat /proc/${WITNESS}/environ /proc/${WITNESS}/mem; readlink /proc/${WITNESS}/fd/3; grep -c . /proc/${WITNESS}/status`,
    );
    // Only what anybody sees is counted.
    expect(await text(child.stdout!)).toMatch(/^\d+\n$/);
    expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  });

  it('answers nothing more once the agent has ended it, and the command goes on', async () => {
    const { child, witness, outcome } = start(
      plan(SCOPE_SIGNAL),
      `kill -KILL ${WITNESS}; echo killed; sleep 0.7; exit 7`,
    );
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    await wait(100);
    expect(await witness.ask([2])).toEqual({ errors: [null], by: null });
    expect(await outcome).toMatchObject({ started: true, exitCode: 7 });
  });

  it('answers nothing while the agent holds it, and does not keep whoever asks', async () => {
    const { child, witness } = start(plan(SCOPE_SIGNAL), `kill -STOP ${WITNESS}; echo held; sleep 20`);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    const before = Date.now();
    expect(await witness.ask([2])).toEqual({ errors: [null], by: null });
    expect(Date.now() - before).toBeLessThan(5_000);
  });

  it('outlives signals to the group of the command', async () => {
    const { child, witness } = start(
      plan(SCOPE_SIGNAL),
      'trap "" TERM INT; kill -TERM 0; kill -INT 0; echo sent; sleep 20',
    );
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    expect(await witness.ask([2])).toEqual({ errors: [0], by: 'signal' });
  });
});

describe('beside a witness', () => {
  it.each([
    ['with namespaces', {}],
    ['without namespaces', { ...WITHOUT_NAMESPACES, workdir: '/' }],
  ] as const)('a command ends as before, and nothing stays: %s', async (_, over) => {
    const { child, outcome } = start(plan(SCOPE_SIGNAL, over), 'sleep 0.3; exit 9');
    const closed = new Promise((resolve) => child.once('close', resolve));
    await wait(150);
    const beside = childrenOf(child.pid!);
    expect(beside).toHaveLength('namespaces' in over ? 2 : 3);
    expect(await outcome).toEqual({ started: true, exitCode: 9, lost: [], lostMount: null });
    await closed;
    expect(beside.filter((pid) => /^[^ZX]/.test(statusField(pid, 'State')))).toEqual([]);
  });

  it('nobody waits for one that is held before it was told to end with the launcher', async () => {
    const held = join(launcher.folder, 'held');
    // As that one, it holds the status descriptor when the launcher has ended.
    const says = 'echo "nemoclaw-launcher: ready: : 0" >&4; read -r go <&4';
    writeFileSync(held, `#!/bin/sh\n${says}\nsleep 15 >/dev/null 3<&- &\nexit 7\n`);
    chmodSync(held, 0o755);
    const before = Date.now();
    const { outcome } = start(plan(SCOPE_SIGNAL), 'exit 0', held);
    expect(await outcome).toEqual({ started: true, exitCode: 7, lost: [], lostMount: null });
    expect(Date.now() - before).toBeLessThan(8_000);
  });

  it('a child that the command gave to the launcher does not hold up the end', async () => {
    const { outcome } = start(plan(SCOPE_SIGNAL), `${program} siblings; exec ${program} siblings`);
    expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  });

  it('the agent has all the processes that the plan gives it', async () => {
    const limited = plan(SCOPE_SIGNAL, { limits: [{ ...NPROC, maximum: 4 + 2 }] });
    const sleeping = (count: number) => `${'sleep 0.5 & '.repeat(count)} wait; echo done`;
    const three = start(limited, sleeping(3), ordinary);
    expect(await text(three.child.stdout!)).toBe('done\n');
    // Nor does it gain one by ending the witness.
    for (const script of [sleeping(4), `kill -KILL ${WITNESS}; ${sleeping(4)}`]) {
      const four = start(limited, script, ordinary);
      expect(await text(four.child.stdout!)).toBe('');
    }
  });

  it('a command does not begin where there can be no witness', async () => {
    const limited = plan(SCOPE_SIGNAL, { limits: [{ ...NPROC, maximum: 2 }] });
    const { child, outcome } = start(limited, 'echo began', ordinary);
    expect(await text(child.stdout!)).toBe('');
    expect(await outcome).toEqual({
      started: false,
      exitCode: 125,
      step: 'witness',
      detail: 'clone',
      errno: 11,
    });
  });

  it('nobody is asked where the plan makes no domain', async () => {
    const { child, witness } = start(planWith({ landlock: null }), 'echo began; sleep 20');
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    expect(childrenOf(child.pid!)).toHaveLength(2);
    expect(await witness.ask([2])).toEqual({ errors: [null], by: null });
  });
});
