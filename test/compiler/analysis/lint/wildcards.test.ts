import { describe, expect, test } from 'vitest';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { globToAutomaton, parseGlob } from '../../../../compiler/domain/glob.ts';
import { findingsIn, lintOf, owned } from '../../../support/linted.ts';

const to = (endpoint: string, binaries = 'binaries: [/usr/bin/gh]') =>
  owned(
    `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  x:\n    ${binaries === '' ? 'name: X' : binaries}\n    endpoints:\n      - { ${endpoint} }\n`,
  );
const PLAIN = 'host: a.example.com, port: 443, access: read-only';

describe('any program', () => {
  test.each([
    ['where none is named', '', 'x'],
    ['wherever it stands', 'binaries: ["/**"]', '"/**"'],
    ['of one name anywhere', 'binaries: [/usr/bin/gh, "/**/curl"]', '"/**/curl"'],
  ])('%s', (_name, binaries, underlined) => {
    expect(lintOf(to(PLAIN, binaries))).toContain(`lint/any-program @ ${underlined}`);
  });

  test.each([
    'binaries: [/usr/bin/gh]',
    'binaries: ["/usr/lib/**/gh"]',
    `binaries: [{ path: "/**/gh", sha256: ${'a'.repeat(64)} }]`,
  ])('not %s', (binaries) => {
    expect(lintOf(to(PLAIN, binaries))).toEqual([]);
  });
});

test.each([
  ['host: a.example.com, ports: [443, "1-65535"], access: read-only', 'lint/wide-ports @ "1-65535"'],
  ['host: a.example.com, port: 443, access: full', 'lint/full-access @ full'],
  ['host: "**.example.com", port: 443, access: read-only', 'lint/deep-wildcard-host @ "**.example.com"'],
  ['host: a.example.com, port: 443, access: read-only, enforcement: audit', 'lint/only-logged @ audit'],
])('%s', (endpoint, found) => {
  expect(lintOf(to(endpoint))).toContain(found);
});

test.each([
  'host: a.example.com, port: "8000-8999", access: read-write',
  'host: "*.example.com", port: 443, access: read-only, enforcement: enforce',
])('nothing about %s', (endpoint) => {
  expect(lintOf(to(endpoint))).toEqual([]);
});

describe('costly patterns', () => {
  const withPath = (path: string) =>
    to(`host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "${path}" } }]`);

  test.each([
    ['/*a????', 16],
    ['/x/*ab?c?', 4],
    ['/**/*a?/b', 2],
  ])('in a path: %s', (path, states) => {
    expect(lintOf(withPath(path))).toEqual([`lint/costly-pattern @ "${path}"`]);
    const messages = findingsIn(withPath(path)).map(({ diagnostic }) => diagnostic.message);
    expect(messages).toContainEqual(expect.stringContaining(`up to ${states} cases`));
  });

  test('in a host, which is read from its end, in a program and in a query value', () => {
    const text = to(
      'host: "?a*.example.com", port: 443, rules: [{ allow: { method: GET, query: { q: "*a?" } } }]',
      'binaries: ["/usr/bin/*a?"]',
    );
    expect(lintOf(text)).toEqual([
      'lint/costly-pattern @ "/usr/bin/*a?"',
      // As `java8`.
      'lint/interpreter @ "/usr/bin/*a?"',
      'lint/costly-pattern @ "?a*.example.com"',
      'lint/costly-pattern @ "*a?"',
    ]);
  });

  test.each([
    ['json-rpc', 'rpc_method: "*a?"'],
    ['mcp', 'tool: "*a?"'],
    ['graphql', 'operation_name: "*a?"'],
    ['graphql', 'operation_type: query, fields: [ok, "*a?"]'],
    ['websocket', 'message: "*a?"'],
  ])('inside requests of %s: %s', (protocol, rule) => {
    const text = to(`host: a.example.com, port: 443, protocol: ${protocol}, rules: [{ allow: { ${rule} } }]`);
    expect(lintOf(text)).toEqual(['lint/costly-pattern @ "*a?"']);
  });

  test.each(['/*??', '/??*', '/a?/*b', '/*a/????', '/**/????', '/*abc'])('not %s', (path) => {
    expect(lintOf(withPath(path))).toEqual([]);
  });

  test('the doubling is real', () => {
    const statesOf = (text: string) => {
      const parsed = parseGlob(text, 'url');
      return parsed.ok ? globToAutomaton(parsed.glob, new Budget(1_000_000))!.rows.length : 0;
    };
    expect(statesOf(`/*a${'?'.repeat(10)}`)).toBeGreaterThan(2 ** 10);
    expect(statesOf(`/*a/${'?'.repeat(10)}`)).toBeLessThan(50);
    expect(statesOf(`/*${'?'.repeat(10)}`)).toBeLessThan(50);
  });
});
