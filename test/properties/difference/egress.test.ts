import { expect, test } from 'vitest';
import type { Change, Direction } from '../../../compiler/analysis/difference/change.ts';
import { type Difference, difference } from '../../../compiler/analysis/difference/difference.ts';
import { egressSubset } from '../../../compiler/analysis/difference/egress/subset.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { RandomEgress } from '../../support/random-egress.ts';
import { RandomAccesses } from '../../support/random-egress-access.ts';
import { Seeded } from '../../support/seeded.ts';
import { asked, DecidedBy, Disagreement } from './decided-by.ts';
import { type NaiveAttempt, naiveAttempt, naiveDecide } from './naive-egress.ts';
import { liesIn } from './naive-sides.ts';

/** NEMOCLAW_FUZZ=1000000 is the long run. */
const ACCESSES = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 100_000;
const SEED = Number(process.env.NEMOCLAW_SEED ?? 0) || 1;
const ACCESSES_A_PAIR = 250;
const TIMEOUT = 60_000 + ACCESSES;

interface Pair {
  readonly seed: number;
  readonly old: DecidedBy;
  readonly next: DecidedBy;
}

function pairsOf(count: number): Iterable<Pair & { readonly accesses: RandomAccesses }> {
  return (function* () {
    for (let number = 0; number < count; number += 1) {
      const seed = SEED * 1_000_003 + number;
      const random = new Seeded(seed);
      const { old, next } = new RandomEgress(random).pair();
      const accesses = new RandomAccesses(random, [...old, ...next]);
      yield { seed, old: new DecidedBy(old, seed), next: new DecidedBy(next, seed), accesses };
    }
  })();
}

test(
  'all that decides agrees on every access, which lies in the difference exactly when its verdict changed',
  () => {
    const met: Record<string, number> = {};
    const count = (what: string) => {
      met[what] = (met[what] ?? 0) + 1;
    };
    for (const pair of pairsOf(Math.ceil(ACCESSES / ACCESSES_A_PAIR))) {
      const found = difference(pair.old.policy, pair.next.policy);
      count(found.verdict);
      checkDifference(pair, found);
      for (let tries = 0; tries < ACCESSES_A_PAIR; tries += 1)
        count(checkAccess(pair, found, pair.accesses.next()));
    }
    const outcomes = ['deny deny', 'allow allow', 'deny allow', 'allow deny', 'not a point'];
    const seldom = outcomes.filter((outcome) => (met[outcome] ?? 0) < ACCESSES / 200);
    const verdicts = ['equal', 'widens', 'narrows', 'both'];
    seldom.push(...verdicts.filter((verdict) => (met[verdict] ?? 0) < ACCESSES / ACCESSES_A_PAIR / 50));
    expect({ seldom, met }).toEqual({ seldom: [], met });
  },
  TIMEOUT,
);

/** Equal digests, both directions, the subset question and every witness. */
function checkDifference({ seed, old, next }: Pair, found: Difference): void {
  const facts = { old: old.plain, next: next.plain, found };
  const wrong = (what: string) => new Disagreement(seed, { what, ...facts });
  if (!found.isComplete) throw wrong('the difference is not complete');
  if ((found.verdict === 'equal') !== (old.form === next.form)) throw wrong('the digests say something else');
  const back = difference(next.policy, old.policy);
  const swapped = { equal: 'equal', widens: 'narrows', narrows: 'widens', both: 'both', inconclusive: '' };
  if (back.verdict !== swapped[found.verdict]) throw wrong(`the way back is ${back.verdict}`);
  for (const change of found.changes) {
    if (!showsDirection(change, old, next)) throw wrong(`the witness ${change.example} shows nothing`);
    if (!liesIn(change, naiveAttempt(change.witness as EgressAccess)!)) {
      throw wrong(`the witness ${change.example} lies elsewhere`);
    }
  }
  const subset = egressSubset(next.egress, old.egress);
  const widens = found.verdict === 'widens' || found.verdict === 'both';
  if (subset.isSubset !== (widens ? 'no' : 'yes')) throw wrong(`subset says ${subset.isSubset}`);
  if (subset.isSubset === 'no' && !isWidening(subset.witness, old, next))
    throw wrong('subset has a wrong witness');
}

function showsDirection({ direction, witness }: Change, old: DecidedBy, next: DecidedBy): boolean {
  const access = witness as EgressAccess;
  return direction === 'widens' ? isWidening(access, old, next) : isWidening(access, next, old);
}

/** Read without the compiler. */
function isWidening(access: EgressAccess, old: DecidedBy, next: DecidedBy): boolean {
  const tried = naiveAttempt(access);
  return naiveDecide(old.plain, tried) === 'deny' && naiveDecide(next.plain, tried) === 'allow';
}

function checkAccess({ seed, old, next }: Pair, { changes }: Difference, access: EgressAccess): string {
  const question = asked(access);
  const was = old.verdict(question);
  const is = next.verdict(question);
  const { tried } = question;
  if (tried === null || tried.address === null) return 'not a point';
  // A set names single things that are asked for.
  if ((tried.parts?.length ?? 1) > 1) return 'several points';
  const listed = (direction: Direction) => isListed(changes, direction, tried);
  if (tried.otherPath !== null) {
    // No point of its own: its verdict only changes where that of a point does that it may be taken for.
    const other = { ...tried, path: tried.otherPath };
    const direction = is === 'allow' ? 'widens' : 'narrows';
    if (was !== is && !listed(direction) && !isListed(changes, direction, other)) {
      throw new Disagreement(seed, { old: old.plain, next: next.plain, access, was, is, changes });
    }
    return `${was} ${is}, in doubt`;
  }
  if (
    listed('widens') !== (was === 'deny' && is === 'allow') ||
    listed('narrows') !== (was === 'allow' && is === 'deny')
  ) {
    throw new Disagreement(seed, { old: old.plain, next: next.plain, access, was, is, changes });
  }
  return `${was} ${is}`;
}

function isListed(changes: readonly Change[], direction: Direction, tried: NaiveAttempt): boolean {
  return changes.some((change) => change.direction === direction && liesIn(change, tried));
}

test(
  'too small a budget gives a true widening or no answer, and never a false narrowing or equality',
  () => {
    const met = { whole: 0, widening: 0, inconclusive: 0 };
    for (const pair of pairsOf(Math.ceil(ACCESSES / ACCESSES_A_PAIR / 2))) {
      const { seed, old, next } = pair;
      const random = new Seeded(seed);
      const exact = difference(old.policy, next.policy);
      for (const budget of [random.below(40), 40 + random.below(400)]) {
        const found = difference(old.policy, next.policy, budget);
        const subset = egressSubset(next.egress, old.egress, budget);
        const widens = exact.verdict === 'widens' || exact.verdict === 'both';
        const isTrue =
          found.unknown === null
            ? found.verdict === exact.verdict
            : found.verdict === 'inconclusive' || (found.verdict === 'widens' && widens);
        const isSubsetTrue = subset.isSubset === 'unknown' || (subset.isSubset === 'no') === widens;
        const isShown = found.changes.every((change) => showsDirection(change, old, next));
        if (!isTrue || !isShown || !isSubsetTrue) {
          throw new Disagreement(seed, { budget, old: old.plain, next: next.plain, found, exact, subset });
        }
        met[found.unknown === null ? 'whole' : found.verdict === 'widens' ? 'widening' : 'inconclusive'] += 1;
      }
    }
    expect(Math.min(...Object.values(met))).toBeGreaterThan(ACCESSES / 5000);
  },
  TIMEOUT,
);
