import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { codesIn, type HostProject, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';

beforeEach((context) => hostNeeds(context, builtPrograms, sandboxes));

describe('a state folder', { timeout: 120_000 }, () => {
  test.each<[string, (state: string) => void]>([
    [
      'that others may write to',
      (state) => {
        mkdirSync(state, { recursive: true });
        chmodSync(state, 0o777);
      },
    ],
    [
      'that is a link',
      (state) => {
        mkdirSync(`${state}-elsewhere`, { recursive: true });
        symlinkSync(`${state}-elsewhere`, state);
      },
    ],
  ])('%s is none, and nothing is written there', async (_, make) => {
    const project = hostProject();
    await project.release('');
    make(project.state);
    const applied = await project.apply();
    expect([applied.exitCode, ...codesIn(applied.stdout)]).toEqual([1, 'NC2680']);
    expect(existsSync(join(project.state, 'generations'))).toBe(false);
    for (const argv of [
      ['run', '--', 'true'],
      ['rollback', '-o', 'json'],
      ['history', '-o', 'json'],
    ]) {
      const [command = '', ...rest] = argv;
      const ran = await project.run(command, '--name', SANDBOX, ...rest);
      expect(ran.stdout + ran.stderr).toContain('NC2680');
      expect(ran.exitCode).toBe(1);
    }
    const status = await project.run('status', '--name', SANDBOX, '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([3, 'NC2680']);
  });

  test('whose record of what is in force was edited is named by status, attested so, and starts nothing', async () => {
    const project = await applied('a.example');
    const record = join(project.state, 'generations/1/generation.json');
    const text = readFileSync(record, 'utf8');
    writeFileSync(record, text.replace(/"commit": "[0-9a-f]{8}/, '"commit": "00000000'));
    const status = await project.run('status', '--name', SANDBOX, '-o', 'json');
    expect([status.exitCode, ...codesIn(status.stdout)]).toEqual([3, 'NC2578']);
    expect(await project.run('run', '--name', SANDBOX, '--', 'true')).toMatchObject({ exitCode: 4 });
    await project.run('attest', '--name', SANDBOX, '--key', 'key.pem', '--out', 'report.json');
    const { dsseEnvelope } = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'));
    const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString());
    expect(predicate).toMatchObject({ verdict: 'drifted', inForce: null });
  });

  test('whose older generation was edited says so in its history, and does not go back to it', async () => {
    const project = await applied('a.example');
    await project.release(reaching('b.example'));
    await succeeds(project.apply());
    appendFileSync(join(project.state, 'generations/1/bundle/egress/table.json'), ' ');
    const shown = await succeeds(project.run('history', '--name', SANDBOX));
    expect(shown.stdout).toMatch(/^ {5}1 .*CHANGED SINCE$/m);
    expect(await project.run('rollback', '--name', SANDBOX)).toMatchObject({ exitCode: 1 });
    expect(await project.run('rollback', '--name', SANDBOX, '--to', '1')).toMatchObject({ exitCode: 1 });
    renameSync(join(project.state, 'generations/1'), join(project.state, 'away'));
    expect((await succeeds(project.run('history', '--name', SANDBOX))).stdout).toContain('no longer kept');
  });
});

async function applied(host: string): Promise<HostProject> {
  const project = hostProject();
  await project.release(reaching(host));
  await succeeds(project.apply());
  return project;
}
