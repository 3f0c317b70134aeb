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
  const allowed = heldByAny(
    space,
    rules.filter(({ effect }) => effect.kind === 'allow'),
  );
  const refused = heldByAny(
    space,
    rules.filter(({ effect }) => effect.kind === 'refuse'),
  );
  return space.difference(allowed, refused);
}

/** Long lists of single values are put together at once: one by one, each step would leave a set behind. */
function heldByAny(space: BitSpace, rules: readonly SyscallRule[]): BitSet {
  const lists = new Map<string, { index: number; mask: bigint; values: bigint[] }>();
  let held: BitSet = NOTHING;
  for (const rule of rules) {
    const [test] = rule.tests;
    const mask = rule.tests.length === 1 ? comparedBits(test!) : null;
    if (mask === null) {
      held = space.or(held, heldArguments(space, rule));
      continue;
    }
    const { index, value } = test!;
    const list = lists.get(`${index} ${mask}`);
    if (list) list.values.push(value);
    else lists.set(`${index} ${mask}`, { index, mask, values: [value] });
  }
  for (const { index, mask, values } of lists.values()) {
    held = space.or(held, space.maskedOneOf(index, mask, values));
  }
  return held;
}

/** The bits of a register that a test for one value looks at; null for other tests. */
function comparedBits({ comparison, mask, width }: ArgumentTest): bigint | null {
  if (comparison === 'masked-eq') return BigInt.asUintN(width, mask);
  return comparison === 'eq' ? BigInt.asUintN(width, -1n) : null;
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
