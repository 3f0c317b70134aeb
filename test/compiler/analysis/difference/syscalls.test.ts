import { describe, expect, test } from 'vitest';
import { syscallChanges } from '../../../../compiler/analysis/difference/syscalls.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import { changeLine } from '../../../support/changes.ts';
import { intricateItems } from '../../../support/intricate-rules.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const withCalls = (sections: string) =>
  policyOf(blueprint(`filesystem_policy: { include_workdir: true }\nsyscalls:\n${sections}`));

/** Only execve and what is said. */
const only = (...items: string[]) => withCalls(`  profile: none\n  allow: [execve, ${items.join(', ')}]\n`);

function lines(old: ReturnType<typeof only>, next: ReturnType<typeof only>): string[] {
  const { changes, undecided } = syscallChanges(old.syscalls, next.syscalls);
  expect(undecided).toEqual([]);
  return changes.map(changeLine);
}

const cloneWith = (mask: string) => `{ name: clone, when: [{ arg: 0, mask: ${mask}, equals: 0 }] }`;
const [ALL, ONE_LESS] = [cloneWith('0x7e020000'), cloneWith('0x7c020000')];

describe('which calls may be made with which arguments', () => {
  test('a clone mask that lost one bit lets a new namespace in', () => {
    const others = 'CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET';
    expect(lines(only(ALL), only(ONE_LESS))).toEqual([
      `widens medium syscalls [syscall-argument] {syscall: clone | arguments: arg 0 has CLONE_NEWCGROUP but none of ${others}} ` +
        'call `clone(0x2000000, 0x0, 0x0, 0x0, 0x0, 0x0)` <- changed new syscalls:clone',
    ]);
    const { changes } = syscallChanges(only(ALL).syscalls, only(ONE_LESS).syscalls);
    expect(decide(only(ONE_LESS), changes[0]!.witness!).verdict).toBe('allow');
    expect(decide(only(ALL), changes[0]!.witness!).verdict).toBe('deny');
  });

  test('all calls of a group are one change', () => {
    const group = lines(only(), only('"@clock"'));
    expect(group).toHaveLength(1);
    expect(group[0]).toMatch(
      /^widens high syscalls \[new-syscall\] \{syscall: adjtimex; clock_adjtime; .*\} call `adjtimex\(/,
    );
  });

  test('a new call with conditions is said in their words', () => {
    const call = '{ name: ptrace, when: [{ arg: 0, at_most: 5 }, { arg: 1, not_equals: 7 }] }';
    expect(lines(only(), only(call))).toEqual([
      'widens high syscalls [new-syscall] {syscall: ptrace | arguments: arg 0 <= 0x5 and arg 1 != 0x7} ' +
        'call `ptrace(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)` <- granted new syscalls:ptrace',
    ]);
  });

  test('what is left of a call is all but what was there', () => {
    const families = '{ name: socket, when: [{ arg: 0, equals: AF_UNIX }] }';
    expect(lines(only(families), only('socket'))).toEqual([
      'widens medium syscalls [syscall-argument] {syscall: socket | arguments: any except arg 0 == AF_UNIX} ' +
        'call `socket(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)` <- changed new syscalls:socket',
    ]);
  });

  test('ranges that overlap are said by the rules that made them', () => {
    const below = (end: number) =>
      `{ name: ptrace, when: [{ arg: 0, at_most: ${end} }, { arg: 1, at_most: 1000 }] }`;
    expect(lines(only(below(5)), only(below(1000)))).toEqual([
      'widens medium syscalls [syscall-argument] {syscall: ptrace | arguments: arg 0 <= 0x3e8 and arg 1 <= 0x3e8 ' +
        'except arg 0 <= 0x5 and arg 1 <= 0x3e8} call `ptrace(0x6, 0x0, 0x0, 0x0, 0x0, 0x0)` <- changed new syscalls:ptrace',
    ]);
  });

  test('a denial that is gone is the cause, and one that comes narrows', () => {
    const refusing = withCalls('  deny: [{ name: kill, when: [{ arg: 1, equals: 9 }] }]\n');
    const plain = policyOf(blueprint('filesystem_policy: { include_workdir: true }\n'));
    const set =
      'syscalls [CLASS] {syscall: kill | arguments: arg 1 == 0x9} call `kill(0x0, 0x9, 0x0, 0x0, 0x0, 0x0)`';
    expect(lines(refusing, plain)).toEqual([
      `widens medium ${set.replace('CLASS', 'syscall-argument')} <- denial-removed old syscalls:kill`,
    ]);
    expect(lines(plain, refusing)).toEqual([
      `narrows low ${set.replace('CLASS', 'removed')} <- denied new syscalls:kill`,
    ]);
  });

  test('other rules with the same meaning are no change', () => {
    const halves = ['0', '1'].map((bit) => `{ name: ptrace, when: [{ arg: 0, mask: 1, equals: ${bit} }] }`);
    expect(lines(only('ptrace'), only(...halves))).toEqual([]);
    expect(
      lines(withCalls('  deny: [{ name: ptrace, errno: ENOSYS }]\n'), withCalls('  deny: [mount]\n')),
    ).toEqual([]);
  });
});

describe('rules that are too intricate', () => {
  const pairs = (count: number) => only(...intricateItems('ptrace', count), ALL);

  test('are undecided, never without a change, and the other calls are told', () => {
    const { changes, undecided } = syscallChanges(pairs(30).syscalls, only(ONE_LESS).syscalls);
    expect(undecided).toEqual(['ptrace']);
    expect(changes.map(({ direction, classes }) => `${direction} ${classes}`)).toEqual([
      'widens syscall-argument',
    ]);
  });

  test('share one budget, and with any of them a call is told whole or not at all', () => {
    const [old, next] = [pairs(4).syscalls, only('ptrace', ONE_LESS).syscalls];
    const whole = syscallChanges(old, next).changes.map(changeLine);
    expect(whole).toHaveLength(2);
    const undecidedOf = new Map<string, number>();
    for (let budget = 2; budget < 3000; budget += 50) {
      const { changes, undecided } = syscallChanges(old, next, budget);
      const expected = whole.filter((line) => !undecided.some((name) => line.includes(`{syscall: ${name} `)));
      expect(changes.map(changeLine)).toEqual(expected);
      undecidedOf.set(undecided.join(), budget);
    }
    // The calls stand in the order of their names, so the first one can leave too little for the second.
    expect([...undecidedOf.keys()]).toEqual(['clone,ptrace', 'ptrace', '']);
    const ptraceAlone = { ...old, entries: old.entries.filter(({ rule }) => rule.name !== 'clone') };
    const nextAlone = { ...next, entries: next.entries.filter(({ rule }) => rule.name !== 'clone') };
    expect(syscallChanges(ptraceAlone, nextAlone, undecidedOf.get('ptrace')!).undecided).toEqual([]);
  });

  test('are told by the rules themselves where cubes would be too many', () => {
    const [line] = lines(pairs(9), pairs(10));
    expect(line).toContain(
      'arguments: arg 0 has bit 0x200 and arg 1 has bit 0x200 except arg 0 has bit 0x1 and',
    );
    expect(line).toContain('call `ptrace(0x200, 0x200, 0x0, 0x0, 0x0, 0x0)`');
  });
});
