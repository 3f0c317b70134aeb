import { usesOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';

/** Calls that the same grants allow: under `from` each of them a limited number of times, under `to` in any way. */
export interface AllowedCalls {
  readonly name: string;
  readonly from: readonly Grant[];
  readonly to: readonly Grant[];
}

/** A grant of `to` by which a set of calls can be made more often, and how often all grants together let them be made. */
export interface Oftener {
  readonly from: Grant;
  readonly to: Grant;
  readonly uses: { readonly from: number; readonly to: number };
}

export interface FoundOftener {
  readonly held: readonly Oftener[];
  /** Calls about which so many limited grants speak that not all their sets can be gone through. */
  readonly undecided: readonly string[];
}

/** Sets of grants double with each; so many limited ones about the same calls no blueprint has. */
const MOST_JOINT = 12;

/**
 * By the theorem of Hall and Rado: `to` lets nothing be done more often exactly when, for each set of calls, the grants of `to`
 * that allow one of them have together no more uses than those of `from`. The largest set that meets the same grants of
 * `from` is the one that can tell, so it is enough to look at each set of those.
 */
export function oftenerUsed(calls: readonly AllowedCalls[]): FoundOftener {
  const held: Oftener[] = [];
  const undecided: string[] = [];
  const told = new Set<Grant>();
  for (const joint of jointCalls(calls)) {
    const limits = [...new Set(joint.flatMap(({ from }) => from))];
    if (limits.length > MOST_JOINT) {
      if (!isCovered(joint, limits)) undecided.push(...joint.map(({ name }) => name));
    } else held.push(...oftenerAmong(joint, limits, told));
  }
  return { held, undecided };
}

/** Apart as far as no grant of `from` belongs to two: where a set breaks the rule, so does its share of one of them. */
function jointCalls(calls: readonly AllowedCalls[]): AllowedCalls[][] {
  const groups: { grants: Set<Grant>; calls: AllowedCalls[] }[] = [];
  for (const one of calls) {
    const met = groups.filter(({ grants }) => one.from.some((grant) => grants.has(grant)));
    const [first = { grants: new Set<Grant>(), calls: [] }, ...others] = met;
    if (met.length === 0) groups.push(first);
    for (const other of others) {
      for (const grant of other.grants) first.grants.add(grant);
      first.calls.push(...other.calls);
      groups.splice(groups.indexOf(other), 1);
    }
    for (const grant of one.from) first.grants.add(grant);
    first.calls.push(one);
  }
  return groups.map((group) => group.calls);
}

/** Whether each grant of `to` can be given uses of one of `from` that allows all that it allows. Then nothing is done oftener. */
function isCovered(calls: readonly AllowedCalls[], limits: readonly Grant[]): boolean {
  const met = (side: 'from' | 'to', grant: Grant) => calls.filter((one) => one[side].includes(grant));
  const widest = (side: 'from' | 'to', grants: Iterable<Grant>) =>
    [...grants]
      .map((grant) => ({ calls: met(side, grant), left: usesOf(grant) }))
      .sort((a, b) => b.calls.length - a.calls.length);
  const allowances = widest('from', limits).reverse();
  return widest('to', new Set(calls.flatMap(({ to }) => to))).every((needed) => {
    const narrowest = allowances.find(
      ({ calls: allowed, left }) => left >= needed.left && needed.calls.every((one) => allowed.includes(one)),
    );
    if (narrowest === undefined) return false;
    narrowest.left -= needed.left;
    return true;
  });
}

/** Each grant of `to` is told once, by the smallest set of grants of `from` that it goes beyond; `told` are known already. */
function oftenerAmong(calls: readonly AllowedCalls[], limits: readonly Grant[], told: Set<Grant>): Oftener[] {
  const held: Oftener[] = [];
  for (const some of subsetsOf(limits)) {
    const within = calls.filter(({ from }) => from.every((grant) => some.has(grant)));
    const before = new Set(within.flatMap(({ from }) => from));
    // Where not all of them are met, a smaller set says the same.
    if (before.size < some.size) continue;
    const after = [...new Set(within.flatMap(({ to }) => to))];
    const uses = { from: totalOf([...before]), to: totalOf(after) };
    const open = inOrderOfNews(after, limits).filter((grant) => !told.has(grant));
    while (totalOf(open) > uses.from) {
      const to = open.shift()!;
      told.add(to);
      held.push({ from: earlierOf(to, within), to, uses });
    }
  }
  return held;
}

/** All but the empty one, small ones first. */
function subsetsOf(grants: readonly Grant[]): ReadonlySet<Grant>[] {
  const all = Array.from(
    { length: 2 ** grants.length - 1 },
    (_, at) => new Set(grants.filter((_, bit) => ((at + 1) >> bit) % 2 === 1)),
  );
  return all.sort((a, b) => a.size - b.size);
}

/** First those that say something else than before, of these the ones that may be used most often. */
function inOrderOfNews(after: readonly Grant[], before: readonly Grant[]): Grant[] {
  const left = before.map(textOf);
  const isNews = new Map(
    after.map((grant) => {
      const at = left.indexOf(textOf(grant));
      if (at !== -1) left.splice(at, 1);
      return [grant, at === -1];
    }),
  );
  return [...after].sort(
    (a, b) => Number(isNews.get(b)) - Number(isNews.get(a)) || descending(usesOf(a), usesOf(b)),
  );
}

function textOf(grant: Grant): string {
  return `${grant.id} ${usesOf(grant)}`;
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

/** The grant of `from` with the most uses among those that allowed what `to` allows now. */
function earlierOf(to: Grant, calls: readonly AllowedCalls[]): Grant {
  const earlier = calls.filter((one) => one.to.includes(to)).flatMap(({ from }) => from);
  return earlier.reduce((best, grant) => (usesOf(grant) > usesOf(best) ? grant : best));
}

function totalOf(grants: readonly Grant[]): number {
  return grants.reduce((sum, grant) => sum + usesOf(grant), 0);
}
