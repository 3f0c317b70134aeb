import { describe, expect, test } from 'vitest';
import { difference } from '../../../../compiler/analysis/difference/difference.ts';
import { termChanges } from '../../../../compiler/analysis/difference/terms.ts';
import { proveMaximum } from '../../../../compiler/analysis/guardrails/prove-requirements.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const FILES = 'filesystem_policy: { include_workdir: true }\n';
const read = (text: string) => policyOf(blueprint(text.includes('filesystem_policy') ? text : FILES + text));
const verdict = (old: string, next: string) => difference(read(old), read(next)).verdict;
/** Both ways round. */
const verdicts = (old: string, next: string) => [verdict(old, next), verdict(next, old)];

const grant = (words: string) => (words === '' ? '' : `, grant: { owner: me, reason: x, ${words} }`);
const END = 'expires: 2026-12-31';

describe('the end of what is said in other words', () => {
  const calls = (...rules: string[]) => `syscalls: { allow: [${rules.join(', ')}] }\n`;
  const limited = calls(`{ name: ptrace${grant(END)} }`);

  test('a system call with arguments that hold always', () => {
    const always = (words: string) =>
      calls(`{ name: ptrace, when: [{ arg: 0, at_least: 0 }]${grant(words)} }`);
    expect(verdicts(limited, always(''))).toEqual(['widens', 'narrows']);
    expect(verdicts(limited, always(END))).toEqual(['equal', 'equal']);
    expect(verdicts(limited, always('expires: 2027-12-31'))).toEqual(['widens', 'narrows']);
  });

  test('a system call for some arguments', () => {
    const some = calls(`{ name: ptrace${grant(END)} }`, '{ name: ptrace, when: [{ arg: 0, equals: 1 }] }');
    expect(verdicts(limited, some)).toEqual(['widens', 'narrows']);
    const { changes } = termChanges(read(limited), read(some));
    expect(changes.map(({ direction, classes, cause }) => [direction, classes, cause.grant.id])).toEqual([
      ['widens', ['expiry-extended'], 'syscalls:ptrace'],
    ]);
  });

  test('the order of a call and of its group is none', () => {
    const [call, group] = [`{ name: ptrace${grant(END)} }`, "{ name: '@debug' }"];
    expect(verdicts(calls(call, group), calls(group, call))).toEqual(['equal', 'equal']);
    expect(verdicts(calls(call, group), calls(group))).toEqual(['equal', 'equal']);
    expect(verdicts(calls(call), calls(call, group))[0]).toBe('widens');
  });

  test('a folder below one without an end', () => {
    const paths = (...entries: string[]) =>
      `filesystem_policy: { include_workdir: true, read_only: [${entries.join(', ')}] }\n`;
    const below = (words: string) => `{ path: /data/own${grant(words)} }`;
    expect(verdicts(paths('/data', below(END)), paths('/data'))).toEqual(['widens', 'narrows']);
    expect(verdicts(paths(below(END)), paths(below(END)))).toEqual(['equal', 'equal']);
  });

  test('a variable that a pattern has without an end', () => {
    const variables = (...entries: string[]) => `process: { environment: [${entries.join(', ')}] }\n`;
    const own = `{ name: APP_KEY${grant(END)} }`;
    expect(verdicts(variables(own, "{ name: 'APP_*' }"), variables("{ name: 'APP_*' }"))).toEqual([
      'widens',
      'narrows',
    ]);
  });
});

describe('uses of what is said in other words', () => {
  const web = (...endpoints: string[]) =>
    `network_policies: { web: { endpoints: [${endpoints.join(', ')}], binaries: [{ path: /usr/bin/curl }] } }\n`;
  const to = (ports: string, words: string, host = 'a.example', what = 'access: full') =>
    `{ host: ${host}, ports: [${ports}], ${what}${grant(words)} }`;
  const once = web(to('"8000-8001"', 'max_uses: 1'));

  test('ports as a range and one by one', () => {
    expect(verdicts(once, web(to('8000, 8001', '')))).toEqual(['widens', 'narrows']);
    expect(verdicts(once, web(to('8000, 8001', 'max_uses: 1')))).toEqual(['equal', 'equal']);
    expect(verdicts(once, web(to('8000, 8001', 'max_uses: 2')))).toEqual(['widens', 'narrows']);
  });

  test('two entries in place of one', () => {
    const two = (uses: number) => web(to('8000', `max_uses: ${uses}`), to('8001', `max_uses: ${uses}`));
    expect(verdicts(once, two(100))).toEqual(['widens', 'narrows']);
    // Once each is twice in all, although no single access shows it.
    expect(verdicts(once, two(1))).toEqual(['widens', 'narrows']);
    expect(verdicts(two(1), two(1))).toEqual(['equal', 'equal']);
  });

  test('a rule for everything in place of full access', () => {
    const rules = to('"8000-8001"', '', 'a.example', 'protocol: rest, rules: [{ allow: { method: "*" } }]');
    const inspected = web(to('"8000-8001"', 'max_uses: 1', 'a.example', 'protocol: rest, access: full'));
    expect(verdicts(inspected, web(rules))).toEqual(['widens', 'narrows']);
  });

  test('an entry without a limit under a wildcard with one', () => {
    const all = to('443', 'max_uses: 1', "'*.a.example'");
    expect(verdicts(web(all), web(all, to('443', '', 'x.a.example')))).toEqual(['widens', 'narrows']);
    expect(verdicts(web(all), web(all, to('443', 'max_uses: 1', 'x.a.example')))).toEqual([
      'widens',
      'narrows',
    ]);
  });

  test('what was free before an end and limited after it is not free after it', () => {
    const held = web(to('443', END), to('443', 'max_uses: 5'));
    expect(verdicts(held, web(to('443', '')))).toEqual(['widens', 'narrows']);
  });

  test('fewer accesses with as many uses narrow', () => {
    expect(verdict(once, web(to('8000', 'max_uses: 1')))).toBe('narrows');
  });
});

test('a ceiling with limits is none for the same without them', () => {
  const text = (call: string, words: string) =>
    `syscalls: { allow: [{ ${call} }] }\nnetwork_policies: { web: { endpoints: [{ host: a.example, ports: [${words} }], binaries: [{ path: /usr/bin/curl }] } }\n`;
  const ceiling = text(`name: ptrace${grant(END)}`, `"8000-8001"], access: full${grant('max_uses: 1')}`);
  const policy = text('name: ptrace, when: [{ arg: 0, at_least: 0 }]', '8000, 8001], access: full');
  expect(proveMaximum(read(ceiling), read(ceiling))).toEqual({ outcome: 'proved' });
  expect(proveMaximum(read(ceiling), read(policy))).toEqual({ outcome: 'proved' });
  const proof = proveMaximum(read(policy), read(ceiling));
  expect(proof.outcome === 'broken' && proof.counterexamples.map(({ words }) => words)).toEqual([
    'the ceiling does not let the agent start with `syscalls:ptrace` on 2027-01-01T00:00:00.000Z',
    'the ceiling does not let the agent use `egress:web#0` more than once',
  ]);
});
