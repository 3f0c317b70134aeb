import { beforeEach, describe, expect, it } from 'vitest';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import { hostArchitecture } from '../../../runtime/launcher/locate.ts';
import { hostNeeds, program } from '../../support/host.ts';
import { type BuiltLauncher, buildLauncher, launch, removeFolder } from './launching.ts';
import { planWith, WITHOUT_NAMESPACES } from './plans.ts';

/** Emulates the other architecture's instructions and passes system calls on; it knows none as young as Landlock. */
const EMULATOR = ['qemu-aarch64'];

let launcher: BuiltLauncher;
beforeEach((context) => {
  if (hostArchitecture() === 'aarch64') return context.skip('this machine runs the other tests on aarch64');
  hostNeeds(
    context,
    program('qemu-aarch64', 'qemu-user'),
    program('aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu'),
  );
  launcher = buildLauncher('aarch64');
  return () => removeFolder(launcher.folder);
});

const start = (plan: Parameters<typeof launch>[1], command = ['/bin/echo', 'started']) =>
  launch(launcher, plan, command, { through: EMULATOR });

describe('the launcher for aarch64', () => {
  it('refuses plans as the other one does', () => {
    const bytes = encodePlan(planWith({ over: { architecture: 'aarch64' } }));
    expect(start(encodePlan(planWith())).stderr).toContain('step plan: made for another architecture');
    expect(start(bytes.subarray(0, 200)).stderr).toContain('step plan: cut off or too long');
    expect(start(Uint8Array.from(bytes, (byte, i) => (i === 300 ? byte ^ 1 : byte))).stderr).toContain(
      'step plan: damaged',
    );
  });

  it('stops at a step that the kernel under it does not know, and starts nothing', () => {
    const over = { architecture: 'aarch64', ...WITHOUT_NAMESPACES, workdir: '/' } as const;
    const { status, stdout, stderr } = start(planWith({ over }));
    expect([status, stdout]).toEqual([125, '']);
    expect(stderr).toMatch(/^nemoclaw-launcher: step landlock: the kernel's ABI is too old: error 95\n$/);
  });

  it('carries a plan out to the end: processes, limits, capabilities, working folder, exit code', () => {
    const limits = [{ name: 'RLIMIT_CPU', resource: 0, maximum: 50 }];
    const over = {
      architecture: 'aarch64',
      ...WITHOUT_NAMESPACES,
      workdir: '/usr',
      limits,
      newSession: true,
    } as const;
    const plan = planWith({ over, landlock: { requiredAbi: 5, bestEffort: true } });
    const script =
      'pwd; ulimit -t; grep -E "^(NoNewPrivs|CapEff)" /proc/self/status; ls /proc/self/fd; exit 7';
    const { status, stdout, stderr } = start(plan, ['sh', '-c', script]);
    expect(stderr).toBe('nemoclaw-launcher: lost landlock: the kernel has only ABI 0\n');
    expect(stdout).toContain('/usr\n50\n');
    expect(stdout).toContain('NoNewPrivs:\t1\n');
    expect(status).toBe(7);
  });
});
