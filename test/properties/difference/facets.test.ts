import { describe, expect, test } from 'vitest';
import type { Change } from '../../../compiler/analysis/difference/change.ts';
import { facetChanges } from '../../../compiler/analysis/difference/facets.ts';
import type { Access } from '../../../compiler/ir/access.ts';
import { canonicalPolicy } from '../../../compiler/ir/canonical.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { FILE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { changeLine } from '../../support/changes.ts';
import { policyOf } from '../../support/policy.ts';
import { Seeded } from '../../support/seeded.ts';
import {
  CALLS,
  changedSections,
  MODELS,
  NAMES,
  randomSections,
  textOfSections,
  VARIABLES,
} from './facet-policies.ts';
import { holdsAccess } from './read-sides.ts';

const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 150;
const TIMEOUT = 60_000 + RUNS * 200;

function pairOf(seed: number): { old: Policy; next: Policy; random: Seeded } {
  const random = new Seeded(seed);
  const before = randomSections(random);
  const workdir = random.below(8) === 0 ? '/work/project/src' : '/work/project';
  const next = policyOf(textOfSections(changedSections(random, before)), { workdir });
  return { old: policyOf(textOfSections(before)), next, random };
}

const PATHS = NAMES.flatMap((one) => [
  `/${one}`,
  ...NAMES.flatMap((two) => [`/${one}/${two}`, ...NAMES.map((three) => `/${one}/${two}/${three}`)]),
]);
const FILES: readonly Access[] = [
  '/',
  '/work',
  '/work/project',
  '/work/project/src/x',
  '/a/b/c/a',
  ...PATHS,
].flatMap((path) => FILE_RIGHTS.map((right): Access => ({ facet: 'filesystem', path, right })));
const OTHERS: readonly Access[] = [
  ...VARIABLES.flatMap((name) => [name, `${name}X`, `${name}_`, `${name}é`]).map(
    (environment): Access => ({ facet: 'process', environment }),
  ),
  ...[0, 1000, 1001, 7].map((uid): Access => ({ facet: 'process', uid })),
  { facet: 'process', reaches: 'process-outside' },
  ...['main', 'other', 'none'].flatMap((route) =>
    [...MODELS, 'any-model'].map((model): Access => ({ facet: 'inference', route, model })),
  ),
  ...(['open_files', 'processes', 'cpu_time'] as const).flatMap((resource) =>
    [1, 15, 16, 17, 18, 19, 20, 21].map((amount): Access => ({ facet: 'resources', resource, amount })),
  ),
];

/** Registers at the values that tests name, beside them, and with bits that the kernel reads or does not. */
function someCalls(random: Seeded): Access[] {
  return Array.from({ length: 300 }, () => {
    const high = random.pick([0n, 0n, 0n, 1n << 32n, 1n << 16n, 0x100n, 0x102n]);
    const args = Array.from(
      { length: 3 },
      () => BigInt(random.below(18)) | (random.below(3) === 0 ? high : 0n),
    );
    return { facet: 'syscalls', name: random.pick([...CALLS, 'ptrace', 'kill']), args };
  });
}

/** Both verdicts, as a change between them would be called. */
function directionOf(old: Policy, next: Policy, access: Access): Change['direction'] | null {
  const [before, after] = [decide(old, access).verdict, decide(next, access).verdict];
  if (before === after) return null;
  return after === 'allow' ? 'widens' : 'narrows';
}

/** The canonical form without its egress, which is the same for policies without any. */
function formOf(policy: Policy): string {
  return new TextDecoder().decode(canonicalPolicy(policy).bytes!);
}

/** A change seen from the other side, apart from how bad it is. */
function turned({ direction, facet, sides, example, witness }: Change, isTurned: boolean): string {
  const seen = (direction === 'widens') !== isTurned ? 'widens' : 'narrows';
  return JSON.stringify([seen, facet, sides, example, witness?.facet]);
}

describe('the changes of all facets but egress', () => {
  test(
    'hold an access exactly when its verdict changes, and each is shown by one that does',
    () => {
      let [checked, differing] = [0, 0];
      for (let seed = 1; seed <= RUNS; seed += 1) {
        const { old, next, random } = pairOf(seed);
        const { changes, undecided } = facetChanges(old, next);
        expect(undecided).toEqual([]);
        const shown = changes.filter(({ witness }) => witness !== null);
        for (const change of shown) {
          const said = `seed ${seed}: ${changeLine(change)}`;
          expect(`${said} ${directionOf(old, next, change.witness!)}`).toBe(`${said} ${change.direction}`);
          expect(`${said} ${holdsAccess(change, change.witness!)}`).toBe(`${said} true`);
        }
        for (const access of [...FILES, ...OTHERS, ...someCalls(random)]) {
          const holding = shown
            .filter(({ facet }) => facet === access.facet)
            .filter((change) => holdsAccess(change, access));
          const directions = [...new Set(holding.map(({ direction }) => direction))];
          const expected = directionOf(old, next, access);
          checked += 1;
          if (expected !== null) differing += 1;
          if (directions.length !== Number(expected !== null) || (directions[0] ?? null) !== expected) {
            const args = 'args' in access ? access.args.join(' ') : JSON.stringify(access);
            expect.fail(
              `seed ${seed}: ${args} is ${expected}, said ${directions}: ${shown.map(changeLine).join('\n')}`,
            );
          }
        }
      }
      // Enough differ that a difference which is always empty would be seen.
      expect(differing).toBeGreaterThan(checked / 100);
    },
    TIMEOUT,
  );

  test(
    'are none exactly when the canonical forms are equal',
    () => {
      let equal = 0;
      for (let seed = 1; seed <= RUNS * 3; seed += 1) {
        const { old, next } = pairOf(seed);
        const isEqual = formOf(old) === formOf(next);
        if (isEqual) equal += 1;
        const lines = facetChanges(old, next).changes.map(changeLine);
        if (isEqual !== (lines.length === 0)) {
          expect.fail(`seed ${seed}: ${isEqual ? 'equal' : 'not equal'}, said\n${lines.join('\n')}`);
        }
      }
      expect(equal).toBeGreaterThan(RUNS / 10);
      expect(equal).toBeLessThan(RUNS * 2);
    },
    TIMEOUT,
  );

  test(
    'swap their directions with the policies, and stand in one order',
    () => {
      for (let seed = 1; seed <= RUNS; seed += 1) {
        const { old, next } = pairOf(seed);
        const there = facetChanges(old, next).changes;
        const back = facetChanges(next, old).changes;
        expect(back.map((change) => turned(change, true)).sort()).toEqual(
          there.map((change) => turned(change, false)).sort(),
        );
        expect(facetChanges(old, next).changes).toEqual(there);
      }
    },
    TIMEOUT,
  );
});
