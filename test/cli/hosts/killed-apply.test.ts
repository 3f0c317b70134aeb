import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gatewayInForce } from '../../../runtime/sandbox/gateway-control.ts';
import { readCurrent, readSwitches } from '../../../runtime/sandbox/generations/read.ts';
import { readRunning } from '../../../runtime/sandbox/running.ts';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { killedCommand } from '../killed-command.ts';
import { nemoclaw } from '../nemoclaw.ts';
import { hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';
import { openssh, signedRemote } from './signing-repository.ts';

/** NEMOCLAW_FUZZ=500 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 20, 2000);

/** What the killed leave behind of their copies of the probe goes with the folder. */
const killAfter = (
  milliseconds: number,
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
) => killedCommand(argv, cwd, { TMPDIR: cwd, ...env }, wait(milliseconds));

function generationIn(state: string) {
  const current = readCurrent(join(state, 'generations'));
  if (current?.ok !== true) throw new Error(current?.problem ?? 'no generation is in force');
  return current;
}

test(`apply killed ${KILLS} times: the old generation or the new one, whole, also for what runs`, {
  timeout: 120_000 + KILLS * 15_000,
}, async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const project = hostProject();
  const policies = new Map<string, string>();
  for (const [name, hosts] of [
    ['one', ['a.example']],
    ['two', ['a.example', 'b.example']],
  ] as const) {
    await project.release(reaching(...hosts));
    for (const file of ['agent.bundle', 'agent.bundle.sources.json', 'agent.bundle.sigstore.json']) {
      const to = join(project.folder, file.replace('agent', name));
      cpSync(join(project.folder, file), to, { recursive: true, verbatimSymlinks: true });
    }
    const argv = ['apply', `${name}.bundle`, '--key', 'key.pub.pem', '--yes'];
    await succeeds(project.run(...argv));
    const { bundle } = generationIn(project.state);
    policies.set(bundle.digest, bundle.manifest.policy);
  }
  await project.start();
  const control = join(project.state, 'egress/control.sock');
  const launched = readRunning(join(project.state, 'running'));
  const seen = new Set<string>();
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const name = kill % 2 === 0 ? 'one' : 'two';
    const argv = ['apply', `${name}.bundle`, '--key', 'key.pub.pem', '--yes', '--allow-older', 'to and fro'];
    const env = { XDG_STATE_HOME: join(project.state, '../../..') };
    const after = 150 + ((kill * 397) % 3500);
    if (await killAfter(after, [...argv, '--name', SANDBOX], project.folder, env)) killed++;
    const { bundle } = generationIn(project.state);
    expect([...policies.keys()], 'a generation that nobody applied').toContain(bundle.digest);
    seen.add(`${bundle.digest} ${lastOutcome(project.state)}`);
    const table = await gatewayInForce(control);
    if (!table.ok) throw new Error(table.problem);
    expect([...policies.values()], 'a table that nobody applied').toContain(table.policy);
    expect(readRunning(join(project.state, 'running')), 'what runs was not touched').toEqual(launched);
  }
  expect(killed).toBeGreaterThan(KILLS / 4);
  expect(new Set([...seen].map((one) => one.split(' ')[0])).size).toBe(2);
  // Whatever was left, the next one goes on from there.
  const last = ['apply', 'two.bundle', '--key', 'key.pub.pem', '--yes', '--allow-older', 'the end'];
  await succeeds(project.run(...last));
  const { bundle } = generationIn(project.state);
  const table = await gatewayInForce(control);
  expect(table).toMatchObject({ ok: true, policy: bundle.manifest.policy });
  expect(lastOutcome(project.state)).toBe('proved');
});

function lastOutcome(state: string): string | undefined {
  const switches = readSwitches(join(state, 'generations'));
  return switches.ok ? switches.value.at(-1)?.outcome : switches.problem;
}

test(`sync killed ${KILLS} times, and after a boot the same rules are in force`, {
  timeout: 120_000 + KILLS * 15_000,
}, async (context) => {
  hostNeeds(context, builtPrograms, sandboxes, openssh);
  const remote = signedRemote();
  const commits = [await remote.push(reaching('a.example'))];
  expect((await remote.sync()).exitCode).toBe(0);
  const root = join(remote.address.slice('file://'.length), '..');
  const argv = ['sync', remote.address, '--name', SANDBOX, '--allowed-signers', join(root, 'signers')];
  const options = ['-t', 'host', '--workdir', remote.work];
  let before = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill % 4 === 0) commits.push(await remote.push(reaching(`host-${kill}.example`)));
    await killAfter(100 + ((kill * 389) % 3500), [...argv, ...options], root, { ...remote.env });
    const { record } = generationIn(remote.state);
    const at = commits.indexOf(record.commit ?? '');
    expect(at, 'an older commit than before, or none').toBeGreaterThanOrEqual(before);
    before = at;
  }
  // All processes are gone, and what only they need is too.
  for (const gone of ['egress', 'running'])
    rmSync(join(remote.state, gone), { recursive: true, force: true });
  const last = generationIn(remote.state).record;
  const ran = await nemoclaw(['run', '--name', SANDBOX, '-o', 'json', '--', 'true'], { env: remote.env });
  expect(JSON.parse(ran.stdout)).toMatchObject({ started: true, generation: last.number });
  expect((await remote.sync()).exitCode).toBe(0);
  expect(generationIn(remote.state).record.commit).toBe(commits.at(-1));
});
