import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePlan } from '../../../compiler/backends/launch-plan/decode.ts';
import { encodePlan } from '../../../compiler/backends/launch-plan/encode.ts';
import {
  CHECKED_FROM,
  CORE_STEPS,
  checksumOf,
  ENTRY_BYTES,
  HEADER_BYTES,
} from '../../../compiler/backends/launch-plan/format.ts';
import { hostNeeds, program, userNamespaces } from '../../support/host.ts';
import { type BuiltLauncher, buildLauncher, failedStep, launch, removeFolder, shell } from './launching.ts';
import { filterThatRefuses, planWith, WITHOUT_NAMESPACES } from './plans.ts';

let launcher: BuiltLauncher;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));

const whole = () => encodePlan(planWith({ over: { filter: filterThatRefuses('mkdir') } }));

/** A plan with some words changed; its checksum fits again unless told otherwise. */
function changed(words: readonly (readonly [offset: number, value: number])[], fit = true): Uint8Array {
  const bytes = whole();
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of words) view.setUint32(offset, value, true);
  if (fit) view.setUint32(12, checksumOf(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** The launcher must end by itself, name the plan as what failed, and start nothing. */
function expectRefusal(bytes: Uint8Array, what: string): void {
  const { status, signal, stdout, stderr } = launch(launcher, bytes, ['/bin/echo', 'started'], {
    through: [],
  });
  const named = /^nemoclaw-launcher: step plan: (.+): error \d+\n$/.test(stderr);
  expect({ what, status, signal, stdout, named }).toEqual({
    what,
    status: 125,
    signal: null,
    stdout: '',
    named: true,
  });
  expect([what, decodePlan(bytes).ok]).toEqual([what, false]);
}

/** A small generator, so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a plan that is not whole', () => {
  it('is never carried out: 240 flipped bits', () => {
    const random = numbers(1);
    for (let i = 0; i < 240; i++) {
      const bytes = whole();
      const at = i < 64 ? i : random(bytes.length);
      const bit = random(8);
      bytes[at]! ^= 1 << bit;
      expectRefusal(bytes, `bit ${bit} of byte ${at}`);
    }
  });

  it('is never carried out: 160 lengths', () => {
    const bytes = whole();
    const random = numbers(2);
    for (let i = 0; i < 150; i++) {
      const length = i < HEADER_BYTES + 2 ? i : random(bytes.length);
      expectRefusal(bytes.slice(0, length), `${length} bytes`);
    }
    for (const more of [1, 2, 8, 23, 24, 4096, 65_536, 1 << 20, 8 << 20, 9 << 20]) {
      const longer = new Uint8Array(bytes.length + more);
      longer.set(bytes);
      expectRefusal(longer, `${more} bytes more`);
    }
  });

  it('is never carried out: random bytes behind a right beginning', () => {
    const random = numbers(3);
    for (let i = 0; i < 60; i++) {
      const bytes = Uint8Array.from({ length: HEADER_BYTES + random(400) }, () => random(256));
      const view = new DataView(bytes.buffer);
      for (const [at, word] of [0x504c434e, 1, bytes.length].entries()) view.setUint32(at * 4, word, true);
      view.setUint32(12, checksumOf(bytes.subarray(CHECKED_FROM)), true);
      expectRefusal(bytes, `random ${i}`);
    }
  });
});

describe('a plan with a right checksum', () => {
  const entry = (index: number, word: number) => HEADER_BYTES + index * ENTRY_BYTES + word * 4;
  const hostile: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
    ['a newer version', [[4, 2]]],
    ['version 0', [[4, 0]]],
    ['another architecture', [[16, 3]]],
    ['an unknown step', [[20, 0x9f]]],
    ['a step taken out and not waived', [[20, 0x1e]]],
    ['all steps taken out', [[20, 0]]],
    ['a step both done and waived', [[24, 1]]],
    ['an unknown namespace', [[28, 0x7e02_0080]]],
    ['one namespace missing', [[28, 0x3e02_0000]]],
    ['switching users in a user namespace', [[20, 0x5f]]],
    ['a working folder out of bounds', [[48, 0xffff_ffff]]],
    ['more entries than there are', [[52, 0xffff_ffff]]],
    ['entries that fold over', [[52, 0x0aaa_aaab]]],
    ['no entries', [[52, 0]]],
    ['more instructions than there are', [[56, 0xffff_ffff]]],
    ['no text bytes', [[60, 0]]],
    ['more text bytes than there are', [[60, 0xffff_fff0]]],
    ['no file rights though Landlock is a step', [[64, 0]]],
    ['an unknown kind of entry', [[entry(0, 0), 8]]],
    ['kind 0', [[entry(0, 0), 0]]],
    ['an unknown flag', [[entry(0, 1), 0x40]]],
    ['a path out of bounds', [[entry(0, 2), 0x7fff_ffff]]],
    ['a path that is empty', [[entry(0, 2), 0]]],
    ['a head that is no head', [[entry(0, 3), 7]]],
    ['a head out of bounds', [[entry(0, 3), 0x7fff_ffff]]],
  ];

  it.each(hostile)('is refused with %s', (what, words) => {
    expectRefusal(changed(words), what);
  });

  it('is never carried out by chance: 100 words of the header made random', () => {
    const random = numbers(4);
    for (let i = 0; i < 100; i++) {
      // Not the ids, the ABI, best effort: any value of those is a plan.
      const offset = [0, 4, 8, 16, 20, 24, 28, 48, 52, 56, 60][i % 11]!;
      expectRefusal(changed([[offset, 0x8000_0000 + random(0x7fff_ffff)]]), `word ${offset}`);
    }
  });

  it('is refused when it mounts over the root, or has a mount without a view', () => {
    const overRoot = { ...planWith().view![5]!, path: '/', followTo: 0 };
    expectRefusal(encodePlan(planWith({ mounts: [overRoot] })), 'over the root');
    const withoutView = [
      [20, 31 & ~CORE_STEPS.view],
      [24, CORE_STEPS.view],
    ] as const;
    expectRefusal(changed(withoutView), 'mounts without their step');
  });
});

describe('a plan that this host cannot carry out', () => {
  it('is refused when the kernel has an older Landlock, unless best effort is asked for', () => {
    const over = { ...WITHOUT_NAMESPACES, workdir: '/' };
    const strict = planWith({ over, landlock: { requiredAbi: 99 } });
    expect(shell(launcher, strict, 'echo started')).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('landlock', "the kernel's ABI is too old", 95),
    });
    const waived = planWith({ over, landlock: { requiredAbi: 99, bestEffort: true } });
    const started = shell(launcher, waived, 'echo started; cat /etc/passwd');
    expect(started).toMatchObject({ stdout: 'started\n' });
    expect(started.stderr).toMatch(/^nemoclaw-launcher: lost landlock: the kernel has only ABI \d+\n/);
    expect(started.stderr).toContain('/etc/passwd: Permission denied');
  });

  it('is refused when it is started as another user than it names', () => {
    const identity = { kind: 'required', uid: 12_345, gid: 12_345 } as const;
    const plan = planWith({ over: { ...WITHOUT_NAMESPACES, workdir: '/', identity } });
    expect(shell(launcher, plan, 'echo started')).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('identity', 'not the user that the plan names', 1),
    });
  });

  it('is refused where namespaces are forbidden', (context) => {
    hostNeeds(context, userNamespaces, program('unshare', 'util-linux'), program('setpriv', 'util-linux'));
    // No user namespace may be made below this one.
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const through = ['unshare', '-Ur', '/bin/sh', '-c', forbid, 'sh'];
    expect(shell(launcher, planWith(), 'echo started', { through })).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('namespaces', 'unshare', 28),
    });
  });
});

describe('arguments', () => {
  const run = (...argv: string[]) => spawnSync(launcher.path, argv, { encoding: 'utf8' });

  it.each([
    [[], 'no command after --', 22],
    [['--'], 'no command after --', 22],
    [['--nonsense', '--', 'true'], '--nonsense', 22],
    [['true'], 'true', 22],
    [['--plan'], 'FILE', 14],
    [['--status', '--', 'true'], '--status', 9],
  ] as const)('%j are refused', (argv, detail, errno) => {
    const step = detail === 'FILE' ? 'plan' : 'arguments';
    expect(run(...argv)).toMatchObject({ status: 125, stdout: '', stderr: failedStep(step, detail, errno) });
  });

  it('need a plan', () => {
    expect(run('--', 'true')).toMatchObject({ status: 125, stderr: failedStep('plan', 'read', 9) });
    const missing = run('--plan', '/nowhere', '--', 'true');
    expect(missing).toMatchObject({ status: 125, stderr: failedStep('plan', 'FILE', 2) });
  });

  it('cannot forge a line', () => {
    const forged = run('--a\nnemoclaw-launcher: ready: 0', '--', 'true');
    expect(forged.stderr).toBe(failedStep('arguments', '--a?nemoclaw-launcher: ready: 0', 22));
  });
});
