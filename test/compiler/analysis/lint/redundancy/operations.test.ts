import { expect, test } from 'vitest';
import { lintOf, owned } from '../../../../support/linted.ts';

const mcp = (rules: string, more = '') =>
  owned(
    `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  x:\n    binaries: [/usr/bin/gh]\n    endpoints:\n      - { host: a.example.com, port: 443, protocol: mcp, rules: [${rules}]${more} }\n`,
  );

test.each([
  [
    '{ allow: { tool: "search_*" } }, { allow: { tool: search_web } }',
    '',
    ['lint/granted-already @ { tool: search_web }'],
  ],
  [
    '{ allow: { tool: a } }, { allow: { rpc_method: tools/call } }',
    '',
    ['lint/granted-already @ { tool: a }'],
  ],
  ['{ allow: { tool: a } }, { allow: { tool: b } }, { allow: { method: GET } }', '', []],
  ['{ allow: { tool: a } }', ', deny_rules: [{ tool: b }]', ['lint/denial-without-effect @ { tool: b }']],
  ['{ allow: { tool: "*" } }', ', deny_rules: [{ tool: b }]', []],
])('%s%s', (rules, more, expected) => {
  expect(lintOf(mcp(rules, more))).toEqual(expected);
});
