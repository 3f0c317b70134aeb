import { type BitSet, BitSpace, NOTHING } from '../../domain/bits.ts';
import { ruleText } from '../../domain/syscalls/filter.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments, heldArguments } from '../../ir/canonical/syscalls.ts';
import { endOf, usesOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import type { HeldGrant } from './grant-terms.ts';

/** Grants of `from` and `to` by which the same calls are allowed, where those of `to` may hold longer or more often. */
export interface SyscallTerms {
  readonly ends: readonly HeldGrant[];
  readonly uses: readonly HeldGrant[];
  /** Calls with rules so intricate that their terms are not known. */
  readonly undecided: readonly string[];
}

/**
 * Compares how long and how often each call with each arguments is allowed: of all rules that allow it the best term
 * counts, so neither the words nor the order of the rules matter.
 */
export function syscallTerms(from: SyscallPolicy, to: SyscallPolicy): SyscallTerms {
  const ends: HeldGrant[] = refusalEnds(from, to);
  const uses: HeldGrant[] = [];
  const undecided: string[] = [];
  let left = ARGUMENT_NODES;
  for (const name of limitedCalls(from)) {
    const call = { from: rulesFor(from, name), to: rulesFor(to, name) };
    const space = new BitSpace(ARGUMENTS, left);
    const longer = betterPairs(space, call, endOf);
    const oftener = betterPairs(space, call, usesOf);
    left -= space.size;
    if (space.exhausted) undecided.push(name);
    else {
      ends.push(...longer);
      uses.push(...oftener);
    }
  }
  return { ends, uses, undecided };
}

function limitedCalls({ entries }: SyscallPolicy): Set<string> {
  const limited = entries.filter(
    ({ grant }) => Number.isFinite(endOf(grant)) || Number.isFinite(usesOf(grant)),
  );
  return new Set(limited.filter(isAllowing).map(({ rule }) => rule.name));
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

/** At each value that limits `from`: what both allow, and only `to` with a better one. */
function betterPairs(space: BitSpace, { from, to }: Call, termOf: (grant: Grant) => number): HeldGrant[] {
  const rules = (entries: readonly SyscallEntry[]) => entries.map(({ rule }) => rule);
  const both = space.and(allowedArguments(space, rules(from)), allowedArguments(space, rules(to)));
  const [before, after] = [from.filter(isAllowing), to.filter(isAllowing)];
  const levels = new Set(before.map(({ grant }) => termOf(grant)).filter(Number.isFinite));
  const pairs: HeldGrant[] = [];
  for (const level of levels) {
    const isBetter = ({ grant }: SyscallEntry) => termOf(grant) > level;
    const better = before
      .filter(isBetter)
      .reduce((set, { rule }) => space.or(set, heldArguments(space, rule)), NOTHING);
    const limited = space.difference(both, better);
    for (const { rule, grant } of after.filter(isBetter)) {
      const gained = space.and(limited, heldArguments(space, rule));
      const earlier = gained === NOTHING ? null : bestIn(space, gained, before, termOf);
      if (earlier !== null) pairs.push(heldBy(earlier, grant));
    }
  }
  return pairs;
}

/** The grant with the best term among those that hold somewhere in the set. */
function bestIn(
  space: BitSpace,
  set: BitSet,
  entries: readonly SyscallEntry[],
  termOf: (grant: Grant) => number,
): Grant | null {
  const holding = entries.filter(({ rule }) => space.and(set, heldArguments(space, rule)) !== NOTHING);
  return holding.reduce<Grant | null>(
    (best, { grant }) => (best === null || termOf(grant) > termOf(best) ? grant : best),
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
