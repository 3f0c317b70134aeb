import { describe, expect, test } from 'vitest';
import { difference } from '../../../../compiler/analysis/difference/difference.ts';
import { termChanges } from '../../../../compiler/analysis/difference/terms.ts';
import { proveMaximum } from '../../../../compiler/analysis/guardrails/prove-requirements.ts';
import { decideAt } from '../../../../compiler/ir/decide-at.ts';
import { changeLine } from '../../../support/changes.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const calls = (...rules: string[]) =>
  policyOf(
    blueprint(`filesystem_policy: { include_workdir: true }\nsyscalls: { allow: [${rules.join(', ')}] }\n`),
  );
const rule = (name: string, uses: number | null, more = '') =>
  `{ name: "${name}"${more}, grant: { owner: me, reason: x${uses === null ? '' : `, max_uses: ${uses}`} } }`;
const when = (comparison: string) => `, when: [{ arg: 0, ${comparison} }]`;
type Policy = ReturnType<typeof calls>;
const verdicts = (old: Policy, next: Policy) => [
  difference(old, next).verdict,
  difference(next, old).verdict,
];
const lines = (old: Policy, next: Policy) => termChanges(old, next).changes.map(changeLine);

describe('uses of a system call are those of all rules that allow it', () => {
  const five = calls(rule('ptrace', 5));

  test('the same words twice', () => {
    expect(verdicts(five, calls(rule('ptrace', 2), rule('ptrace', 3)))).toEqual(['equal', 'equal']);
    const more = calls(rule('ptrace', 5), rule('ptrace', 3));
    expect(verdicts(five, more)).toEqual(['widens', 'narrows']);
    expect(lines(five, more)).toEqual([
      'widens low syscalls [uses-raised] {grant: syscalls:ptrace | uses: more than 5 and at most 8} ' +
        '(use `syscalls:ptrace` more than 5 times) <- changed new syscalls:ptrace',
    ]);
  });

  test('one of them for some arguments', () => {
    const some = calls(rule('ptrace', 5), rule('ptrace', 3, when('equals: 1')));
    expect(verdicts(five, some)).toEqual(['widens', 'narrows']);
    expect(verdicts(some, calls(rule('ptrace', 8)))).toEqual(['widens', 'narrows']);
    expect(verdicts(some, calls(rule('ptrace', 5), rule('ptrace', 3, when('equals: 2'))))).toEqual([
      'both',
      'both',
    ]);
  });

  test('that overlap', () => {
    const low = rule('ptrace', 2, when('at_most: 9'));
    const high = rule('ptrace', 3, when('at_least: 5'));
    const parts = calls(low, high);
    // Of 0 two, of 9 five, of 20 three; of 0 and 20 together five.
    const cut = calls(rule('ptrace', 2, when('at_most: 9')), rule('ptrace', 3, when('at_least: 6')));
    expect(verdicts(parts, cut)).toEqual(['narrows', 'widens']);
  });

  test('but not where one limit was for two calls together', () => {
    const group = calls(rule('@debug', 1));
    const each = calls(rule('@debug', 1), rule('ptrace', 1));
    expect(verdicts(group, each)).toEqual(['widens', 'narrows']);
    const apart = calls(rule('ptrace', 1), rule('process_vm_readv', 1));
    const joint = calls(rule('@debug', 1, ''));
    // No single call can be made more often, both together can.
    const found = lines(joint, apart).filter((line) => line.startsWith('widens'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('{grant: syscalls:process_vm_readv | uses: more than 1 and at most 2}');
  });

  test('nor where what allows it without a limit comes or goes', () => {
    expect(verdicts(five, calls(rule('ptrace', 5), rule('ptrace', null)))).toEqual(['widens', 'narrows']);
    expect(verdicts(calls(rule('ptrace', null)), calls(rule('ptrace', 5), rule('ptrace', null)))).toEqual([
      'equal',
      'equal',
    ]);
  });

  test('at each time', () => {
    const until = (name: string, uses: number, end: string) =>
      `{ name: ${name}, grant: { owner: me, reason: x, max_uses: ${uses}, expires: ${end} } }`;
    const before = calls(until('ptrace', 5, '2026-12-31'), until('ptrace', 1, '2027-12-31'));
    const after = calls(until('ptrace', 1, '2026-12-31'), until('ptrace', 5, '2027-12-31'));
    // Six in all under both, but of the five more can be left when the first end has come.
    expect(verdicts(before, after)).toEqual(['widens', 'narrows']);
    expect(verdicts(before, calls(until('ptrace', 1, '2027-12-31')))).toEqual(['narrows', 'widens']);
  });
});

test('a ceiling counts the same', () => {
  const [five, parts] = [calls(rule('ptrace', 5)), calls(rule('ptrace', 2), rule('ptrace', 3))];
  expect(proveMaximum(parts, five)).toEqual({ outcome: 'proved' });
  expect(proveMaximum(five, parts)).toEqual({ outcome: 'proved' });
  const proof = proveMaximum(calls(rule('ptrace', 3), rule('ptrace', 3)), five);
  expect(proof.outcome === 'broken' && proof.counterexamples.map(({ words }) => words)).toEqual([
    'the ceiling does not let the agent use `syscalls:ptrace` more than 5 times',
  ]);
});

test('a rule with another end is kept beside one that may be used more often', () => {
  const policy = calls(
    '{ name: ptrace, grant: { owner: me, reason: x, max_uses: 1, expires: 2027-12-31 } }',
    '{ name: ptrace, grant: { owner: you, reason: x, max_uses: 9, expires: 2026-12-31 } }',
  );
  const access = { facet: 'syscalls', name: 'ptrace', args: [] } as const;
  const at = (time: number) => decideAt(policy, access, time).by?.approval?.maxUses;
  expect([at(Date.UTC(2026, 0)), at(Date.UTC(2027, 5)), at(Date.UTC(2029, 0))]).toEqual([1, 1, 1]);
  expect(policy.syscalls.entries.filter(({ rule: { name } }) => name === 'ptrace')).toHaveLength(2);
});

test('limits that a hostile policy tangles up are undecided, never equal', () => {
  const many = (uses: number) =>
    Array.from({ length: 20 }, (_, at) => rule('ptrace', uses, when(`at_least: ${at}`)));
  expect(difference(calls(...many(1)), calls(...many(1))).verdict).toBe('equal');
  expect(difference(calls(...many(1)), calls(...many(2))).verdict).toBe('inconclusive');
});
