import { cpSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostIo } from '../../../cli/host-io.ts';
import { main } from '../../../cli/main.ts';
import { canonicalJson } from '../../../compiler/bundle/canonical-json.ts';
import { digestOf } from '../../../compiler/bundle/digest.ts';
import { gatewayInForce } from '../../../runtime/sandbox/gateway-control.ts';
import { readCurrent, readSwitches } from '../../../runtime/sandbox/generations/read.ts';
import { hostNeeds, rootUser } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { keyPair } from '../../support/signatures.ts';
import { worldOf } from '../world.ts';
import {
  blueprintWith,
  codesIn,
  type HostProject,
  hostProject,
  reaching,
  SANDBOX,
  succeeds,
} from './host-project.ts';

const READ_ONLY = '  include_workdir: false\n  read_only: ["${workdir}"]\n';
const generations = ({ state }: HostProject) => join(state, 'generations');
const switchesOf = (project: HostProject) => {
  const read = readSwitches(generations(project));
  if (!read.ok) throw new Error(read.problem);
  return read.value.map(({ generation, why, outcome }) => `${generation} ${why} ${outcome}`);
};
const recordOf = (project: HostProject) => {
  const current = readCurrent(generations(project));
  if (current?.ok !== true) throw new Error(current?.problem ?? 'nothing is in force');
  return current.record;
};
const policyOf = (project: HostProject) =>
  JSON.parse(readFileSync(join(project.folder, 'agent.bundle/current/manifest.json'), 'utf8'))
    .policy as string;
const tableInForce = async ({ state }: HostProject) => {
  const answer = await gatewayInForce(join(state, 'egress/control.sock'));
  return answer.ok ? answer.policy : answer.problem;
};

describe('apply', { timeout: 120_000 }, () => {
  test('plans, asks, applies, and a run without a blueprint is under it, also after a boot', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    const argv = ['apply', 'agent.bundle', '--key', 'key.pub.pem'];
    const unasked = await project.run(...argv, '-o', 'json');
    expect({ exit: unasked.exitCode, codes: codesIn(unasked.stdout) }).toEqual({
      exit: 2,
      codes: ['NC2584'],
    });
    const planned = await project.run(...argv, '--dry-run');
    expect(planned.stdout).toMatch(/^sandbox host-agent: nothing -> agent\.bundle, sha256:/);
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' });
    expect(switchesOf(project)).toEqual([]);
    const applied = await succeeds(project.apply());
    expect(JSON.parse(applied.stdout)).toMatchObject({
      outcome: 'applied',
      generation: 1,
      running: 'nothing-runs',
    });
    expect(recordOf(project)).toMatchObject({
      commit: project.git('rev-parse', 'HEAD').trim(),
      exceptions: [],
    });
    expect(recordOf(project).signer).toMatch(/^key sha256:/);
    const again = await succeeds(project.apply());
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'current', generation: 1 });
    for (const gone of ['egress', 'running']) {
      expect(await project.run('run', '--name', SANDBOX, '--', 'echo', 'hi')).toMatchObject({
        exitCode: 0,
        stdout: 'hi\n',
      });
      rmSync(join(project.state, gone), { recursive: true });
    }
    expect(switchesOf(project)).toEqual(['1 apply proved']);
  });

  test('does nothing unless a person says yes, and nothing but yes is yes', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release('');
    const { io, printed } = worldOf({});
    const asked: string[] = [];
    const answered = (answer: string) =>
      main(
        [
          'apply',
          join(project.folder, 'agent.bundle'),
          '--key',
          join(project.folder, 'key.pub.pem'),
          '--state',
          project.state,
        ],
        {
          ...hostIo(),
          ...{ stdout: io.stdout, stderr: io.stderr, now: Date.now },
          ask: async (question) => {
            asked.push(question);
            return answer;
          },
        },
      );
    for (const answer of ['', 'y', 'no', 'yes please']) expect(await answered(answer)).toBe(3);
    expect(printed.stderr).toContain('[NC2585]');
    expect(switchesOf(project)).toEqual([]);
    expect(await answered('yes')).toBe(0);
    expect(asked.at(-1)).toBe('Apply this to sandbox host-agent? Only `yes` is yes: ');
    expect(switchesOf(project)).toEqual(['1 apply proved']);
  });

  test('refuses what nobody signed, what somebody else signed, and sources of another bundle', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release('');
    const refused = async (...argv: string[]) => {
      const { exitCode, stdout } = await project.run('apply', ...argv, '--yes', '-o', 'json');
      return [exitCode, ...codesIn(stdout)];
    };
    expect(await refused('agent.bundle')).toEqual([3, 'NC2570']);
    expect(await refused('agent.yaml')).toEqual([3, 'NC2570']);
    writeFileSync(join(project.folder, 'other.pem'), keyPair('ed25519').open);
    expect(await refused('agent.bundle', '--key', 'other.pem')).toEqual([3, 'NC2510']);
    const sources = join(project.folder, 'agent.bundle.sources.json');
    const text = readFileSync(sources, 'utf8');
    writeFileSync(sources, text.replace('tests run as root too', 'tests run as root, yes'));
    expect(await refused('agent.bundle', '--key', 'key.pub.pem')).toEqual([3, 'NC2571']);
    rmSync(sources);
    expect(await refused('agent.bundle', '--key', 'key.pub.pem')).toEqual([1, 'NC2571']);
    writeFileSync(sources, text);
    const waived = await project.run('apply', 'agent.bundle', '--allow-unsigned', 'a trial', '--yes');
    expect(waived.exitCode).toBe(0);
    expect(recordOf(project).exceptions).toEqual([{ kind: 'unsigned', reason: 'a trial' }]);
    const shown = await project.run('history', '--name', SANDBOX);
    expect(shown.stdout).toContain('SIGNED BY NOBODY');
    expect(shown.stdout).toContain('accepted unsigned: a trial');
  });

  test('refuses artifacts that do not do what the reviewed text says, however well they are signed', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    const bundle = join(project.folder, 'edited.bundle');
    cpSync(join(realpathSync(join(project.folder, 'agent.bundle/current'))), bundle, { recursive: true });
    cpSync(join(project.folder, 'agent.bundle.sources.json'), `${bundle}.sources.json`);
    const table = readFileSync(join(bundle, 'egress/table.json'), 'utf8').replaceAll(
      'a.example',
      'e.example',
    );
    writeFileSync(join(bundle, 'egress/table.json'), table);
    const manifest = JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8'));
    const artifact = manifest.artifacts.find(({ path }: { path: string }) => path === 'egress/table.json');
    Object.assign(artifact, { digest: digestOf(Buffer.from(table)), size: Buffer.byteLength(table) });
    writeFileSync(join(bundle, 'manifest.json'), canonicalJson(manifest));
    await succeeds(project.run('sign', 'edited.bundle', '--blueprint', 'agent.yaml', '--key', 'key.pem'));
    const refused = await project.run(
      'apply',
      'edited.bundle',
      '--key',
      'key.pub.pem',
      '--yes',
      '-o',
      'json',
    );
    expect([refused.exitCode, ...codesIn(refused.stdout)]).toEqual([3, 'NC2572']);
    expect(switchesOf(project)).toEqual([]);
  });

  test('refuses an older bundle unless told why, also after a rollback, and one of another sandbox', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    const keep = (name: string) =>
      ['agent.bundle', 'agent.bundle.sigstore.json', 'agent.bundle.sources.json'].map(
        (file) => [file, file.replace('agent', name)] as const,
      );
    for (const [from, to] of keep('old'))
      cpSync(join(project.folder, from), join(project.folder, to), {
        recursive: true,
        verbatimSymlinks: true,
      });
    await succeeds(project.apply());
    await project.release(reaching('b.example'));
    await succeeds(project.apply());
    await project.release(reaching('c.example'), 'somebody-else');
    const other = await project.apply();
    expect([other.exitCode, ...codesIn(other.stdout)]).toEqual([3, 'NC2576']);
    await succeeds(project.run('rollback', '--name', SANDBOX));
    expect(switchesOf(project)).toEqual(['1 apply proved', '2 apply proved', '1 rollback proved']);
    const old = ['apply', 'old.bundle', '--key', 'key.pub.pem', '--name', SANDBOX, '--yes', '-o', 'json'];
    await succeeds(project.run('rollback', '--name', SANDBOX, '--to', '2'));
    const older = await project.run(...old);
    expect([older.exitCode, ...codesIn(older.stdout)]).toEqual([3, 'NC2575']);
    expect(recordOf(project).number).toBe(2);
    await succeeds(project.run(...old, '--allow-older', 'b breaks the build'));
    expect(recordOf(project).exceptions).toEqual([{ kind: 'older', reason: 'b breaks the build' }]);
  });

  test('goes back by itself when the host cannot hold it, and starts nothing where there is nothing to go back to', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    const impossible = '  include_workdir: true\n  read_only: [/no/such/folder]\n';
    writeFileSync(join(project.folder, 'bad.yaml'), blueprintWith('', SANDBOX, impossible));
    const bad = [
      'apply',
      'bad.yaml',
      '--allow-unsigned',
      'a trial',
      '--yes',
      '-o',
      'json',
      '--name',
      SANDBOX,
    ];
    const first = await project.run(...bad);
    // What else the host lacks is said behind them.
    expect([first.exitCode, ...codesIn(first.stdout).slice(0, 2)]).toEqual([4, 'NC2581', 'NC1511']);
    const refused = await project.run('run', '--name', SANDBOX, '-o', 'json', '--', 'echo', 'hi');
    expect([refused.exitCode, ...codesIn(refused.stdout)]).toEqual([4, 'NC2582']);
    await project.release('');
    await succeeds(project.apply());
    const again = await project.run(...bad);
    expect([again.exitCode, ...codesIn(again.stdout).slice(0, 2)]).toEqual([4, 'NC2581', 'NC1511']);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'failed', generation: 2 });
    expect(switchesOf(project).slice(-3)).toEqual([
      '2 apply proved',
      '3 apply failed',
      '2 probe-failed proved',
    ]);
    expect(await project.run('run', '--name', SANDBOX, '--', 'echo', 'hi')).toMatchObject({ exitCode: 0 });
  });

  test('goes back by itself when a probe is answered otherwise, and says which', async (context) => {
    // As root, files may be made in a folder of mode 755; in this one the kernel says no.
    hostNeeds(context, builtPrograms, sandboxes, rootUser);
    const project = hostProject();
    await project.release('');
    await succeeds(project.apply());
    const promised = '  include_workdir: true\n  read_write: [/sys/kernel]\n';
    writeFileSync(join(project.folder, 'bad.yaml'), blueprintWith('', SANDBOX, promised));
    const bad = [
      'apply',
      'bad.yaml',
      '--allow-unsigned',
      'a trial',
      '--yes',
      '-o',
      'json',
      '--name',
      SANDBOX,
    ];
    const failed = await project.run(...bad);
    expect([failed.exitCode, ...codesIn(failed.stdout)]).toEqual([4, 'NC2580', 'NC2581']);
    expect(failed.stdout).toContain(
      '/sys/kernel: make a file in /sys/kernel: refused with EACCES; it should work',
    );
    expect(switchesOf(project)).toEqual(['1 apply proved', '2 apply failed', '1 probe-failed proved']);
  });

  test('gives a running sandbox a new egress table at once, but never a mixture of two generations', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    const first = policyOf(project);
    await project.start();
    expect(await tableInForce(project)).toBe(first);
    await project.release(reaching('a.example', 'b.example'));
    const widened = await succeeds(project.apply());
    expect(JSON.parse(widened.stdout)).toMatchObject({
      running: 'replaced',
      plan: { live: ['egress'], newProcess: [] },
    });
    expect(codesIn(widened.stdout)).toEqual([]);
    expect(await tableInForce(project)).toBe(policyOf(project));
    // The process may do less and the table more: neither generation says both the old process and the new table.
    const before = await tableInForce(project);
    await project.release(reaching('a.example', 'b.example', 'c.example'), SANDBOX, READ_ONLY);
    const held = await succeeds(project.apply());
    expect(JSON.parse(held.stdout)).toMatchObject({ running: 'held', plan: { heldBack: true } });
    expect(codesIn(held.stdout)).toEqual(['NC2589', 'NC2587']);
    expect(await tableInForce(project)).toBe(before);
  });
});
