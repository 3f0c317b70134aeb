import { type BitSet, BitSpace, NOTHING } from '../../domain/bits.ts';
import { ruleText } from '../../domain/syscalls/filter.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments, heldArguments } from '../../ir/canonical/syscalls.ts';
import { endOf, usesOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import type { HeldGrant } from './grant-terms.ts';

/** Grants of `from` and `to` by which the same calls are allowed, where those of `to` hold longer. */
export interface SyscallEnds {
  readonly held: readonly HeldGrant[];
  /** Calls with rules so intricate that their ends are not known. */
  readonly undecided: readonly string[];
}

/**
 * Compares how long each call with each arguments is allowed: of all rules that allow it the last end counts, so neither
 * the words nor the order of the rules matter.
 */
export function syscallEnds(from: SyscallPolicy, to: SyscallPolicy): SyscallEnds {
  const held: HeldGrant[] = refusalEnds(from, to);
  const undecided: string[] = [];
  let left = ARGUMENT_NODES;
  for (const name of endingCalls(from)) {
    const space = new BitSpace(ARGUMENTS, left);
    const longer = longerPairs(space, { from: rulesFor(from, name), to: rulesFor(to, name) });
    left -= space.size;
    if (space.exhausted) undecided.push(name);
    else held.push(...longer);
  }
  return { held, undecided };
}

function endingCalls({ entries }: SyscallPolicy): Set<string> {
  const ending = entries.filter((entry) => isAllowing(entry) && Number.isFinite(endOf(entry.grant)));
  return new Set(ending.map(({ rule }) => rule.name));
}

function rulesFor({ entries }: SyscallPolicy, name: string): readonly SyscallEntry[] {
  return entries.filter(({ rule }) => rule.name === name);
}

function isAllowing({ rule }: SyscallEntry): boolean {
  return rule.effect.kind === 'allow';
}

interface Call {
  readonly from: readonly SyscallEntry[];
  readonly to: readonly SyscallEntry[];
}

/** At each end in `from`: what both allow, and only `to` beyond it. */
function longerPairs(space: BitSpace, { from, to }: Call): HeldGrant[] {
  const rules = (entries: readonly SyscallEntry[]) => entries.map(({ rule }) => rule);
  const both = space.and(allowedArguments(space, rules(from)), allowedArguments(space, rules(to)));
  const [before, after] = [from.filter(isAllowing), to.filter(isAllowing)];
  const ends = new Set(before.map(({ grant }) => endOf(grant)).filter(Number.isFinite));
  const pairs: HeldGrant[] = [];
  for (const end of ends) {
    const isLonger = ({ grant }: SyscallEntry) => endOf(grant) > end;
    const longer = before
      .filter(isLonger)
      .reduce((set, { rule }) => space.or(set, heldArguments(space, rule)), NOTHING);
    const ending = space.difference(both, longer);
    for (const { rule, grant } of after.filter(isLonger)) {
      const gained = space.and(ending, heldArguments(space, rule));
      const earlier = gained === NOTHING ? null : lastIn(space, gained, before);
      if (earlier !== null) pairs.push(heldBy(earlier, grant));
    }
  }
  return pairs;
}

/** The grant with the last end among those that hold somewhere in the set. */
function lastIn(space: BitSpace, set: BitSet, entries: readonly SyscallEntry[]): Grant | null {
  const holding = entries.filter(({ rule }) => space.and(set, heldArguments(space, rule)) !== NOTHING);
  return holding.reduce<Grant | null>(
    (best, { grant }) => (best === null || endOf(grant) > endOf(best) ? grant : best),
    null,
  );
}

/** Nothing starts once a refusal has ended either, so its end counts for the same refusal; of several the first end. */
function refusalEnds(from: SyscallPolicy, to: SyscallPolicy): HeldGrant[] {
  const before = firstEnds(from);
  return [...firstEnds(to)].flatMap(([text, grant]) => {
    const earlier = before.get(text);
    return earlier === undefined ? [] : [heldBy(earlier, grant)];
  });
}

function firstEnds({ entries }: SyscallPolicy): Map<string, Grant> {
  const first = new Map<string, Grant>();
  for (const entry of entries) {
    if (isAllowing(entry)) continue;
    const text = ruleText(entry.rule);
    const known = first.get(text);
    if (known === undefined || endOf(entry.grant) < endOf(known)) first.set(text, entry.grant);
  }
  return first;
}

function heldBy(from: Grant, to: Grant): HeldGrant {
  return { facet: 'syscalls', from, to, uses: { from: usesOf(from), to: usesOf(to) } };
}
