import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { codesIn, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';
import { openssh, signedRemote } from './signing-repository.ts';

beforeEach((context) => hostNeeds(context, builtPrograms, sandboxes));

/** A folder where a file is to be replaced: the system refuses that to everybody, also to root. */
function obstruct(path: string): () => void {
  rmSync(path, { force: true });
  mkdirSync(join(path, 'in-the-way'), { recursive: true });
  return () => rmSync(path, { recursive: true });
}

describe('a state folder that the system refuses', { timeout: 120_000 }, () => {
  test('is a finding of apply, run and rollback, and each goes on from there', async () => {
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    await project.release(reaching('b.example'));
    const clear = obstruct(join(project.state, 'probes.json'));
    const applied = await project.apply();
    expect([applied.exitCode, ...codesIn(applied.stdout)]).toEqual([4, 'NC2599']);
    expect(JSON.parse(applied.stdout).diagnostics[0].message).toContain('probes.json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ applied: false, generation: null });
    const ran = await project.run('run', '--name', SANDBOX, '--', 'true');
    expect([ran.exitCode, ran.stderr]).toEqual([4, expect.stringContaining('[NC2599]')]);
    const back = await project.run('rollback', '--name', SANDBOX, '-o', 'json');
    expect([back.exitCode, ...codesIn(back.stdout)]).toEqual([4, 'NC2599']);
    clear();
    await succeeds(project.run('run', '--name', SANDBOX, '--', 'true'));
    const status = await succeeds(project.run('status', '--name', SANDBOX, '-o', 'json'));
    expect(JSON.parse(status.stdout).sandboxes[0].desired).toMatchObject({
      generation: 1,
      outcome: 'proved',
    });
  });

  test('is a finding of sync, which does not tell anybody to throw away what was accepted', async (context) => {
    hostNeeds(context, openssh);
    const remote = signedRemote();
    await remote.push(reaching('a.example'));
    mkdirSync(dirname(join(remote.state, 'sync')), { recursive: true, mode: 0o700 });
    writeFileSync(join(remote.state, 'sync'), '');
    const refused = await remote.sync();
    expect([refused.exitCode, ...codesIn(refused.stdout)]).toEqual([4, 'NC2599']);
    expect((await remote.sync('-o', 'text')).stdout).toBe(
      `sandbox ${SANDBOX}: the branch was not looked at; what is in force stays so\n`,
    );
    rmSync(join(remote.state, 'sync'));
    const clear = obstruct(join(remote.state, 'probes.json'));
    const failed = await remote.sync();
    expect([failed.exitCode, ...codesIn(failed.stdout)]).toEqual([4, 'NC2599']);
    expect(JSON.parse(failed.stdout)).toMatchObject({ outcome: 'refused', accepted: null });
    clear();
    expect(JSON.parse((await succeeds(remote.sync())).stdout)).toMatchObject({ outcome: 'applied' });
  });
});
