import { type BitSet, BitSpace, EVERYTHING, NOTHING } from '../../domain/bits.ts';
import type { ArgumentTest, SyscallRule } from '../../domain/syscalls/filter.ts';
import type { SyscallPolicy } from '../syscalls.ts';

/** Argument registers of a call. */
export const ARGUMENTS = 6;

/**
 * Nodes that sets of arguments may take for all calls of a policy together. Ordinary rules take some hundred a call;
 * rules about the same bits of several arguments double them with each bit, and spend the budget within a second.
 */
export const ARGUMENT_NODES = 200_000;

/** The form, or the call at which the budget was gone. */
export type CanonicalSyscalls =
  | { readonly ok: true; readonly form: unknown }
  | { readonly ok: false; readonly call: string };

/** By call: the exact set of argument registers that are allowed, written down; calls that never are do not occur. */
export function canonicalSyscalls(syscalls: SyscallPolicy): CanonicalSyscalls {
  const byName = new Map<string, SyscallRule[]>();
  for (const { rule } of syscalls.entries) {
    const rules = byName.get(rule.name);
    if (rules) rules.push(rule);
    else byName.set(rule.name, [rule]);
  }
  const described: [string, string][] = [];
  let left = ARGUMENT_NODES;
  for (const [name, rules] of byName) {
    const space = new BitSpace(ARGUMENTS, left);
    const allowed = allowedArguments(space, rules);
    if (space.exhausted) return { ok: false, call: name };
    left -= space.size;
    if (allowed !== NOTHING) described.push([name, space.describe(allowed)]);
  }
  return { ok: true, form: described.sort(([a], [b]) => (a < b ? -1 : 1)) };
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
