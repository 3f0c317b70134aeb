import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { codesIn, type HostProject, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';

/** Copies what was released under another name, as somebody would who wants it applied later. */
function keep({ folder }: HostProject, name: string): void {
  for (const file of ['agent.bundle', 'agent.bundle.sigstore.json', 'agent.bundle.sources.json']) {
    cpSync(join(folder, file), join(folder, file.replace('agent', name)), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

async function replayed(project: HostProject, ...more: readonly string[]): Promise<unknown[]> {
  const argv = ['apply', 'skipped.bundle', '--key', 'key.pub.pem', '--name', SANDBOX, '--yes', '-o', 'json'];
  const { exitCode, stdout } = await project.run(...argv, ...more);
  return [exitCode, JSON.parse(stdout).generation, ...codesIn(stdout)];
}

describe('a bundle that says what is in force already', { timeout: 120_000 }, () => {
  test('counts as the newest all the same, so that one which it took back is not replayed', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    await project.release(reaching('a.example', 'bad.example'));
    keep(project, 'skipped');
    await project.release(reaching('a.example'));
    expect(JSON.parse((await succeeds(project.apply())).stdout)).toMatchObject({
      outcome: 'current',
      generation: 1,
    });
    expect(await replayed(project)).toEqual([3, 1, 'NC2575']);
    const newest = join(project.state, 'generations/newest.json');
    const text = readFileSync(newest, 'utf8');
    expect(text).toMatch(/"serial": ?3/);
    expect(await replayed(project, '--allow-older', 'it is needed')).toEqual([0, 2]);
    expect(readFileSync(newest, 'utf8')).toMatch(/"serial": ?2/);
    await succeeds(project.apply());
    expect(readFileSync(newest, 'utf8')).toBe(text);
    writeFileSync(newest, text.replace(/"serial": ?3/, '"serial":  1'));
    expect(await replayed(project)).toEqual([4, 3, 'NC2578']);
  });

  test('becomes a generation of its own where somebody vouches for it now, or something is accepted with it', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    const waived = ['apply', 'agent.bundle', '--name', SANDBOX, '--yes', '--allow-unsigned', 'a trial'];
    await succeeds(project.run(...waived));
    await succeeds(project.run('attest', '--name', SANDBOX, '--key', 'key.pem', '--out', 'report.json'));
    const fleet = await project.run('fleet', 'report.json', '--key', 'key.pub.pem');
    expect(fleet.stdout).toContain(`${SANDBOX}: accepted unsigned: a trial\n`);
    expect(JSON.parse((await succeeds(project.apply())).stdout)).toMatchObject({
      outcome: 'applied',
      generation: 2,
    });
    const status = await succeeds(project.run('status', '--name', SANDBOX));
    expect(status.stdout).toContain(project.git('rev-parse', 'HEAD').trim().slice(0, 12));
    expect(status.stdout).not.toContain('a trial');
    // Without a signature it says less than what is in force.
    await succeeds(project.run(...waived));
    expect((await project.run('history', '--name', SANDBOX, '-o', 'json')).stdout).not.toContain(
      '"generation":3',
    );
  });
});
