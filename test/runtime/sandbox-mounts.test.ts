import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import { hostNeeds } from '../support/host.ts';
import { builtPrograms, hostTarget, launcher, sandboxes, workFolder } from '../support/kernel.ts';
import { blueprint, policyOf, testBindings } from '../support/policy.ts';

const work = workFolder();
afterAll(() => rmSync(work, { recursive: true, force: true }));

const PROTECTED = blueprint(`
filesystem_policy:
  include_workdir: true
  read_only: ["\${workdir}/rules", /usr, { path: /lib, optional: true }, { path: /lib64, optional: true }, /bin]
`);

/** Starts a command under the protected blueprint, for this kernel or an older one. */
function start(workdir: string, script: string, target = hostTarget()) {
  const policy = policyOf(PROTECTED, { workdir });
  const { bundle } = buildBundle(policy, target, { ...testBindings, workdir }, []);
  const plan = bundle!.artifacts.find(({ path }) => path === 'launch/plan.bin')!.bytes;
  return startSandbox({
    launcher: launcher.path,
    plan,
    argv: ['/bin/sh', '-c', script],
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

/** A shell that waits until `rules` was replaced and then tries to write into it. */
async function runWhile(onHost: (folder: string) => void) {
  const workdir = join(work, String(Math.random()).slice(2));
  mkdirSync(join(workdir, 'rules'), { recursive: true });
  const script = 'echo started > here; sleep 4; echo written > rules/new; echo done > done';
  const { outcome } = start(workdir, script);
  while (!existsSync(join(workdir, 'here'))) await wait(5);
  onHost(workdir);
  return { workdir, end: await outcome };
}

test('a sandbox whose protected folder is replaced on the host is ended before it can use that', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const { workdir, end } = await runWhile((folder) => {
    mkdirSync(join(folder, 'rules.new'));
    rmSync(join(folder, 'rules'), { recursive: true });
    renameSync(join(folder, 'rules.new'), join(folder, 'rules'));
  });
  expect(end).toMatchObject({ started: true, exitCode: 137, lostMount: join(workdir, 'rules') });
  expect(existsSync(join(workdir, 'rules/new'))).toBe(false);
});

test('other changes on the host do not end it', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const { workdir, end } = await runWhile((folder) => {
    writeFileSync(join(folder, 'rules/more'), 'text');
    renameSync(join(folder, 'here'), join(folder, 'there'));
  });
  expect(end).toMatchObject({ started: true, exitCode: 0, lostMount: null });
  expect(existsSync(join(workdir, 'rules/new'))).toBe(false);
  expect(existsSync(join(workdir, 'done'))).toBe(true);
});

test('a signal to the whole process group stays in the sandbox, also without the scopes of Landlock', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const workdir = join(work, 'group');
  mkdirSync(join(workdir, 'rules'), { recursive: true });
  const { outcome } = start(workdir, 'kill -KILL 0', { ...hostTarget(), landlockAbi: 5 });
  // This process would be gone if the signal had left the sandbox.
  expect(await outcome).toMatchObject({ exitCode: 137 });
});
