import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePlan } from '../../../../compiler/backends/launch-plan/decode.ts';
import { encodePlan } from '../../../../compiler/backends/launch-plan/encode.ts';
import {
  CHECKED_FROM,
  checksumOf,
  type LaunchPlan,
} from '../../../../compiler/backends/launch-plan/format.ts';
import { anyPlan } from './arbitrary-plan.ts';

const [example] = fc.sample(
  anyPlan.filter(({ view, filter }) => view !== null && filter !== null),
  { numRuns: 1, seed: 7 },
);
const bytes = () => encodePlan(example!);

function problemOf(changed: Uint8Array): string {
  const read = decodePlan(changed);
  return read.ok ? 'accepted' : read.problem;
}

describe('the binary form of a launch plan', () => {
  it('gives back every plan as it was', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(decodePlan(encodePlan(plan))).toEqual({ ok: true, plan });
      }),
      {
        numRuns: 300,
      },
    );
  });

  it('gives the same bytes for the same plan', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(encodePlan(structuredClone(plan))).toEqual(encodePlan(plan));
      }),
    );
  });

  it('refuses every cut', () => {
    const whole = bytes();
    const accepted = Array.from(whole, (_, length) => problemOf(whole.subarray(0, length))).filter(
      (problem) => !['not-a-plan', 'wrong-size'].includes(problem),
    );
    expect(accepted).toEqual([]);
  });

  it('refuses every single flipped bit', () => {
    const whole = bytes();
    const found = new Set<string>();
    for (let bit = 0; bit < whole.length * 8; bit++) {
      whole[bit >> 3]! ^= 1 << (bit & 7);
      found.add(problemOf(whole));
      whole[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...found].sort()).toEqual(['damaged', 'not-a-plan', 'other-version', 'wrong-size']);
  });

  it('refuses what comes after the end', () => {
    const longer = new Uint8Array(bytes().length + 1);
    longer.set(bytes());
    expect(problemOf(longer)).toBe('wrong-size');
  });

  it('never accepts changed words that are not how their plan is written', () => {
    const words = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 0xffff_ffff })), {
      minLength: 1,
      maxLength: 3,
    });
    const property = fc.property(anyPlan, words, (plan, changes) => {
      const changed = encodePlan(plan);
      const view = new DataView(changed.buffer);
      for (const [at, word] of changes)
        view.setUint32((at % ((changed.length >> 2) - 4)) * 4 + 16, word, true);
      view.setUint32(12, checksumOf(changed.subarray(CHECKED_FROM)), true);
      const read = decodePlan(changed);
      if (read.ok) expect(encodePlan(read.plan)).toEqual(changed);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('does not write a plan that leaves out a step without waiving it', () => {
    const silent: LaunchPlan = { ...example!, landlock: null, waived: [] };
    expect(() => encodePlan(silent)).toThrow('a plan waives exactly what it leaves out: ');
  });

  it('does not write a text that would be cut', () => {
    expect(() => encodePlan({ ...example!, workdir: '/a\0b' })).toThrow('no NUL');
    expect(() => encodePlan({ ...example!, workdir: '/\ud800' })).toThrow('no lone surrogate');
  });
});
