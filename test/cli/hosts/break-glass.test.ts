import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAllowed } from '../../../runtime/approvals/allowances/folder.ts';
import { replaceTable } from '../../../runtime/sandbox/gateway-control.ts';
import { allowance } from '../../support/allowance.ts';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { codesIn, hostProject, reaching, SANDBOX, succeeds } from './host-project.ts';

test('what is let through for a while keeps no generation from coming into force', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const project = hostProject();
  await project.release(reaching('a.example', 'b.example'));
  await succeeds(project.apply());
  await project.start();
  const opened = join(project.state, 'egress/allowed');
  mkdirSync(opened, { recursive: true });
  writeAllowed(opened, allowance(Date.now()));
  const control = join(project.state, 'egress/control.sock');
  expect(await replaceTable(control, join(project.state, 'egress/table.json'))).toMatchObject({ ok: true });
  await project.release(reaching('a.example'));
  const applied = await project.apply();
  expect(codesIn(applied.stdout)).toEqual([]);
  expect(JSON.parse(applied.stdout)).toMatchObject({
    outcome: 'applied',
    generation: 2,
    running: 'replaced',
  });
  const again = await succeeds(project.apply());
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'current', running: 'unchanged' });
  // It is as loud as before, and nothing else is said.
  const { exitCode, stdout } = await project.run('status', '--name', SANDBOX, '-o', 'json');
  expect([exitCode, ...codesIn(stdout)]).toEqual([3, 'NC2593']);
}, 120_000);

test('a table that was replaced live is as applied, and launch rules that were not are named', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const project = hostProject();
  await project.release(reaching('a.example', 'b.example'));
  await succeeds(project.apply());
  await project.start();
  const status = async () => {
    const { exitCode, stdout } = await project.run('status', '--name', SANDBOX, '-o', 'json');
    return [exitCode, JSON.parse(stdout).verdict, ...codesIn(stdout)];
  };
  await project.release(reaching('a.example'));
  expect(JSON.parse((await succeeds(project.apply())).stdout)).toMatchObject({ running: 'replaced' });
  expect(await status()).toEqual([0, 'as applied']);
  await project.release(
    reaching('a.example'),
    SANDBOX,
    '  include_workdir: false\n  read_only: ["${workdir}"]\n',
  );
  await succeeds(project.apply());
  expect(await status()).toEqual([3, 'drifted', 'NC2590', 'NC2589']);
}, 120_000);
