import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../../../compiler/backends/seccomp/check-program.ts';
import { compileFilter } from '../../../../compiler/backends/seccomp/compile-filter.ts';
import {
  ALLOW,
  AUDIT_ARCHITECTURE,
  errnoAction,
  JUMP,
  KILL_PROCESS,
  MAX_INSTRUCTIONS,
} from '../../../../compiler/backends/seccomp/kernel.ts';
import type { BpfProgram } from '../../../../compiler/backends/seccomp/program.ts';
import { AGENT_PROFILE } from '../../../../compiler/domain/syscalls/agent-profile.ts';
import {
  ALL_ONES,
  type ArgumentTest,
  type SyscallRule,
} from '../../../../compiler/domain/syscalls/filter.ts';
import type { SyscallArchitecture } from '../../../../compiler/domain/syscalls/table.ts';
import { compareWithMeaning } from '../../../support/compare-with-meaning.ts';
import { simulate } from '../../../support/seccomp/simulate.ts';
import { Seeded } from '../../../support/seeded.ts';

function run(
  program: BpfProgram,
  architecture: SyscallArchitecture,
  number: number,
  args: readonly bigint[] = [],
) {
  return simulate(program, { architecture: AUDIT_ARCHITECTURE[architecture], number, args }).action;
}

function rule(name: string, effect: 'allow' | number, ...tests: ArgumentTest[]): SyscallRule {
  return { name, effect: effect === 'allow' ? { kind: 'allow' } : { kind: 'refuse', errno: effect }, tests };
}

function masked(index: 0 | 1 | 2, mask: bigint, value: bigint, width: 32 | 64 = 64): ArgumentTest {
  return { index, comparison: 'masked-eq', value, mask, width };
}

function compared(
  index: 0 | 1 | 2,
  comparison: ArgumentTest['comparison'],
  value: bigint,
  width: 32 | 64 = 64,
) {
  return { index, comparison, value, mask: ALL_ONES, width };
}

describe('a compiled filter', () => {
  it('gives every call the verdict of the filter', { timeout: 300_000 }, () => {
    const wanted = process.env.NEMOCLAW_FUZZ === undefined ? 200_000 : 1_000_000;
    const { points, differences, faults } = compareWithMeaning(wanted);
    expect(faults).toEqual([]);
    expect(differences).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(wanted);
  });

  it('kills calls of another architecture, whatever their number', () => {
    const program = compileFilter({ defaultErrno: 1, rules: AGENT_PROFILE }, 'x86_64');
    for (const architecture of [0x4000_0003, AUDIT_ARCHITECTURE.aarch64, 0]) {
      expect(simulate(program, { architecture, number: 0, args: [] }).action).toBe(KILL_PROCESS);
    }
  });

  it('kills x32 calls on x86_64, and has none on aarch64', () => {
    const filter = { defaultErrno: 1, rules: AGENT_PROFILE };
    expect(run(compileFilter(filter, 'x86_64'), 'x86_64', 0x4000_0000 + 39)).toBe(KILL_PROCESS);
    expect(run(compileFilter(filter, 'aarch64'), 'aarch64', 0x4000_0000 + 39)).toBe(errnoAction(38));
  });

  it('refuses calls without a name as an older kernel would', () => {
    const program = compileFilter({ defaultErrno: 1, rules: [] }, 'x86_64');
    expect(run(program, 'x86_64', 400)).toBe(errnoAction(38));
    expect(run(program, 'x86_64', 999)).toBe(errnoAction(38));
    expect(run(program, 'x86_64', 0)).toBe(errnoAction(1));
  });

  it('lets refusals win, and of those the smallest error number', () => {
    const rules = [
      rule('read', 'allow'),
      rule('read', 38, compared(0, 'le', 5n)),
      rule('read', 22, compared(0, 'eq', 3n)),
    ];
    const program = compileFilter({ defaultErrno: 1, rules }, 'aarch64');
    const results = [3n, 4n, 6n].map((fd) => run(program, 'aarch64', 63, [fd]));
    expect(results).toEqual([errnoAction(22), errnoAction(38), ALLOW]);
  });

  it('never meets a value outside its mask', () => {
    const program = compileFilter(
      { defaultErrno: 1, rules: [rule('read', 'allow', masked(0, 0xfn, 0x10n))] },
      'aarch64',
    );
    for (const fd of [0n, 0x10n, 0x1fn, ALL_ONES])
      expect(run(program, 'aarch64', 63, [fd])).toBe(errnoAction(1));
  });

  it('looks at the low word only where the kernel does', () => {
    const rules = [
      rule('socket', 'allow', compared(0, 'eq', 2n, 32)),
      rule('clone', 'allow', compared(0, 'eq', 2n)),
    ];
    const program = compileFilter({ defaultErrno: 1, rules }, 'x86_64');
    expect(run(program, 'x86_64', 41, [0x1_0000_0002n])).toBe(ALLOW);
    expect(run(program, 'x86_64', 56, [0x1_0000_0002n])).toBe(errnoAction(1));
  });

  it('jumps further than one byte can say', { timeout: 60_000 }, () => {
    // Many lengths, so that some branch needs each distance around the longest.
    for (const count of [700, ...Array.from({ length: 60 }, (_, at) => 40 + at)]) {
      const rules = Array.from({ length: count }, (_, at) =>
        rule('socket', 'allow', compared(0, 'eq', BigInt(at * 3)), compared(1, 'eq', BigInt(at * 7))),
      );
      const program = compileFilter({ defaultErrno: 1, rules }, 'x86_64');
      expect([count, checkProgram(program)]).toEqual([count, []]);
      const hasJump = program.some(({ code }) => code === JUMP);
      if (count > 80) expect([count, hasJump]).toEqual([count, true]);
      for (const at of [0, 1, count >> 1, count - 1]) {
        const family = BigInt(at * 3);
        expect(run(program, 'x86_64', 41, [family, BigInt(at * 7)])).toBe(ALLOW);
        expect(run(program, 'x86_64', 41, [family, BigInt(at * 7 + 1)])).toBe(errnoAction(1));
      }
    }
  });

  it('reports a program that no kernel takes, quickly', () => {
    const rules = Array.from({ length: 10_000 }, (_, at) =>
      rule('read', 'allow', compared(0, 'eq', BigInt(at * 2))),
    );
    const program = compileFilter({ defaultErrno: 1, rules }, 'x86_64');
    expect(checkProgram(program)[0]).toMatchObject({
      at: null,
      why: expect.stringContaining(String(MAX_INSTRUCTIONS)),
    });
  });

  it('is the same for the same rules in any order', () => {
    const random = new Seeded(7);
    const forward = compileFilter({ defaultErrno: 1, rules: AGENT_PROFILE }, 'x86_64');
    const shuffled = AGENT_PROFILE.map((one) => ({ one, at: random.fraction() })).sort((a, b) => a.at - b.at);
    expect(compileFilter({ defaultErrno: 1, rules: shuffled.map(({ one }) => one) }, 'x86_64')).toEqual(
      forward,
    );
  });
});
