import { expect, test } from 'vitest';
import { checkedByDigest, oneWay } from '../../cli/policy-pair.ts';
import type { Difference } from '../../compiler/analysis/difference/difference.ts';
import { madeChange } from '../compiler/report/difference/comparisons.ts';

test('no two policies are equal whose digests differ', () => {
  const found: Difference = { verdict: 'equal', changes: [], isComplete: true, unknown: null };
  const check = (a: string | null, b: string | null) =>
    checkedByDigest(found, { digest: a }, { digest: b }).verdict;
  expect([check('x', 'y'), check('x', 'x'), check(null, 'x')]).toEqual(['inconclusive', 'equal', 'equal']);
  const widens = { ...found, verdict: 'widens' as const };
  expect(checkedByDigest(widens, { digest: 'x' }, { digest: 'y' })).toBe(widens);
});

test('a policy that is not there has nothing to lose, and one that is gone nothing to win', () => {
  const changes = [madeChange(), madeChange({ direction: 'narrows', classes: ['removed'] })];
  const found: Difference = { verdict: 'both', changes, isComplete: true, unknown: null };
  const there = { bytes: new Uint8Array() };
  const gone = { bytes: null };
  const told = (from: Difference, old: { bytes: Uint8Array | null }, next: { bytes: Uint8Array | null }) => {
    const { verdict, changes: left } = oneWay(from, { old, next });
    return [verdict, ...left.map(({ direction }) => direction)];
  };
  expect(told(found, there, there)).toEqual(['both', 'widens', 'narrows']);
  expect(told(found, gone, there)).toEqual(['widens', 'widens']);
  expect(told(found, there, gone)).toEqual(['narrows', 'narrows']);
  const unknown: Difference = { ...found, verdict: 'inconclusive', changes: [], unknown: 'x' };
  expect(told(unknown, gone, there)).toEqual(['inconclusive']);
  expect(told(unknown, there, gone)).toEqual(['narrows']);
});
