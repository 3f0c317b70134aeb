import { expect, test } from 'vitest';
import { endedGrants } from '../../../compiler/ir/ended-grants.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

const grant = (expires: string) => `grant: { owner: "@sec", expires: ${expires} }`;

const policy = policyOf(
  blueprint(`
filesystem_policy:
  include_workdir: true
  read_only: [{ path: /opt/a, ${grant('2026-06-30')} }, /usr]
syscalls:
  allow: [{ name: ptrace, ${grant('2026-07-01T12:00:00+02:00')} }]
network_policies:
  x: { endpoints: [{ host: a.example, port: 443, access: full, ${grant('2020-01-01')} }] }
`),
);

test.each([
  ['the last moment of the day', Date.UTC(2026, 6, 1) - 1, []],
  [
    'the next day',
    Date.UTC(2026, 6, 1),
    [[8, '/opt/a', 'the grant of `filesystem:/opt/a` ended on 2026-07-01T00:00:00.000Z']],
  ],
  [
    'after both',
    Date.UTC(2026, 6, 1, 10),
    [
      [8, '/opt/a', 'the grant of `filesystem:/opt/a` ended on 2026-07-01T00:00:00.000Z'],
      [10, 'ptrace', 'the grant of `syscalls:ptrace` ended on 2026-07-01T10:00:00.000Z'],
    ],
  ],
])('%s', (_, now, expected) => {
  const found = endedGrants(policy, now).map(({ code, message, primary }) => {
    const { source, start, end } = primary!;
    expect(code).toBe('NC1471');
    return [source.positionAt(start).line, source.text.slice(start, end), message];
  });
  expect(found).toEqual(expected);
});
