import { type BitSet, BitSpace, NOTHING } from '../../domain/bits.ts';
import { ruleText } from '../../domain/syscalls/filter.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments, heldArguments } from '../../ir/canonical/syscalls.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import { argumentTerms, type MakingRules } from './argument-terms.ts';
import type { Change, Term } from './change.ts';
import { changeOf, type Gain, type Reason, sideOf } from './gain.ts';
import { inOrder } from './order.ts';
import { reasonKey } from './regions.ts';

/** `undecided`: calls with rules so intricate that nothing is known about them; neither a widening nor none. */
export interface SyscallDifference {
  readonly changes: readonly Change[];
  readonly undecided: readonly string[];
}

/** Which calls may be made with which arguments: exact down to single bits of them. */
export function syscallChanges(
  old: SyscallPolicy,
  next: SyscallPolicy,
  mostNodes: number = ARGUMENT_NODES,
): SyscallDifference {
  const [before, after] = [byCall(old), byCall(next)];
  const widening: CallGain[] = [];
  const narrowing: CallGain[] = [];
  const undecided: string[] = [];
  let left = mostNodes;
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const sides = { name, from: before.get(name) ?? [], to: after.get(name) ?? [] };
    if (textOf(sides.from) === textOf(sides.to)) continue;
    const space = new BitSpace(ARGUMENTS, left);
    const there = callGains(space, sides);
    const back = callGains(space, { name, from: sides.to, to: sides.from });
    left -= space.size;
    if (space.exhausted) undecided.push(name);
    else {
      widening.push(...there);
      narrowing.push(...back);
    }
  }
  const changes = [
    ...joined(widening).map((gain) => changeOf(gain, 'widens')),
    ...joined(narrowing).map((gain) => changeOf(gain, 'narrows')),
  ];
  return { changes: inOrder(changes), undecided };
}

function byCall({ entries }: SyscallPolicy): Map<string, SyscallEntry[]> {
  const calls = new Map<string, SyscallEntry[]>();
  for (const entry of entries) {
    const known = calls.get(entry.rule.name);
    if (known) known.push(entry);
    else calls.set(entry.rule.name, [entry]);
  }
  return calls;
}

function textOf(entries: readonly SyscallEntry[]): string {
  return entries.map(({ rule }) => ruleText(rule)).join('\n');
}

interface Call {
  readonly name: string;
  readonly from: readonly SyscallEntry[];
  readonly to: readonly SyscallEntry[];
}

/** What one call gains for one reason. */
interface CallGain {
  readonly name: string;
  readonly isNew: boolean;
  readonly terms: readonly Term[] | null;
  readonly smallest: readonly bigint[];
  readonly reason: Reason;
}

/** One gain for each entry that has a part in it. Parts may overlap; one that adds nothing to those before is left out. */
function callGains(space: BitSpace, call: Call): CallGain[] {
  const before = allowedArguments(space, rulesOf(call.from));
  const gained = space.difference(allowedArguments(space, rulesOf(call.to)), before);
  const gains: CallGain[] = [];
  let said: BitSet = NOTHING;
  for (const { reason, making, holds } of causesIn(space, call)) {
    const part = space.and(gained, holds);
    if (space.exhausted || space.difference(part, said) === NOTHING) continue;
    said = space.or(said, part);
    const terms = argumentTerms(space, part, holds, making);
    const isNew = before === NOTHING;
    gains.push({ name: call.name, isNew, terms, smallest: space.smallest(part)!, reason });
  }
  return gains;
}

interface PossibleCause {
  readonly reason: Reason;
  readonly making: MakingRules;
  readonly holds: BitSet;
}

/** First what `to` allows by rules that `from` does not have, then what `from` refused by rules that `to` does not have. */
function causesIn(space: BitSpace, { name, from, to }: Call): PossibleCause[] {
  const known = new Set(from.map(({ rule }) => ruleText(rule)));
  const kept = new Set(to.map(({ rule }) => ruleText(rule)));
  const granting = to.filter(({ rule }) => rule.effect.kind === 'allow' && !known.has(ruleText(rule)));
  const lifted = from.filter(({ rule }) => rule.effect.kind === 'refuse' && !kept.has(ruleText(rule)));
  const rest = {
    call: name,
    refusing: rulesOf(to).filter(({ effect }) => effect.kind === 'refuse'),
    before: rulesOf(from),
  };
  const anyOf = (entries: readonly SyscallEntry[]) =>
    entries.reduce((set, { rule }) => space.or(set, heldArguments(space, rule)), NOTHING);
  return [
    ...byGrant(granting).map(([grant, entries]) => ({
      reason: reasonOf(grant, from),
      making: { ...rest, granting: rulesOf(entries), lifted: [] },
      holds: anyOf(entries),
    })),
    ...byGrant(lifted).map(([grant, entries]) => ({
      reason: { kind: 'lifted', by: grant } as const,
      making: {
        ...rest,
        granting: rulesOf(to).filter(({ effect }) => effect.kind === 'allow'),
        lifted: rulesOf(entries),
      },
      holds: anyOf(entries),
    })),
  ];
}

function rulesOf(entries: readonly SyscallEntry[]) {
  return entries.map(({ rule }) => rule);
}

function byGrant(entries: readonly SyscallEntry[]): [Grant, SyscallEntry[]][] {
  const grants = new Map<Grant, SyscallEntry[]>();
  for (const entry of entries) {
    const known = grants.get(entry.grant);
    if (known) known.push(entry);
    else grants.set(entry.grant, [entry]);
  }
  return [...grants];
}

/** An entry of the same name in `from` that allowed the call says something else than before. */
function reasonOf(grant: Grant, from: readonly SyscallEntry[]): Reason {
  const earlier = from.find((entry) => entry.grant.id === grant.id && entry.rule.effect.kind === 'allow');
  return earlier === undefined
    ? { kind: 'granted', by: grant }
    : { kind: 'changed', from: earlier.grant, to: grant };
}

/** Calls that gain the same by the same entry, such as all of a group, are one gain. */
function joined(gains: readonly CallGain[]): Gain[] {
  const alike = new Map<string, CallGain[]>();
  for (const gain of gains) {
    const key = `${reasonKey(gain.reason)} ${gain.isNew} ${JSON.stringify(gain.terms)}`;
    const known = alike.get(key);
    if (known) known.push(gain);
    else alike.set(key, [gain]);
  }
  return [...alike.values()].map((same) => {
    const { name, isNew, terms, smallest, reason } = same[0]!;
    const names = sideOf(
      'syscall',
      same.map((gain) => gain.name),
    );
    return {
      facet: 'syscalls',
      classes: [isNew ? 'new-syscall' : 'syscall-argument'],
      sides: terms === null ? [names] : [names, { name: 'arguments', terms }],
      shownBy: { facet: 'syscalls', name, args: smallest },
      reason,
    };
  });
}
