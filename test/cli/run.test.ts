import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostNeeds, program } from '../support/host.ts';
import { builtPrograms, sandboxes } from '../support/kernel.ts';
import { BAD, GOOD, nemoclaw, temporaryFolder } from './nemoclaw.ts';

const BLUEPRINT = `${GOOD}extends:\n  - tier: restricted\naccept:\n  - gap: resources/processes-of-root\n    reason: tests run as root, too\n`;

function project(text: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'agent.yaml'), text);
  return cwd;
}

describe('run', () => {
  test.for([
    ['its output and 0', ['echo', 'hello'], { exitCode: 0, stdout: 'hello\n' }],
    ['its exit code', ['sh', '-c', 'exit 7'], { exitCode: 7, stdout: '' }],
    ['128 and the number of its signal', ['sh', '-c', 'kill -9 $$'], { exitCode: 137, stdout: '' }],
    ['126 for one that cannot be executed', ['/etc/passwd'], { exitCode: 126, stdout: '' }],
    ['127 for one that is not there', ['no-such-command'], { exitCode: 127, stdout: '' }],
  ] as [string, string[], object][])('gives of a command %s', async ([, argv, expected], context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(BLUEPRINT);
    expect(await nemoclaw(['run', 'agent.yaml', '--', ...argv], { cwd })).toMatchObject(expected);
  });

  test('with -o json prints one document and gives standard output to it', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(BLUEPRINT);
    const argv = ['run', 'agent.yaml', '-o', 'json', '--', 'sh', '-c', 'echo hello; exit 7'];
    const { exitCode, stdout, stderr } = await nemoclaw(argv, { cwd });
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, command: 'run', started: true, exitCode: 7 });
    expect(stderr).toContain('hello\n');
  });

  test('starts nothing under an invalid blueprint, or one that cannot be enforced', async (context) => {
    hostNeeds(context, builtPrograms);
    const started = ['--', 'sh', '-c', 'echo started'];
    const bad = await nemoclaw(['run', 'agent.yaml', ...started], { cwd: project(BAD) });
    expect(bad).toMatchObject({ exitCode: 1, stdout: '' });
    const cwd = project(BLUEPRINT);
    const target = { apiVersion: 'nemoclaw.dev/v1', kind: 'Target', landlock_abi: 0, architecture: 'x86_64' };
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(target));
    const unenforced = await nemoclaw(['run', 'agent.yaml', '-t', 'old.json', ...started], { cwd });
    expect(unenforced).toMatchObject({ exitCode: 4, stdout: '' });
    const missing = `${BLUEPRINT.replace('include_workdir: true', 'include_workdir: true\n  read_only: [/no/such/folder]')}`;
    const notThere = await nemoclaw(['run', 'agent.yaml', ...started], { cwd: project(missing) });
    expect(notThere).toMatchObject({ exitCode: 4, stdout: '' });
    expect(notThere.stderr).toMatch(
      /^agent\.yaml:7:15: error: .* step `view` failed at `\/no\/such\/folder` \(ENOENT\) \[NC1511\]\n.*\n {5}\| {15}\^{15}\n {2}help: .*`optional: true`/m,
    );
  });

  test('starts nothing when the agent could reach its own log or a link that leads there, also through a link', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(BLUEPRINT);
    const elsewhere = temporaryFolder();
    symlinkSync(cwd, join(elsewhere, 'link'));
    const outside = temporaryFolder();
    symlinkSync(outside, join(cwd, 'way'));
    // A link that leads outside by another one, which the agent could change.
    const further = join(elsewhere, 'further');
    symlinkSync(join(cwd, 'way'), further);
    for (const state of ['state', join(elsewhere, 'link/state'), 'way/state', join(further, 'state')]) {
      const argv = ['run', 'agent.yaml', '--state', state, '--', 'sh', '-c', 'echo started'];
      const { exitCode, stdout, stderr } = await nemoclaw(argv, { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
      expect(stderr).toMatch(
        /^agent\.yaml:6:\d+: error: the agent could reach its own audit log: .*\[NC2305\]/m,
      );
    }
    const { exitCode } = await nemoclaw(['run', 'agent.yaml', '--state', elsewhere, '--', 'true'], { cwd });
    expect(exitCode).toBe(0);
  });

  test('says each accepted gap each time', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(`${BLUEPRINT}landlock:\n  compatibility: best_effort\n`);
    const target = { apiVersion: 'nemoclaw.dev/v1', kind: 'Target', landlock_abi: 0, architecture: 'x86_64' };
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(target));
    const { exitCode, stdout, stderr } = await nemoclaw(
      ['run', 'agent.yaml', '-t', 'old.json', '--', 'echo', 'x'],
      { cwd },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'x\n' });
    expect(stderr).toMatch(/warning: .*no Landlock.*\[NC1611\]/);
    expect(stderr).toContain('accepted gap `filesystem/landlock-abi`');
  });
});

describe('a file in the workspace', () => {
  const made = async (argv: readonly string[]) => {
    const cwd = project(BLUEPRINT);
    writeFileSync(join(cwd, 'tool'), '#!/bin/sh\n', { mode: 0o644 });
    const { stderr } = await nemoclaw(['run', 'agent.yaml', '--', ...argv], { cwd });
    const mode = (name: string) => (statSync(join(cwd, name), { throwIfNoEntry: false })?.mode ?? 0) & 0o7777;
    return { stderr, tool: mode('tool'), made: mode('made') };
  };

  test('can be made executable, its folder sticky, and keep the group of its folder', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    expect(await made(['chmod', '2755', 'tool'])).toMatchObject({ tool: 0o2755 });
    expect(await made(['chmod', '1755', 'tool'])).toMatchObject({ tool: 0o1755 });
    expect(await made(['install', '-m', '755', 'tool', 'made'])).toMatchObject({ made: 0o755 });
  });

  test.for(['4755', '6755', 'u+s'])('is not given the mode %s', async (mode, context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const after = await made(['chmod', mode, 'tool']);
    expect(after.stderr).toContain('Operation not permitted');
    expect(after.tool).toBe(0o644);
  });

  test.for([
    'os.open("made", os.O_CREAT | os.O_WRONLY, 0o4755)',
    'os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o4755)',
    'os.mknod("made", 0o104755)',
    'os.fchmod(os.open("tool", os.O_RDWR), 0o4755)',
  ])('is not made so by %s', async (call, context) => {
    hostNeeds(context, builtPrograms, sandboxes, program('python3', 'python3'));
    const after = await made(['python3', '-c', `import os; ${call}`]);
    expect(after.stderr).toContain('PermissionError: [Errno 1]');
    expect(after).toMatchObject({ tool: 0o644, made: 0 });
  });
});

describe('verify', () => {
  test('tries what must work and what must not, and says that the kernel agrees', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(BLUEPRINT);
    const { exitCode, stdout } = await nemoclaw(['verify', 'agent.yaml', '-o', 'json'], { cwd });
    const { verified, probes } = JSON.parse(stdout);
    expect(probes.filter(({ agrees }: { agrees: boolean }) => !agrees)).toEqual([]);
    expect({ exitCode, verified }).toEqual({ exitCode: 0, verified: true });
    for (const facet of ['filesystem', 'syscalls', 'process', 'egress', 'resources']) {
      const expected = probes.filter((probe: { facet: string }) => probe.facet === facet);
      expect(
        expected.some((probe: { expected: string }) => probe.expected === 'refused'),
        facet,
      ).toBe(true);
    }
  });

  test('prints counts for each facet, and with --all each probe', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(BLUEPRINT);
    const short = await nemoclaw(['verify', 'agent.yaml'], { cwd });
    expect(short.exitCode).toBe(0);
    expect(short.stdout.split('\n').length).toBeLessThan(12);
    const [, probes, works, refused] =
      /^filesystem +(\d+) probes: +(\d+) must work, +(\d+) must be refused: all as written$/m.exec(
        short.stdout,
      )!;
    expect(Number(works) + Number(refused)).toBe(Number(probes));
    const all = await nemoclaw(['verify', 'agent.yaml', '--all'], { cwd });
    expect(all.stdout).toContain(
      'as written  environment: see the variable NEMOCLAW_PROBE_UNPASSED: refused',
    );
    expect(all.stdout.split('\n').length).toBeGreaterThan(Number(probes));
  });

  test('says once which step failed when no sandbox starts, with 4', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const cwd = project(
      BLUEPRINT.replace('include_workdir: true', 'include_workdir: true\n  read_only: [/no/such/folder]'),
    );
    const { exitCode, stdout, stderr } = await nemoclaw(['verify', 'agent.yaml'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr.match(/NC1511/g)).toHaveLength(1);
    expect(stderr).toMatch(
      /^agent\.yaml:7:15: error: .* step `view` failed at `\/no\/such\/folder` \(ENOENT\)/m,
    );
    expect(stderr).toContain('optional: true');
    const json = await nemoclaw(['verify', 'agent.yaml', '-o', 'json'], { cwd });
    expect(json.exitCode).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({ verified: false, probes: [], counts: { errors: 1 } });
  });

  test('says so with 4 when this machine cannot', async () => {
    const cwd = project(BLUEPRINT);
    const target = { apiVersion: 'nemoclaw.dev/v1', kind: 'Target', landlock_abi: 0, architecture: 'x86_64' };
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(target));
    const { exitCode, stdout } = await nemoclaw(['verify', 'agent.yaml', '-t', 'old.json', '-o', 'json'], {
      cwd,
    });
    expect(exitCode).toBe(4);
    const { verified, counts } = JSON.parse(stdout);
    expect(verified).toBe(false);
    expect(counts.errors).toBeGreaterThan(0);
  });
});
