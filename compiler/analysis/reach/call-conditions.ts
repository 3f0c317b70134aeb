import { BitSpace, EVERYTHING, NOTHING } from '../../domain/bits.ts';
import type { SyscallRule } from '../../domain/syscalls/filter.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments } from '../../ir/canonical/syscalls.ts';
import { argumentTerms, termOfEffects, termsOfRules } from '../difference/argument-terms.ts';
import type { Term } from '../difference/change.ts';

/** How far one call goes: with any arguments, with some of them, or never. */
export type CallUse = 'free' | 'limited' | 'refused';

/** A call, and the arguments it is about: those of any of the terms. Arguments count from 0. */
export interface CallWithConditions {
  readonly name: string;
  readonly terms: readonly Term[];
}

/**
 * How far a call goes under all rules about it, and with which arguments. Exact: the set of argument registers with which it
 * is allowed is everything, nothing, or between. Rules so intricate that the set is not known are taken for conditions
 * and said as they are.
 */
export function judgeCall(
  call: string,
  rules: readonly SyscallRule[],
): { readonly use: CallUse; readonly terms: readonly Term[] } {
  const granting = rules.filter(({ effect }) => effect.kind === 'allow');
  if (granting.length === 0) return { use: 'refused', terms: [] };
  const space = new BitSpace(ARGUMENTS, ARGUMENT_NODES);
  const allowed = allowedArguments(space, rules);
  const held = allowedArguments(space, granting);
  if (space.exhausted) return { use: 'limited', terms: [termOfEffects(call, rules)] };
  if (allowed === NOTHING) return { use: 'refused', terms: [] };
  if (allowed === EVERYTHING) return { use: 'free', terms: [] };
  const refusing = rules.filter(({ effect }) => effect.kind === 'refuse');
  const making = { call, granting, refusing, lifted: [], before: [] };
  const terms = argumentTerms(space, allowed, held, making);
  return { use: 'limited', terms: terms ?? [termOfEffects(call, rules)] };
}

/** The calls of some rules of one effect that are about certain arguments only, in the words of these rules. */
export function conditionsOf(rules: readonly SyscallRule[]): CallWithConditions[] {
  const byCall = new Map<string, SyscallRule[]>();
  for (const rule of rules) byCall.set(rule.name, [...(byCall.get(rule.name) ?? []), rule]);
  return [...byCall]
    .filter(([, own]) => own.every(({ tests }) => tests.length > 0))
    .map(([name, own]) => ({ name, terms: termsOfRules(name, own) }));
}
