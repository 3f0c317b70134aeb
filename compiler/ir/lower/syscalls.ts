import {
  syscallErrno,
  syscallExecveNeeded,
  syscallLimitLifted,
  syscallProfileUnknown,
  syscallTest,
  syscallUnknown,
  syscallValue,
} from '../../diagnostics/catalog/syscall-rules.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { AGENT_PROFILE } from '../../domain/syscalls/agent-profile.ts';
import { argumentTest } from '../../domain/syscalls/argument-test.ts';
import { parseArgumentValue } from '../../domain/syscalls/constants.ts';
import { EPERM, ERRNO } from '../../domain/syscalls/errno.ts';
import {
  type ArgumentTest,
  type Comparison,
  evaluateFilter,
  ruleText,
  type SyscallRule,
} from '../../domain/syscalls/filter.ts';
import { SYSCALL_GROUPS } from '../../domain/syscalls/groups.ts';
import { SYSCALLS } from '../../domain/syscalls/table.ts';
import type { ArgumentCondition, SyscallItem } from '../../frontend/blueprint/blueprint.ts';
import type { Resolved, Sourced } from '../../resolve/resolved.ts';
import type { Span } from '../../source/span.ts';
import { endOf, usesOf } from '../limits.ts';
import type { Grant } from '../origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../syscalls.ts';
import { argumentText } from './argument-text.ts';
import type { Lowering } from './lowering.ts';

/** A blueprint that adds nothing takes over the rules in the order in which they are, and what is known of them. */
interface Profile {
  readonly rules: readonly SyscallRule[];
  readonly startsPrograms: boolean;
}

const NOTHING: Profile = { rules: [], startsPrograms: false };
const PROFILES: Readonly<Record<string, Profile>> = {
  agent: { rules: [...AGENT_PROFILE].sort(byText), startsPrograms: startsPrograms(AGENT_PROFILE) },
  none: NOTHING,
};
const DEFAULT_PROFILE = 'agent';

const COMPARISONS: Record<ArgumentCondition['comparison'], Comparison> = {
  equals: 'eq',
  not_equals: 'ne',
  less_than: 'lt',
  at_most: 'le',
  greater_than: 'gt',
  at_least: 'ge',
};

/**
 * The profile, then what the blueprint allows and denies. A call that is allowed by its own name loses what the
 * profile refuses about it; a denial of the blueprint always wins.
 */
export function lowerSyscalls(resolved: Resolved, lowering: Lowering): SyscallPolicy {
  const name = resolved.syscallProfile?.item.value ?? DEFAULT_PROFILE;
  const profile = profileOf(name, resolved, lowering);
  const inherited = inheritedEntries(name, profile, resolved, lowering);
  const isChanged = resolved.syscalls.length > 0;
  const entries = isChanged ? changed(inherited, resolved.syscalls, lowering) : inherited;
  const starts = isChanged ? startsPrograms(entries.map(({ rule }) => rule)) : profile.startsPrograms;
  if (!starts) {
    const span = resolved.syscallProfile?.item.span ?? resolved.syscalls[0]?.item.name.span ?? resolved.span;
    lowering.report(syscallExecveNeeded, span, {});
  }
  return { entries, defaultErrno: EPERM };
}

function startsPrograms(rules: readonly SyscallRule[]): boolean {
  const execve = evaluateFilter({ defaultErrno: EPERM, rules }, { name: 'execve', args: [] });
  return execve.verdict === 'allow';
}

function changed(
  inherited: readonly SyscallEntry[],
  items: readonly Sourced<SyscallItem>[],
  lowering: Lowering,
): readonly SyscallEntry[] {
  const allowedByName = new Set(
    items.filter(({ item }) => item.mode === 'allow').map(({ item }) => item.name.value),
  );
  const entries = inherited.filter(
    ({ rule }) => rule.effect.kind === 'allow' || !allowedByName.has(rule.name),
  );
  for (const { item, trail } of items) {
    const grant = lowering.grant(`syscalls:${item.name.value}`, item.name.span, trail, item.grant);
    if (item.mode === 'allow') warnOfLiftedLimits(item, lowering);
    for (const rule of rulesOf(item, lowering)) entries.push({ rule, grant });
  }
  return withoutRepeats(entries);
}

function profileOf(name: string, resolved: Resolved, lowering: Lowering): Profile {
  if (Object.hasOwn(PROFILES, name)) return PROFILES[name]!;
  const nearest = nearestWord(name, Object.keys(PROFILES));
  lowering.report(syscallProfileUnknown, profileSpan(resolved), { name, nearest });
  return NOTHING;
}

function inheritedEntries(
  name: string,
  { rules }: Profile,
  resolved: Resolved,
  lowering: Lowering,
): readonly SyscallEntry[] {
  const trail = [...(resolved.syscallProfile?.trail ?? []), `profile:${name}`];
  const grant = lowering.grant(`syscalls:profile:${name}`, profileSpan(resolved), trail, null);
  return rules.map((rule) => ({ rule, grant }));
}

function profileSpan({ syscallProfile, metadata }: Resolved): Span {
  return syscallProfile?.item.span ?? metadata.name.span;
}

/** The profile holds some calls to a few of their uses. Allowed without a condition, all the others come with them. */
function warnOfLiftedLimits(item: SyscallItem, lowering: Lowering): void {
  const name = item.name.value;
  const rules = AGENT_PROFILE.filter((rule) => rule.name === name);
  const isLimited = rules.some((rule) => rule.effect.kind === 'refuse' || rule.tests.length > 0);
  if (isLimited && item.when.length === 0) lowering.report(syscallLimitLifted, item.name.span, { name });
}

function rulesOf(item: SyscallItem, lowering: Lowering): SyscallRule[] {
  const names = namesOf(item, lowering);
  const effect = effectOf(item, lowering);
  if (effect === null) return [];
  return names.flatMap((name) => {
    const tests = item.when.map((condition) => testOf(name, condition, lowering));
    return tests.some((test) => test === null) ? [] : [{ name, effect, tests: tests as ArgumentTest[] }];
  });
}

function namesOf(item: SyscallItem, lowering: Lowering): readonly string[] {
  const name = item.name.value;
  if (name.startsWith('@')) {
    const group = SYSCALL_GROUPS.get(name);
    if (group) return group;
    const nearest = nearestWord(name, [...SYSCALL_GROUPS.keys()]);
    lowering.report(syscallUnknown, item.name.span, { name, nearest });
    return [];
  }
  if (SYSCALLS.has(name)) return [name];
  lowering.report(syscallUnknown, item.name.span, { name, nearest: nearestWord(name, [...SYSCALLS.keys()]) });
  return [];
}

function effectOf(item: SyscallItem, lowering: Lowering): SyscallRule['effect'] | null {
  if (item.mode === 'allow') return { kind: 'allow' };
  if (item.errno === null) return { kind: 'refuse', errno: EPERM };
  const text = item.errno.value;
  if (Object.hasOwn(ERRNO, text)) return { kind: 'refuse', errno: ERRNO[text]! };
  lowering.report(syscallErrno, item.errno.span, { text, nearest: nearestWord(text, Object.keys(ERRNO)) });
  return null;
}

function testOf(name: string, condition: ArgumentCondition, lowering: Lowering): ArgumentTest | null {
  const value = numberOf(condition.value, lowering);
  const mask = condition.mask === null ? null : numberOf(condition.mask, lowering);
  if (value === null || (condition.mask !== null && mask === null)) return null;
  const comparison = mask === null ? COMPARISONS[condition.comparison] : 'masked-eq';
  const made = argumentTest(name, { index: condition.argument.value, comparison, value, mask });
  if (made.ok) return made.test;
  const span = made.fault === 'no-such-argument' ? condition.argument.span : condition.value.span;
  lowering.report(syscallTest, span, { name, fault: made.fault });
  return null;
}

function numberOf(written: ArgumentCondition['value'], lowering: Lowering): bigint | null {
  const text = argumentText(written);
  const value = parseArgumentValue(text);
  if (value === null) lowering.report(syscallValue, written.span, { text });
  return value;
}

/**
 * Sorted by the text of the rule. Of equal rules those go that add nothing: what they allow is allowed as long and without a
 * limit of uses by another. Uses of the others add up. Of refusals, of which no use is counted, the last to end stays.
 */
function withoutRepeats(entries: readonly SyscallEntry[]): SyscallEntry[] {
  const sorted = [...entries].sort((a, b) => byText(a.rule, b.rule) || byLimits(a.grant, b.grant));
  const kept: SyscallEntry[] = [];
  let first = 0;
  for (const entry of sorted) {
    const { name } = entry.rule;
    const isSame = kept[first]?.rule.name === name && byText(kept[first]!.rule, entry.rule) === 0;
    if (!isSame) first = kept.length;
    // Each of them ends at this one's end or later.
    else if (entry.rule.effect.kind === 'refuse' || kept.slice(first).some(isWithoutLimit)) continue;
    kept.push(entry);
  }
  return kept;
}

function isWithoutLimit({ grant }: SyscallEntry): boolean {
  return !Number.isFinite(usesOf(grant));
}

function byLimits(a: Grant, b: Grant): number {
  return descending(endOf(a), endOf(b)) || descending(usesOf(a), usesOf(b));
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b < a ? -1 : 1;
}

/** The order of the rules' texts: what follows a name in one sorts before everything that a name is made of. */
function byText(a: SyscallRule, b: SyscallRule): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [left, right] = [ruleText(a), ruleText(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
