import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { nemoclaw } from '../nemoclaw.ts';
import { blueprintWith, codesIn, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';
import { openssh, signedRemote } from './signing-repository.ts';

const PART = `apiVersion: nemoclaw.dev/v1
kind: Preset
metadata: { name: part, description: a part }
${reaching('part.example').replace('some:', 'other:')}`;
const EXTENDING = blueprintWith(reaching('a.example')).replace(
  '  - tier: restricted\n',
  '  - tier: restricted\n  - file: ../parts/part.yaml\n',
);

describe('a blueprint that lies in a folder', { timeout: 120_000 }, () => {
  beforeEach((context) => hostNeeds(context, builtPrograms, sandboxes, openssh));

  test.each([
    ['from the top', '.', 'agents/agent.yaml'],
    ['in its own folder', 'agents', 'agent.yaml'],
  ])('and was compiled %s is applied, started and found as applied', async (_, from, path) => {
    const project = hostProject();
    for (const folder of ['agents', 'parts']) mkdirSync(join(project.folder, folder));
    writeFileSync(join(project.folder, 'agents/agent.yaml'), EXTENDING);
    writeFileSync(join(project.folder, 'parts/part.yaml'), PART);
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'change');
    const cwd = join(project.folder, from);
    await succeeds(nemoclaw(['compile', path, '-t', 'host'], { cwd }));
    await succeeds(project.run('sign', 'agents/agent.bundle', '--key', 'key.pem'));
    const trust = ['agents/agent.bundle', '--key', 'key.pub.pem'];
    await succeeds(project.run('apply', ...trust, '--yes', '--name', SANDBOX));
    await succeeds(project.run('run', '--name', SANDBOX, '--', 'true'));
    const { stdout } = await succeeds(project.run('status', '--name', SANDBOX, '-o', 'json'));
    expect(codesIn(stdout)).toEqual([]);
  });

  test.each([
    ['from the top', '.', 'agents/agent.yaml'],
    ['in its own folder', 'agents', 'agent.yaml'],
  ])('and was locked %s is followed', async (_, from, path) => {
    const remote = signedRemote();
    remote.write('agents/agent.yaml', EXTENDING);
    remote.write('parts/part.yaml', PART);
    await succeeds(
      nemoclaw(['compile', path, '-t', 'host', '--workdir', remote.work], { cwd: join(remote.work, from) }),
    );
    remote.commit('alice');
    const first = await remote.sync('--path', 'agents/agent.yaml');
    expect([first.exitCode, ...codesIn(first.stdout)]).toEqual([0]);
    const again = await succeeds(remote.sync('--path', 'agents/agent.yaml'));
    expect(JSON.parse(again.stdout).outcome).toBe('current');
    const status = await nemoclaw(['status', '--name', SANDBOX, '-o', 'json'], { env: remote.env });
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([0]);
  });

  test('is the same bundle from wherever it is compiled', async () => {
    const { work, write } = signedRemote();
    write('agents/agent.yaml', EXTENDING);
    write('parts/part.yaml', PART);
    const digests: string[] = [];
    for (const [from, path] of [
      ['.', 'agents/agent.yaml'],
      ['agents', 'agent.yaml'],
      ['parts', '../agents/agent.yaml'],
      ['/', join(work, 'agents/agent.yaml')],
    ] as const) {
      const ran = await succeeds(nemoclaw(['compile', path, '--no-lock'], { cwd: resolve(work, from) }));
      digests.push(/sha256:[0-9a-f]{64}/.exec(ran.stdout)![0]);
    }
    expect(new Set(digests).size).toBe(1);
  });
});
