import { describe, expect, it } from 'vitest';
import { argumentTest } from '../../../../compiler/domain/syscalls/argument-test.ts';
import {
  ALL_ONES,
  type ArgumentTest,
  decideSyscall,
  evaluateFilter,
  ruleText,
  type SyscallRule,
  testHolds,
} from '../../../../compiler/domain/syscalls/filter.ts';

const rule = (effect: 'allow' | number, ...tests: ArgumentTest[]): SyscallRule => ({
  name: 'read',
  effect: effect === 'allow' ? { kind: 'allow' } : { kind: 'refuse', errno: effect },
  tests,
});
const test = (
  comparison: ArgumentTest['comparison'],
  value: bigint,
  more: Partial<ArgumentTest> = {},
): ArgumentTest => ({
  index: 0,
  comparison,
  value,
  mask: ALL_ONES,
  width: 64,
  ...more,
});

describe('an argument test', () => {
  it.each([
    ['eq', [false, true, false]],
    ['ne', [true, false, true]],
    ['lt', [true, false, false]],
    ['le', [true, true, false]],
    ['gt', [false, false, true]],
    ['ge', [false, true, true]],
  ] as const)('%s compares without sign', (comparison, below5to6) => {
    expect([4n, 5n, -1n].map((value) => testHolds(test(comparison, 5n), [value]))).toEqual(below5to6);
  });

  it('takes a missing register for 0', () => {
    expect(testHolds(test('eq', 0n, { index: 5 }), [])).toBe(true);
  });

  it('of 32 bits does not see the high word', () => {
    expect(testHolds(test('eq', 5n, { width: 32 }), [0x7_0000_0005n])).toBe(true);
    expect(testHolds(test('eq', 0x7_0000_0005n, { width: 32 }), [0x7_0000_0005n])).toBe(false);
  });
});

describe('a filter', () => {
  it('names the rule that decides', () => {
    const [allow, refuse, other] = [rule('allow'), rule(22, test('ge', 5n)), rule(13, test('eq', 9n))];
    const filter = { defaultErrno: 1, rules: [allow, refuse, other] };
    expect(decideSyscall(filter, { name: 'read', args: [1n] })).toEqual({ verdict: 'allow', rule: allow });
    expect(decideSyscall(filter, { name: 'read', args: [5n] })).toEqual({
      verdict: 'refuse',
      errno: 22,
      rule: refuse,
    });
    expect(decideSyscall(filter, { name: 'read', args: [9n] })).toEqual({
      verdict: 'refuse',
      errno: 13,
      rule: other,
    });
    expect(decideSyscall(filter, { name: 'write', args: [] })).toEqual({
      verdict: 'refuse',
      errno: 1,
      rule: null,
    });
  });

  it('does not know calls without a name', () => {
    expect(evaluateFilter({ defaultErrno: 1, rules: [] }, { name: 'toString', args: [] })).toEqual({
      verdict: 'refuse',
      errno: 38,
    });
  });
});

describe('the text of a rule', () => {
  it('says all of it, in one order', () => {
    const masked = test('masked-eq', 1n, { index: 1, mask: 0xfn, width: 32 });
    expect(ruleText(rule(38, test('lt', 16n), masked))).toBe(
      'read refuse 38 when arg0 < 0x10 and arg1:32 & 0xf == 0x1',
    );
    expect(ruleText(rule('allow', masked, test('eq', 0n)))).toBe(
      ruleText(rule('allow', test('eq', 0n), masked)),
    );
    expect(ruleText(rule('allow'))).toBe('read allow');
  });
});

describe('making an argument test', () => {
  const make = (
    name: string,
    index: number,
    comparison: ArgumentTest['comparison'],
    value: bigint,
    mask?: bigint,
  ) => argumentTest(name, { index, comparison, value, mask: mask ?? null });

  it('takes the width that the kernel reads', () => {
    expect(make('socket', 0, 'eq', 2n)).toEqual({ ok: true, test: test('eq', 2n, { width: 32 }) });
    expect(make('clone', 0, 'eq', 2n)).toEqual({ ok: true, test: test('eq', 2n) });
    expect(make('mknod', 1, 'eq', 0x8000n)).toEqual({
      ok: true,
      test: test('masked-eq', 0x8000n, { index: 1, mask: 0xffffn, width: 32 }),
    });
  });

  it.each([
    ['an argument that the call does not have', make('socket', 3, 'eq', 0n), 'no-such-argument'],
    ['a call that does not exist', make('toString', 0, 'eq', 0n), 'no-such-argument'],
    ['a value that the kernel would cut', make('socket', 0, 'eq', 1n << 32n), 'too-wide'],
    ['a mask that the kernel would cut', make('mknod', 1, 'masked-eq', 0n, 0x1_0000n), 'too-wide'],
    ['a value outside its mask', make('socket', 0, 'masked-eq', 3n, 1n), 'outside-mask'],
    ['an order of 16 bits', make('mknod', 1, 'lt', 3n), 'needs-mask'],
  ])('refuses %s', (_, made, fault) => {
    expect(made).toEqual({ ok: false, fault });
  });
});
