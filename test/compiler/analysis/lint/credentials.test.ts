import { expect, test } from 'vitest';
import { lintOf, owned } from '../../../support/linted.ts';
import { blueprint } from '../../../support/policy.ts';

const sections = (binaries: string, grant = '') => `filesystem_policy: { include_workdir: true }
network_policies:
  x:
    ${binaries}
    endpoints: [{ host: a.example.com, port: 443, access: read-only }, { host: b.example.com, port: 443, tls: skip }]
credentials:
  token: { credential_env: TOKEN, endpoints: [{ host: a.example.com }]${grant} }
`;

test('a credential that every program may use', () => {
  expect(lintOf(owned(sections('name: X')))).toContain('credential/any-program @ a.example.com');
  expect(lintOf(owned(sections('binaries: [/usr/bin/gh]')))).toEqual([]);
});

test('a credential for which nobody answers, and one that ends soon', () => {
  expect(lintOf(blueprint(sections('binaries: [/usr/bin/gh]')))).toContain('lint/without-owner @ token');
  const soon = ', grant: { owner: a@example.com, expires: 2026-01-05 }';
  expect(lintOf(owned(sections('binaries: [/usr/bin/gh]', soon)))).toEqual(['lint/ends-soon @ 2026-01-05']);
});
