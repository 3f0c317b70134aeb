import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hostNeeds, program, rootUser } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';

test('status names what root plants in a sandbox that runs', async (context) => {
  hostNeeds(
    context,
    builtPrograms,
    sandboxes,
    rootUser,
    program('nsenter', 'util-linux'),
    program('ip', 'iproute2'),
    program('nft', 'nftables'),
  );
  const project = hostProject();
  await project.release(reaching('a.example'));
  await succeeds(project.apply());
  await project.start();
  const seen = async () => {
    const { exitCode, stdout } = await project.run('status', '--name', SANDBOX, '-o', 'json');
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; message: string }[] };
    return [
      exitCode,
      ...diagnostics.map(({ code, message }) => `${code} ${message.replace(/process \d+/, 'process N')}`),
    ];
  };
  expect(await seen()).toEqual([0]);
  const record = join(project.state, 'running/sandbox.json');
  const written = readFileSync(record, 'utf8');
  const pid = String(JSON.parse(written).process.pid);

  const link = (...argv: string[]) => execFileSync('nsenter', ['-t', pid, '-n', 'ip', 'link', ...argv]);
  link('add', 'planted', 'type', 'veth', 'peer', 'name', 'planted2');
  const planted =
    'NC2591 not enforced: network interfaces of process N is `lo, planted2, planted` and has to be `lo alone`';
  // The command sees it, and so does the witness.
  expect(await seen()).toEqual([4, planted, planted]);
  link('del', 'planted');

  const nft = (...argv: string[]) => execFileSync('nsenter', ['-t', pid, '-n', 'nft', ...argv]);
  nft('add', 'table', 'inet', 'planted');
  expect(await seen()).toEqual([
    4,
    'NC2591 not enforced: tables of packet filters (nftables) is `inet planted` and has to be `none`',
  ]);
  nft('delete', 'table', 'inet', 'planted');

  const joined = spawn('nsenter', ['-t', pid, '-p', '-n', '-m', '-i', '-u', 'sleep', '60'], {
    stdio: 'ignore',
    detached: true,
  });
  const end = () => {
    try {
      process.kill(-joined.pid!, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  onTestFinished(end);
  await wait(500);
  const found = await seen();
  expect(found[0]).toBe(4);
  for (const what of ['no_new_privs', 'seccomp mode', 'seccomp filters', 'capabilities']) {
    expect(found.join('\n')).toContain(`NC2591 not enforced: ${what} of process N is `);
  }

  expect(found.join('\n')).toContain('NC2590 Landlock domain of process N: `another, or none`, ');

  // Whoever takes the record away hides nothing by it.
  for (const change of [
    () => rmSync(record),
    () => writeFileSync(record, written.replace(`"pid": ${pid}`, '"pid": 1')),
  ]) {
    change();
    expect(await seen()).toEqual([
      3,
      'NC2590 record of what runs: `gone, though the gateway of the sandbox answers`, and what is in force says `there`',
    ]);
  }
  end();
  await wait(200);
  writeFileSync(record, written);
  expect(await seen()).toEqual([0]);
}, 120_000);
