import { ENOSYS } from './errno.ts';
import { SYSCALLS } from './table.ts';

/** Unsigned comparisons of an argument with a value; `masked-eq` is `(argument & mask) == value`. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'masked-eq';

export const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const LOW_WORD = 0xffff_ffffn;

/** A test of one argument register. */
export interface ArgumentTest {
  readonly index: 0 | 1 | 2 | 3 | 4 | 5;
  readonly comparison: Comparison;
  readonly value: bigint;
  /** `ALL_ONES` unless the comparison is `masked-eq`. */
  readonly mask: bigint;
  /** 32 for what the kernel declares as int or unsigned int: only the low word is compared, as the kernel does. */
  readonly width: 32 | 64;
}

/** Allows or refuses one call when all of its tests hold; without tests it always holds. */
export interface SyscallRule {
  readonly name: string;
  readonly effect: { readonly kind: 'allow' } | { readonly kind: 'refuse'; readonly errno: number };
  readonly tests: readonly ArgumentTest[];
}

/**
 * An allow list of system calls. A call is allowed when an allowing rule holds and no refusing rule does. A refused
 * call returns the smallest error number among the refusing rules that hold, or `defaultErrno` where none does.
 * A call that the table does not know returns ENOSYS, as it would on an older kernel, so that C libraries fall back
 * to the calls they used before. Calls of another architecture, x32 included, kill the process; they have no name
 * here and are not described by rules.
 */
export interface SyscallFilter {
  readonly defaultErrno: number;
  readonly rules: readonly SyscallRule[];
}

/** One call: its name and its argument registers as unsigned 64-bit values; missing ones are 0. */
export interface SyscallUse {
  readonly name: string;
  readonly args: readonly bigint[];
}

export type SyscallVerdict =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'refuse'; readonly errno: number };

/** A verdict with the rule that decided it; null when no rule held. */
export type DecidedSyscall = SyscallVerdict & { readonly rule: SyscallRule | null };

export function testHolds(test: ArgumentTest, args: readonly bigint[]): boolean {
  const register = BigInt.asUintN(64, args[test.index] ?? 0n);
  const argument = test.width === 32 ? register & LOW_WORD : register;
  switch (test.comparison) {
    case 'eq':
      return argument === test.value;
    case 'ne':
      return argument !== test.value;
    case 'lt':
      return argument < test.value;
    case 'le':
      return argument <= test.value;
    case 'gt':
      return argument > test.value;
    case 'ge':
      return argument >= test.value;
    case 'masked-eq':
      return (argument & test.mask) === test.value;
  }
}

/** Decides a call and names the rule that did. Of several rules that decide alike, the first one is named. */
export function decideSyscall(filter: SyscallFilter, use: SyscallUse): DecidedSyscall {
  if (!SYSCALLS.has(use.name)) return { verdict: 'refuse', errno: ENOSYS, rule: null };
  let allowing: SyscallRule | null = null;
  let refusing: { errno: number; rule: SyscallRule } | null = null;
  for (const rule of filter.rules) {
    if (rule.name !== use.name || !rule.tests.every((test) => testHolds(test, use.args))) continue;
    if (rule.effect.kind === 'allow') allowing ??= rule;
    else if (refusing === null || rule.effect.errno < refusing.errno) {
      refusing = { errno: rule.effect.errno, rule };
    }
  }
  if (refusing !== null) return { verdict: 'refuse', ...refusing };
  if (allowing !== null) return { verdict: 'allow', rule: allowing };
  return { verdict: 'refuse', errno: filter.defaultErrno, rule: null };
}

/** The meaning of a filter, in the plainest form: what a call gets. Compiled programs are tested against it. */
export function evaluateFilter(filter: SyscallFilter, use: SyscallUse): SyscallVerdict {
  const decided = decideSyscall(filter, use);
  return decided.verdict === 'allow' ? { verdict: 'allow' } : { verdict: 'refuse', errno: decided.errno };
}

/** One line that says all of a rule; equal texts are equal rules. For sorting, digests and people. */
export function ruleText(rule: SyscallRule): string {
  const effect = rule.effect.kind === 'allow' ? 'allow' : `refuse ${rule.effect.errno}`;
  const tests = rule.tests.map(testText).sort();
  return [rule.name, effect, ...(tests.length === 0 ? [] : ['when', tests.join(' and ')])].join(' ');
}

const SYMBOLS = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function testText(test: ArgumentTest): string {
  const argument = `arg${test.index}${test.width === 32 ? ':32' : ''}`;
  const value = `0x${test.value.toString(16)}`;
  return test.comparison === 'masked-eq'
    ? `${argument} & 0x${test.mask.toString(16)} == ${value}`
    : `${argument} ${SYMBOLS[test.comparison]} ${value}`;
}
