import { type BitSet, BitSpace, NOTHING } from '../../domain/bits.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments, heldArguments } from '../../ir/canonical/syscalls.ts';
import { endOf, usesOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';
import type { SyscallEntry, SyscallPolicy } from '../../ir/syscalls.ts';
import type { HeldGrant } from './grant-terms.ts';
import { type AllowedCalls, oftenerUsed } from './use-capacity.ts';

/** What `to` may do more often; `undecided` names calls of which that is not known. */
export interface SyscallUses {
  readonly held: readonly HeldGrant[];
  readonly undecided: readonly string[];
}

/** More parts of one call's arguments than a person's rules ever make. */
const MOST_PARTS = 1024;

/**
 * Grants of `to` by which calls that both policies allow can be made more often than under `from`. A call that several grants
 * allow may be made as often as all of them together say, and each use is one of one grant, whichever calls that stands for.
 * Exact over all arguments, all sets of calls and all times of starting, however the rules are written.
 *
 * @param mostNodes for the sets of arguments of all calls together
 */
export function syscallUses(
  from: SyscallPolicy,
  to: SyscallPolicy,
  mostNodes: number = ARGUMENT_NODES,
): SyscallUses {
  const calls: AllowedCalls[] = [];
  const undecided: string[] = [];
  let left = mostNodes;
  for (const name of limitedCalls(from)) {
    const space = new BitSpace(ARGUMENTS, left);
    const parts = partsOf(space, rulesFor(from, name), rulesFor(to, name));
    left -= space.size;
    if (parts === null) undecided.push(name);
    else calls.push(...parts.flatMap((part) => overTime(name, part)));
  }
  const found = oftenerUsed(calls);
  const held = found.held.map(
    ({ from: earlier, to: later, uses }): HeldGrant => ({
      facet: 'syscalls',
      from: earlier,
      to: later,
      uses,
    }),
  );
  return { held, undecided: [...new Set([...undecided, ...found.undecided])] };
}

/** Calls that some rule of the policy allows a limited number of times. */
function limitedCalls({ entries }: SyscallPolicy): Set<string> {
  const limited = entries.filter((entry) => isAllowing(entry) && Number.isFinite(usesOf(entry.grant)));
  return new Set(limited.map(({ rule }) => rule.name));
}

function rulesFor({ entries }: SyscallPolicy, name: string): readonly SyscallEntry[] {
  return entries.filter(({ rule }) => rule.name === name);
}

function isAllowing({ rule }: SyscallEntry): boolean {
  return rule.effect.kind === 'allow';
}

/** Arguments with which the same grants allow a call. */
interface Part {
  readonly set: BitSet;
  readonly from: readonly Grant[];
  readonly to: readonly Grant[];
}

/** What both policies allow of a call, cut by every rule that allows some of it; null where that takes too many parts. */
function partsOf(
  space: BitSpace,
  from: readonly SyscallEntry[],
  to: readonly SyscallEntry[],
): readonly Part[] | null {
  const rules = (entries: readonly SyscallEntry[]) => entries.map(({ rule }) => rule);
  const both = space.and(allowedArguments(space, rules(from)), allowedArguments(space, rules(to)));
  let parts: Part[] = both === NOTHING ? [] : [{ set: both, from: [], to: [] }];
  for (const side of ['from', 'to'] as const) {
    for (const { rule, grant } of (side === 'from' ? from : to).filter(isAllowing)) {
      const held = heldArguments(space, rule);
      parts = parts.flatMap((part) => {
        const within = { ...part, set: space.and(part.set, held), [side]: [...part[side], grant] };
        const rest = { ...part, set: space.difference(part.set, held) };
        return [within, rest].filter(({ set }) => set !== NOTHING);
      });
      if (space.exhausted || parts.length > MOST_PARTS) return null;
    }
  }
  return space.exhausted ? null : parts;
}

/** The part at each time between two ends, where both sides still allow it and `from` not without a limit. */
function overTime(name: string, { from, to }: Part): AllowedCalls[] {
  const ends = new Set([...from, ...to].map(endOf));
  // What starts last before an end stands for all that starts since the end before it.
  return [...ends].flatMap((end) => {
    const [before, after] = [from, to].map((grants) => [
      ...new Set(grants.filter((grant) => endOf(grant) >= end)),
    ]) as [Grant[], Grant[]];
    const isFree = before.some((grant) => !Number.isFinite(usesOf(grant)));
    return before.length === 0 || after.length === 0 || isFree ? [] : [{ name, from: before, to: after }];
  });
}
