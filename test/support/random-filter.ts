import {
  ALL_ONES,
  type ArgumentTest,
  type Comparison,
  type SyscallFilter,
  type SyscallRule,
} from '../../compiler/domain/syscalls/filter.ts';
import { SYSCALLS } from '../../compiler/domain/syscalls/table.ts';
import type { Seeded } from './seeded.ts';

const NAMES = [...SYSCALLS.keys()];
const COMPARISONS: readonly Comparison[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'masked-eq'];
const VALUES = [0n, 1n, 2n, 7n, 38n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn].concat([
  0x1_0000_0000n,
  0x1_0000_0002n,
  0x1_ffff_ffffn,
  0x8000_0000_0000_0000n,
  ALL_ONES - 1n,
  ALL_ONES,
]);
const MASKS = [
  0n,
  1n,
  2n,
  0xfn,
  0xffn,
  0xf000n,
  0x7e02_0000n,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
].concat([0x1f_0000_000fn, 0xffff_ffff_0000_0000n, ALL_ONES]);

/** A filter with the traps in it: values wider than the argument, value bits outside the mask, many errors at once. */
export function randomFilter(random: Seeded): SyscallFilter {
  const names = random.fraction() < 0.3 ? Array.from({ length: 4 }, () => random.pick(NAMES)) : NAMES;
  const rules = Array.from({ length: 1 + random.below(200) }, () => randomRule(random, names));
  return { defaultErrno: random.pick([1, 1, 13]), rules };
}

function randomRule(random: Seeded, names: readonly string[]): SyscallRule {
  const count = random.fraction() < 0.6 ? 0 : 1 + random.below(3);
  return {
    name: random.pick(names),
    effect: random.fraction() < 0.8 ? { kind: 'allow' } : { kind: 'refuse', errno: random.pick([1, 22, 38]) },
    tests: Array.from({ length: count }, () => randomTest(random)),
  };
}

function randomTest(random: Seeded): ArgumentTest {
  const comparison = random.pick(COMPARISONS);
  return {
    index: random.below(3) as ArgumentTest['index'],
    comparison,
    value: random.pick(VALUES),
    mask: comparison === 'masked-eq' ? random.pick(MASKS) : ALL_ONES,
    width: random.pick([32, 64] as const),
  };
}

/** Six registers around the values that random filters test for. */
export function randomArguments(random: Seeded): bigint[] {
  return Array.from({ length: 6 }, () => {
    const value = random.pick(VALUES) + random.pick([0n, 0n, 0n, 1n, -1n]);
    const high = random.fraction() < 0.2 ? random.pick(MASKS) << 32n : 0n;
    return BigInt.asUintN(64, value ^ high);
  });
}
