import { type BitCube, cubesOf } from '../../domain/bit-cubes.ts';
import { type BitSet, type BitSpace, EVERYTHING } from '../../domain/bits.ts';
import { maskedWords, valueText } from '../../domain/syscalls/argument-names.ts';
import type { ArgumentTest, SyscallRule } from '../../domain/syscalls/filter.ts';
import { SYSCALLS } from '../../domain/syscalls/table.ts';
import type { Term } from './change.ts';

/** Sets of more cubes are said by the rules that made them. */
const MOST_CUBES = 24;

/** The rules that together make a set of arguments: what `granting` allow, without what others take away again. */
export interface MakingRules {
  readonly call: string;
  /** Rules of `to` that allow it; all of its allowing rules where a vanished refusal is the cause. */
  readonly granting: readonly SyscallRule[];
  /** Refusals of `from` that kept it out, of which one holds; empty where those that grant are the cause. */
  readonly lifted: readonly SyscallRule[];
  /** Refusals that `to` still has. */
  readonly refusing: readonly SyscallRule[];
  /** All rules of `from`. */
  readonly before: readonly SyscallRule[];
}

/**
 * A set of argument registers in words, whole and exact. In the user's own words where the rules that are its cause hold
 * exactly there; else as cubes of bits, as everything except some cubes, or, where that is shorter, by all rules that
 * made it. Null for any arguments.
 *
 * @param held where the rules hold that are the cause, a superset of the set
 */
export function argumentTerms(
  space: BitSpace,
  set: BitSet,
  held: BitSet,
  rules: MakingRules,
): readonly Term[] | null {
  if (set === EVERYTHING) return null;
  if (set === held) return ownWords(rules);
  const inside = cubesOf(space, set, MOST_CUBES);
  const outside = cubesOf(space, space.not(set), MOST_CUBES);
  const { granting, lifted, refusing, before } = rules;
  const insideCost = inside?.length ?? Number.POSITIVE_INFINITY;
  const outsideCost = outside?.length ?? Number.POSITIVE_INFINITY;
  const rulesCost = granting.length + lifted.length + refusing.length + before.length;
  if (inside !== null && insideCost <= outsideCost && insideCost <= rulesCost) {
    return inside.map((cube) => ({ all: cubeTests(rules.call, cube), except: [] }));
  }
  if (outside !== null && outsideCost <= rulesCost) {
    return [{ all: [], except: outside.map((cube) => cubeTests(rules.call, cube).join(' and ')) }];
  }
  return [termOfRules(rules)];
}

function ownWords({ call, granting, lifted }: MakingRules): Term[] {
  const cause = lifted.length === 0 ? granting : lifted;
  return cause.map(({ tests }) => ({ all: tests.map((test) => testText(call, test)), except: [] }));
}

function cubeTests(call: string, cube: BitCube): string[] {
  return cube.words.flatMap(({ mask, value }, index) =>
    mask === 0n ? [] : [maskedText(call, index, mask, value)],
  );
}

/** A comparison of all bits that the kernel reads of an argument is one of the argument. */
function maskedText(call: string, index: number, mask: bigint, value: bigint): string {
  const bits = SYSCALLS.get(call)?.arguments[index] ?? 64;
  if (mask === (1n << BigInt(bits)) - 1n) return `arg ${index} == ${valueText(call, index, value)}`;
  return `arg ${index} ${maskedWords(call, index, mask, value)}`;
}

function termOfRules({ call, granting, lifted, refusing, before }: MakingRules): Term {
  const refusals = before.filter(({ effect }) => effect.kind === 'refuse');
  const allowed = before.filter(({ effect }) => effect.kind === 'allow');
  const earlier = allowed.length === 0 ? [] : [withoutText(call, allowed, refusals)];
  return {
    all: [granting, lifted].filter((rules) => rules.length > 0).map((rules) => anyText(call, rules)),
    except: [...refusing.map((rule) => ruleText(call, rule)), ...earlier],
  };
}

function withoutText(call: string, rules: readonly SyscallRule[], except: readonly SyscallRule[]): string {
  return except.length === 0
    ? anyText(call, rules)
    : `${anyText(call, rules)}, but not: ${anyText(call, except)}`;
}

function anyText(call: string, rules: readonly SyscallRule[]): string {
  return rules.map((rule) => ruleText(call, rule)).join(' or ');
}

function ruleText(call: string, { tests }: SyscallRule): string {
  return tests.length === 0 ? 'any arguments' : tests.map((test) => testText(call, test)).join(' and ');
}

const SYMBOLS = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function testText(call: string, { index, comparison, value, mask }: ArgumentTest): string {
  return comparison === 'masked-eq'
    ? maskedText(call, index, mask, value)
    : `arg ${index} ${SYMBOLS[comparison]} ${valueText(call, index, value)}`;
}
