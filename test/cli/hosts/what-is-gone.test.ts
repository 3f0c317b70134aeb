import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { codesIn, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';
import { openssh, signedRemote } from './signing-repository.ts';

beforeEach((context) => hostNeeds(context, builtPrograms, sandboxes));

describe('a mistake', { timeout: 120_000 }, () => {
  test('in the number or the name of a rollback is called one, and leaves nothing behind', async () => {
    const project = hostProject();
    const back = async (...argv: readonly string[]) => {
      const ran = await project.run('rollback', '-o', 'json', ...argv);
      return [ran.exitCode, ...codesIn(ran.stdout)];
    };
    expect(await back('--name', 'nobodys')).toEqual([1, 'NC2579']);
    expect(existsSync(join(dirname(project.state), 'nobodys'))).toBe(false);
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    expect(await back('--name', SANDBOX, '--to', '9')).toEqual([1, 'NC2586']);
    expect(await back('--name', SANDBOX)).toEqual([1, 'NC2586']);
  });

  test('in the path of a bundle is no question of who signed it', async () => {
    const project = hostProject();
    const applied = await project.run('apply', 'nowhere.bundle', '--key', 'key.pub.pem', '-o', 'json');
    const [finding] = JSON.parse(applied.stdout).diagnostics;
    expect([applied.exitCode, finding.code, finding.place.file]).toEqual([1, 'NC1000', 'nowhere.bundle']);
  });
});

describe('status of all sandboxes', { timeout: 120_000 }, () => {
  test('does not take one whose generations are gone for one that never had any', async () => {
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    renameSync(join(project.state, 'generations'), join(project.state, 'away'));
    const status = await project.run('status', '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([3, 'NC2590']);
    expect(JSON.parse(status.stdout).diagnostics[0].message).toBe(
      'generations: `gone, though generation 1 was probed`, and what is in force says `there`',
    );
    rmSync(project.state, { recursive: true });
    const empty = await project.run('status', '-o', 'json');
    expect([empty.exitCode, ...codesIn(empty.stdout)]).toEqual([1, 'NC2592']);
    expect(JSON.parse(empty.stdout)).toMatchObject({ verdict: 'nothing applied', sandboxes: [] });
  });

  test('shows one that follows a branch of which nothing was accepted yet', async (context) => {
    hostNeeds(context, openssh);
    const remote = signedRemote();
    await remote.push('', 'mallory');
    expect((await remote.sync()).exitCode).toBe(3);
    const project = hostProject();
    cpSync(remote.state, project.state, { recursive: true });
    const status = await project.run('status', '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([1, 'NC2579']);
    expect(JSON.parse(status.stdout).sandboxes[0]).toMatchObject({
      followed: { last: { outcome: 'refused' } },
    });
  });

  test('does not say of a generation that failed that somebody changed its probes', async () => {
    const project = hostProject();
    await project.release('', SANDBOX, '  include_workdir: true\n  read_only: [/nowhere/at/all]\n');
    expect((await project.apply()).exitCode).toBe(4);
    const status = await project.run('status', '--name', SANDBOX, '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([4, 'NC2582']);
  });

  test('does not take a sandbox for ended whose record and gateway are out of sight', async () => {
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    await project.start();
    rmSync(join(project.state, 'egress/control.sock'));
    rmSync(join(project.state, 'running/sandbox.json'));
    const status = await project.run('status', '--name', SANDBOX, '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([3, 'NC2590']);
    expect(JSON.parse(status.stdout).diagnostics[0].message).toContain(
      'gone, though the process that started the sandbox runs',
    );
  });

  test('names proved what has no probes, or other ones, as drift', async () => {
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    rmSync(join(project.state, 'probes.json'));
    const status = await project.run('status', '--name', SANDBOX, '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([3, 'NC2590']);
    expect(JSON.parse(status.stdout).diagnostics[0].message).toBe(
      'probes: `none`, and what is in force says `of generation 1, answered as written`',
    );
  });
});
