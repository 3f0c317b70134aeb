import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeAllowed } from '../../../runtime/approvals/allowances/folder.ts';
import { checksOf } from '../../../runtime/sandbox/enforced/checks.ts';
import { namespacesOf, processFacts } from '../../../runtime/sandbox/enforced/process-facts.ts';
import { replaceTable } from '../../../runtime/sandbox/gateway-control.ts';
import { allowance } from '../../support/allowance.ts';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, hostTarget, sandboxes } from '../../support/kernel.ts';
import {
  buildSandboxProcess,
  compiler,
  intrude,
  processesWhere,
  statusField,
} from '../../support/sandbox-process.ts';
import { temporaryFolder } from '../nemoclaw.ts';
import { codesIn, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';

describe('status', { timeout: 120_000 }, () => {
  test('says that all is as applied, by what the kernel says, and names each thing that is not', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    const seen = async () => {
      const { exitCode, stdout } = await project.run('status', '--name', SANDBOX, '-o', 'json');
      const {
        verdict,
        sandboxes: [one],
        diagnostics,
      } = JSON.parse(stdout);
      return {
        exitCode,
        verdict,
        one,
        codes: codesIn(stdout),
        messages: diagnostics.map((d: { message: string }) => d.message),
      };
    };
    await project.release(reaching('a.example', 'b.example'));
    await succeeds(project.apply());
    expect(await seen()).toMatchObject({ exitCode: 0, verdict: 'as applied', one: { running: null } });
    await project.start();
    const running = await seen();
    expect(running).toMatchObject({ exitCode: 0, verdict: 'as applied', codes: [] });
    const looked = running.one.enforcement.map(({ what }: { what: string }) =>
      what.replace(/ of process \d+$/, ''),
    );
    expect(looked).toEqual(
      expect.arrayContaining([
        'no_new_privs',
        'seccomp mode',
        'seccomp filters',
        'capabilities',
        'net namespace',
        'mnt namespace',
        'pid namespace',
        'network interfaces',
      ]),
    );
    expect(running.one.probes).toMatchObject({ generation: 1, otherwise: [] });

    // Somebody else puts another table into force.
    const table = join(project.state, 'egress/table.json');
    const applied = readFileSync(table, 'utf8');
    writeFileSync(table, applied.replaceAll('a.example', 'e.example'));
    const edited = await seen();
    expect(edited).toMatchObject({ exitCode: 3, verdict: 'drifted', codes: ['NC2590'] });
    expect(edited.messages[0]).toMatch(/^egress table on disk: /);
    writeFileSync(table, applied);
    const other = JSON.parse(applied);
    writeFileSync(table, JSON.stringify({ ...other, policy: `sha256:${'0'.repeat(64)}` }));
    const replaced = await replaceTable(join(project.state, 'egress/control.sock'), table);
    expect(replaced).toMatchObject({ ok: true });
    writeFileSync(table, applied);
    expect((await seen()).messages).toEqual([expect.stringMatching(/^policy of the gateway: /)]);
    // Applying what is in force puts it right.
    await succeeds(project.apply());
    expect(await seen()).toMatchObject({ exitCode: 0, codes: [] });

    // What is let through for a while is loud, and its table no drift.
    const opened = join(project.state, 'egress/allowed');
    writeAllowed(opened, allowance(Date.now()));
    writeFileSync(join(opened, 'req-ba9876543210.json'), '{}');
    expect(await replaceTable(join(project.state, 'egress/control.sock'), table)).toMatchObject({ ok: true });
    expect(await seen()).toMatchObject({
      exitCode: 3,
      codes: ['NC2593'],
      one: {
        breakGlass: [
          expect.stringMatching(/^req-0123456789ab by ann until .*Z: outage$/),
          expect.stringMatching(/req-ba9876543210.json grants nothing: /),
        ],
      },
    });
    rmSync(opened, { recursive: true });
    expect(await replaceTable(join(project.state, 'egress/control.sock'), table)).toMatchObject({ ok: true });
    expect(await seen()).toMatchObject({ exitCode: 0 });

    // A file of the generation is changed.
    appendFileSync(join(project.state, 'generations/1/bundle/egress/table.json'), ' ');
    expect(await seen()).toMatchObject({ exitCode: 3, verdict: 'drifted', codes: ['NC2578'] });
    expect(await project.run('run', '--name', SANDBOX, '--', 'true')).toMatchObject({ exitCode: 4 });
  });

  test('takes another table under the same launch rules for no drift, and other launch rules for one', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    const codes = async () => codesIn((await project.run('status', '-o', 'json')).stdout);
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    await project.start();
    await project.release(reaching('a.example', 'b.example'));
    await succeeds(project.apply());
    expect(await codes()).toEqual([]);
    await project.release(`${reaching('a.example', 'b.example')}resources: { processes: 77 }\n`);
    await succeeds(project.apply());
    expect((await project.run('status')).stdout).toMatch(
      /^ {2}DRIFT +launch rules of what runs: generation 1, not generation 3$/m,
    );
    expect(await codes()).toContain('NC2589');
  });

  test('names a process that is confined as the others are, but for its Landlock domain', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, compiler);
    const project = hostProject();
    await project.release(reaching('a.example'));
    await succeeds(project.apply());
    await project.start();
    const seen = async () => {
      const { exitCode, stdout } = await project.run('status', '--name', SANDBOX, '-o', 'json');
      const { verdict, diagnostics, sandboxes: all } = JSON.parse(stdout);
      const [{ running, drift, enforcement }] = all;
      const domains = drift.filter(({ what }: { what: string }) => what.startsWith('Landlock domain'));
      const messages = diagnostics.map((one: { message: string }) => one.message);
      return { exitCode, verdict, command: running.process.pid as number, domains, enforcement, messages };
    };
    const before = await seen();
    expect(before).toMatchObject({ exitCode: 0, verdict: 'as applied', messages: [] });
    // The command and, where whoever looks may see it, the witness.
    const few = before.domains.length;
    expect(few).toBe(process.getuid?.() === 0 ? 2 : 1);
    expect(new Set(before.domains.map(({ found }: { found: string }) => found))).toEqual(
      new Set(["the sandbox's"]),
    );
    const intruder = await intrude(buildSandboxProcess(temporaryFolder()), before.command, 2);
    const during = await seen();
    expect(during).toMatchObject({
      exitCode: 3,
      verdict: 'drifted',
      messages: [
        `Landlock domain of process ${intruder}: \`another, or none\`, and what is in force says \`the sandbox's\``,
      ],
    });
    expect((await project.run('status', '--name', SANDBOX)).stdout).toContain(
      `  Landlock     ${few} of ${few + 1} processes are in its domain; what it holds was seen by those probes\n`,
    );
    // All else that confines the others is there.
    const looked = (pid: number) =>
      during.enforcement
        .filter(({ what }: { what: string }) => what.endsWith(` of process ${pid}`))
        .map(({ what, holds }: { what: string; holds: boolean }) => [what.split(' of ')[0], holds]);
    expect(looked(intruder)).toEqual(looked(before.command));
    expect(looked(intruder).length).toBeGreaterThan(10);
    process.kill(intruder, 'SIGKILL');
    // Its parent, outside, does not look: what is left of it is no process.
    await expect.poll(async () => (await seen()).exitCode, { timeout: 30_000 }).toBe(0);

    // Without the witness nobody knows.
    const [witness = 0] = processesWhere(
      'PPid',
      (parent) => parent === statusField(before.command, 'PPid'),
    ).filter((pid) => /\t3$/.test(statusField(pid, 'NSpid')));
    process.kill(witness, 'SIGKILL');
    const after = await seen();
    expect(after).toMatchObject({ exitCode: 3, verdict: 'drifted' });
    expect(after.messages).toEqual([
      'Landlock domains of its processes: `nobody answers: it was ended, or is held; where it is stopped, let it go on, else end the sandbox and start it again`, and what is in force says `an answer of its witness`',
    ]);
  });

  test('finds a process that nothing confines', () => {
    const facts = processFacts(process.pid);
    if (facts === null) throw new Error('this process is not there');
    const outside = namespacesOf('self');
    const checks = checksOf(facts, {
      target: { ...hostTarget(), privilege: 'rootless' },
      hasDoor: true,
      outside,
    });
    const missing = checks
      .filter(({ holds }) => !holds)
      .map(({ what }) => what.replace(/ of process \d+$/, ''));
    expect(missing).toEqual(
      expect.arrayContaining([
        'no_new_privs',
        'seccomp mode',
        'seccomp filters',
        'user namespace',
        'mnt namespace',
        'net namespace',
      ]),
    );
  });
});
