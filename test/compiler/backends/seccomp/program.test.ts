import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../../../compiler/backends/seccomp/check-program.ts';
import { compileFilter } from '../../../../compiler/backends/seccomp/compile-filter.ts';
import { actionName, disassemble } from '../../../../compiler/backends/seccomp/disassemble.ts';
import {
  ALLOW,
  errnoAction,
  JUMP,
  JUMP_IF_EQUAL,
  KILL_PROCESS,
  LOAD_WORD,
  LOG,
  RETURN_CONSTANT,
  TRACE,
  TRAP,
  USER_NOTIF,
} from '../../../../compiler/backends/seccomp/kernel.ts';
import {
  type BpfProgram,
  type Instruction,
  programBytes,
  programFromBytes,
} from '../../../../compiler/backends/seccomp/program.ts';
import { ALL_ONES } from '../../../../compiler/domain/syscalls/filter.ts';
import { longestPath } from '../../../support/seccomp/measure.ts';
import { simulate } from '../../../support/seccomp/simulate.ts';

const instruction = (code: number, k = 0, jt = 0, jf = 0): Instruction => ({ code, k, jt, jf });
const allow = instruction(RETURN_CONSTANT, ALLOW);

describe('the check of a program', () => {
  it.each<[string, BpfProgram, { at: number | null; why: string }]>([
    ['nothing in it', [], { at: null, why: 'it is empty' }],
    [
      'too much in it',
      Array.from({ length: 4097 }, () => allow),
      { at: null, why: 'it has 4097 instructions, the kernel takes 4096' },
    ],
    ['no end', [instruction(LOAD_WORD)], { at: 0, why: 'the last instruction does not return' }],
    ['a jump too far', [instruction(JUMP, 1), allow], { at: 0, why: 'it jumps past the end' }],
    [
      'a branch too far',
      [instruction(JUMP_IF_EQUAL, 0, 0, 1), allow],
      { at: 0, why: 'it jumps past the end' },
    ],
    [
      'a branch that one byte cannot say',
      [instruction(JUMP_IF_EQUAL, 0, 256, 0), ...Array.from({ length: 300 }, () => allow)],
      { at: 0, why: 'it branches further than 255 instructions' },
    ],
    ['a load past the call', [instruction(LOAD_WORD, 64), allow], { at: 0, why: 'it loads from offset 64' }],
    ['a load between words', [instruction(LOAD_WORD, 2), allow], { at: 0, why: 'it loads from offset 2' }],
    ['a division', [instruction(0x34, 0), allow], { at: 0, why: 'operation 0x34 is not one that we emit' }],
    [
      'a store, which stops caching',
      [instruction(0x02), allow],
      { at: 0, why: 'operation 0x2 is not one that we emit' },
    ],
  ])('finds %s', (_, program, fault) => {
    expect(checkProgram(program)).toContainEqual(fault);
  });

  it('finds nothing in a right one', () => {
    expect(checkProgram([instruction(LOAD_WORD), instruction(JUMP_IF_EQUAL, 3, 0, 0), allow])).toEqual([]);
  });
});

describe('a program', () => {
  const program = compileFilter(
    {
      defaultErrno: 1,
      rules: [
        { name: 'read', effect: { kind: 'allow' }, tests: [] },
        {
          name: 'sendto',
          effect: { kind: 'allow' },
          tests: [{ index: 3, comparison: 'masked-eq', value: 0n, mask: 0x2000_0000n, width: 32 }],
        },
        {
          name: 'lseek',
          effect: { kind: 'allow' },
          tests: [{ index: 1, comparison: 'lt', value: 0x1_0000_0000n, mask: ALL_ONES, width: 64 }],
        },
      ],
    },
    'aarch64',
  );

  it('is the same after a way through bytes', () => {
    expect(programFromBytes(programBytes(program))).toEqual(program);
    expect(programBytes(program)).toHaveLength(8 * program.length);
    expect(programFromBytes(new Uint8Array(9))).toBeNull();
    expect([...programBytes([instruction(JUMP_IF_EQUAL, 0xc000_003e, 1, 2)])]).toEqual([
      0x15, 0, 1, 2, 0x3e, 0, 0, 0xc0,
    ]);
  });

  it('reads as words', () => {
    const text = disassemble(program, 'aarch64');
    expect(text).toMatch(
      /^0000 {2}load architecture\n0001 {2}unless architecture == aarch64 goto \d{4}\n0002 {2}load number\n/,
    );
    expect(text).toMatch(/number >= 62 \(lseek\)/);
    expect(text).toMatch(/load arg1\.high\n\d{4} {2}(if|unless) arg1\.high >= 0x1 goto/);
    expect(text).toMatch(/if arg3\.low & 0x20000000 goto/);
    expect(text).toMatch(/return ALLOW\n/);
    expect(text).toMatch(/return ERRNO\(EPERM\)\n/);
    expect(text).toMatch(/return ERRNO\(ENOSYS\)\n/);
    expect(text.endsWith('return KILL_PROCESS\n')).toBe(true);
    expect(text.split('\n')).toHaveLength(program.length + 1);
  });

  it('names every action', () => {
    const actions = [ALLOW, LOG, TRAP, USER_NOTIF, KILL_PROCESS, 0, errnoAction(13), TRACE | 5, 0x1234_0000];
    expect(actions.map(actionName)).toEqual([
      ...[
        'ALLOW',
        'LOG',
        'TRAP',
        'USER_NOTIF',
        'KILL_PROCESS',
        'KILL_THREAD',
        'ERRNO(EACCES)',
        'TRACE(5)',
        '0x12340000',
      ],
    ]);
  });

  it('never runs longer than its longest path', () => {
    let longest = 0;
    for (let number = 0; number < 600; number++) {
      const call = { architecture: 0xc000_00b7, number, args: [0n, 5n, 0n, 0n] };
      longest = Math.max(longest, simulate(program, call).executed);
    }
    expect(longest).toBe(longestPath(program));
  });
});
