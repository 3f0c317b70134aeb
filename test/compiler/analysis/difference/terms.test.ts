import { describe, expect, test } from 'vitest';
import { termChanges } from '../../../../compiler/analysis/difference/terms.ts';
import { changeLine } from '../../../support/changes.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

function lines(old: string, next: string): string[] {
  const FILES = 'filesystem_policy: { include_workdir: true }\n';
  const read = (text: string) =>
    policyOf(blueprint(text.includes('filesystem_policy') ? text : FILES + text));
  return termChanges(read(old), read(next)).changes.map(changeLine);
}

const data = (grant: string) =>
  `filesystem_policy: { include_workdir: true, read_only: [{ path: /data, grant: { owner: me, reason: x${grant} } }] }\n`;
const endpoint = (host: string, access: string, grant: string) =>
  `{ host: ${host}, port: 443, access: ${access}, grant: { owner: me, reason: x${grant} } }`;
const network = (...endpoints: string[]) =>
  `network_policies: { web: { endpoints: [${endpoints.join(', ')}], binaries: [{ path: /usr/bin/curl }] } }\n`;

test('a protected path that may be missing now can be made by the agent, and no other way round', () => {
  const rules = (optional: string) =>
    `filesystem_policy: { include_workdir: true, read_only: [{ path: "\${workdir}/.agent", optional: ${optional} }] }\n`;
  expect(lines(rules('false'), rules('true'))).toEqual([
    'widens high filesystem [may-be-missing] {path: /work/project/.agent} ' +
      '(make `/work/project/.agent` where it is missing at the start) <- changed new filesystem:/work/project/.agent',
  ]);
  expect(lines(rules('true'), rules('false'))).toEqual([
    'narrows low filesystem [removed] {path: /work/project/.agent} ' +
      '(make `/work/project/.agent` where it is missing at the start) <- changed new filesystem:/work/project/.agent',
  ]);
  const apart = (optional: string) =>
    `filesystem_policy: { include_workdir: true, read_only: [{ path: /opt, optional: ${optional} }] }\n`;
  expect(lines(apart('false'), apart('true'))).toEqual([]);
});

describe('the end of a grant', () => {
  test('later, never, sooner', () => {
    const at = 'start with `filesystem:/data` on 2030-01-02T00:00:00.000Z';
    expect(lines(data(', expires: 2030-01-01'), data(', expires: 2031-01-01'))).toEqual([
      'widens low filesystem [expiry-extended] {grant: filesystem:/data | time: from 2030-01-02T00:00:00.000Z and ' +
        `before 2031-01-02T00:00:00.000Z} (${at}) <- changed new filesystem:/data`,
    ]);
    expect(lines(data(', expires: 2030-01-01'), data(''))).toEqual([
      'widens low filesystem [expiry-extended] {grant: filesystem:/data | time: from 2030-01-02T00:00:00.000Z} ' +
        `(${at}) <- changed new filesystem:/data`,
    ]);
    expect(lines(data(''), data(', expires: 2030-01-01'))).toEqual([
      'narrows low filesystem [removed] {grant: filesystem:/data | time: from 2030-01-02T00:00:00.000Z} ' +
        `(${at}) <- changed new filesystem:/data`,
    ]);
  });

  test('is no term of egress, where the time is a part of each access', () => {
    const web = (grant: string) => network(endpoint('a.example', 'full', grant));
    expect(lines(web(', expires: 2030-01-01'), web(''))).toEqual([]);
  });

  test('an owner or a reason is no term', () => {
    expect(lines(data(''), data(', ticket: OPS-1, approved_by: you'))).toEqual([]);
  });

  test('a grant that stands for many calls is one change', () => {
    const clock = (grant: string) =>
      `syscalls: { allow: [{ name: "@clock", grant: { owner: me, reason: x${grant} } }] }\n`;
    expect(lines(clock(', expires: 2030-01-01'), clock(''))).toHaveLength(1);
  });
});

describe('uses', () => {
  const a = (grant: string) => endpoint('a.example', 'full', grant);

  test('more, without a limit, fewer', () => {
    expect(lines(network(a(', max_uses: 1')), network(a(', max_uses: 5')))).toEqual([
      'widens low egress [uses-raised] {grant: egress:web#0 | uses: more than 1 and at most 5} ' +
        '(use `egress:web#0` more than once) <- changed new egress:web#0',
    ]);
    expect(lines(network(a('')), network(a(', max_uses: 5')))).toEqual([
      'narrows low egress [removed] {grant: egress:web#0 | uses: more than 5} ' +
        '(use `egress:web#0` more than 5 times) <- changed new egress:web#0',
    ]);
  });

  test('entries are matched by what they say, not by where they stand', () => {
    const get = (grant: string) => endpoint('a.example', 'read-only', grant);
    const before = network(a(', max_uses: 5'), get(', max_uses: 7'));
    expect(lines(before, network(get(', max_uses: 7'), a(', max_uses: 5')))).toEqual([]);
    const swapped = lines(before, network(a(', max_uses: 7'), get(', max_uses: 5')));
    expect(swapped.map((line) => line.split(' ')[0])).toEqual(['widens', 'narrows']);
    expect(lines(before, network(endpoint('b.example', 'full', ', max_uses: 9')))).toEqual([]);
  });

  test('the same words twice may be used as often as both together', () => {
    expect(lines(network(a(', max_uses: 5')), network(a(', max_uses: 2'), a(', max_uses: 3')))).toEqual([]);
    expect(lines(network(a(', max_uses: 5')), network(a(', max_uses: 5'), a(', max_uses: 5')))).toHaveLength(
      1,
    );
  });
});

describe('accepted gaps', () => {
  const accept = (...gaps: string[]) =>
    `accept: [${gaps.map((gap) => `{ gap: ${gap}, reason: x }`).join(', ')}]\n`;

  test('new, gone, and the same for another reason', () => {
    const set = '{gap: filesystem/landlock-abi} (run with the gap `filesystem/landlock-abi` open)';
    expect(lines('', accept('filesystem/landlock-abi'))).toEqual([
      `widens critical enforcement [gap-accepted] ${set} <- granted new accept:filesystem/landlock-abi`,
    ]);
    expect(lines(accept('filesystem/landlock-abi'), '')).toEqual([
      `narrows low enforcement [removed] ${set} <- grant-removed old accept:filesystem/landlock-abi`,
    ]);
    const other = accept('filesystem/landlock-abi').replace('reason: x', 'reason: y');
    expect(lines(accept('filesystem/landlock-abi'), other)).toEqual([]);
  });
});
