import { type BitSet, BitSpace, EVERYTHING, NOTHING } from '../../domain/bits.ts';
import type { ArgumentTest, SyscallRule } from '../../domain/syscalls/filter.ts';
import type { SyscallPolicy } from '../syscalls.ts';

const ARGUMENTS = 6;

/** By call: the exact set of argument registers that are allowed, written down; calls that never are do not occur. */
export function canonicalSyscalls(syscalls: SyscallPolicy): unknown {
  const byName = new Map<string, SyscallRule[]>();
  for (const { rule } of syscalls.entries) {
    const rules = byName.get(rule.name);
    if (rules) rules.push(rule);
    else byName.set(rule.name, [rule]);
  }
  const described: [string, string][] = [];
  for (const [name, rules] of byName) {
    const space = new BitSpace(ARGUMENTS);
    const allowed = allowedArguments(space, rules);
    if (allowed !== NOTHING) described.push([name, space.describe(allowed)]);
  }
  return described.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Register values with which a call is allowed: those of any allowing rule without those of any refusing one. */
export function allowedArguments(space: BitSpace, rules: readonly SyscallRule[]): BitSet {
  let allowed: BitSet = NOTHING;
  let refused: BitSet = NOTHING;
  for (const rule of rules) {
    const holds = heldArguments(space, rule);
    if (rule.effect.kind === 'allow') allowed = space.or(allowed, holds);
    else refused = space.or(refused, holds);
  }
  return space.difference(allowed, refused);
}

/** Register values for which all tests of a rule hold. */
export function heldArguments(space: BitSpace, { tests }: SyscallRule): BitSet {
  return tests.reduce((set, test) => space.and(set, argumentsOf(space, test)), EVERYTHING);
}

function argumentsOf(space: BitSpace, test: ArgumentTest): BitSet {
  const { index, value, width } = test;
  if (test.comparison === 'masked-eq')
    return space.maskedEqual(index, BigInt.asUintN(width, test.mask), value);
  const symbol = ({ eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const)[test.comparison];
  if (BigInt.asUintN(width, value) === value) return space.compare(index, symbol, value, width);
  // The value is above every 32-bit argument.
  return symbol === '!=' || symbol === '<' || symbol === '<=' ? EVERYTHING : NOTHING;
}
