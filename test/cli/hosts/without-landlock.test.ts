import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { compileC } from '../../support/compile-c.ts';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { compiler } from '../../support/sandbox-process.ts';
import { nemoclawProgram } from '../nemoclaw.ts';
import { hostProject, reaching, SANDBOX } from './host-project.ts';

test('what takes the Landlock it gets is applied on a kernel without, where no witness counts', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes, compiler);
  const program = compileC('without-landlock.c');
  onTestFinished(program.remove);
  const project = hostProject();
  // For this kernel, and then taken to one without.
  await project.release(`landlock: { compatibility: best_effort }\n${reaching('a.example')}`);
  const there = (...argv: readonly string[]) =>
    promisify(execFile)(program.path, [process.execPath, nemoclawProgram, ...argv, '-o', 'json'], {
      cwd: project.folder,
      env: { ...process.env, XDG_STATE_HOME: dirname(dirname(dirname(project.state))) },
    }).then(
      ({ stdout }) => ({ exitCode: 0, stdout }),
      ({ code, stdout }) => ({ exitCode: code, stdout }),
    );
  const applied = await there('apply', 'agent.bundle', '--key', 'key.pub.pem', '--yes', '--name', SANDBOX);
  expect({ ...applied, stdout: JSON.parse(applied.stdout).diagnostics }).toEqual({ exitCode: 0, stdout: [] });
}, 60_000);
