import { describe, expect, test } from 'vitest';
import { findingsIn, lintOf, mend, owned } from '../../../support/linted.ts';

const FIXED = 'filesystem_policy:\n  read_write: [/work/project]\n';

/** Found in the text, left by `--fix`, and the help says why. */
function expectLeft(text: string, found: string, why: string): void {
  expect(lintOf(text)).toContain(found);
  const [code] = found.split(' @ ');
  const one = findingsIn(text).find(({ diagnostic }) => diagnostic.name === code);
  expect(one?.fix).toBe(null);
  expect(one?.diagnostic.help).toContain(`; \`--fix\` leaves it, as ${why}`);
  expect(mend(text)).toEqual({ text, mended: [] });
}

const BOUND = 'other variables, another home or another working folder could make it matter';
const EXTENDED = 'a file that extends this one could make it matter';
const NOTED = 'it says by itself who answers for it, or how long';

describe('a path without effect stays where another binding could give it one', () => {
  test.each([
    ['it is named by a variable', 'read_only: [/srv, "${data}"]', '"${data}"'],
    ['the one above it is', 'read_only: ["${top}", /srv/x/y]', '/srv/x/y'],
    [
      'a writable folder could be moved onto it',
      'read_only: [/srv, /srv/x]\n  scratch: ["${cache}"]',
      '/srv/x',
    ],
    ['one could be moved between', 'read_only: [/srv, /srv/x/y]\n  scratch: ["${cache}/x"]', '/srv/x/y'],
    ['the home could be', 'read_only: [/srv, /srv/.cache/x]\n  scratch: ["${home}/.cache"]', '/srv/.cache/x'],
  ])('%s', (_why, lines, place) => {
    const variables = 'variables: { data: /srv/x, top: /srv, cache: /var/tmp/c }\n';
    expectLeft(owned(`${FIXED}  ${lines}\n${variables}`), `lint/path-repeats @ ${place}`, BOUND);
  });

  test('the working folder could be anywhere', () => {
    const text = owned('filesystem_policy:\n  include_workdir: true\n  read_only: [/srv, /srv/x]\n');
    expectLeft(text, 'lint/path-repeats @ /srv/x', BOUND);
  });

  test('and goes where no binding can', () => {
    const text = owned(`${FIXED}  read_only: [/srv, /srv/x, "\${home}/.cache/a"]\n`);
    expect(mend(text).text).toContain('read_only: [/srv, "${home}/.cache/a"]');
  });
});

describe('denials', () => {
  test('of paths, by whatever binding they deny nothing', () => {
    const text = owned(`${FIXED}  deny: ["\${home}/.ssh", /nowhere]\n`);
    expect(lintOf(text)).toContain('filesystem/denies-nothing @ /nowhere');
    expect(mend(text)).toEqual({ text, mended: [] });
  });

  test('do not go with an endpoint, a port or a program that needs no longer be there', () => {
    const endpoint = (more: string) =>
      `      - { host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/a/**" } }]${more} }\n`;
    const text = owned(
      `${FIXED}network_policies:\n  w:\n    binaries: [/usr/bin/gh]\n    endpoints:\n${endpoint('')}${endpoint(', deny_rules: [{ method: DELETE }]')}`,
    );
    expectLeft(text, 'lint/granted-already @ a.example.com', 'its denials would go with it');
  });
});

test('an entry of the network stays where a variable decides what covers it', () => {
  const text = owned(
    `${FIXED}variables: { host: "*.example.com" }\nnetwork_policies:\n  w:\n    binaries: [/usr/bin/gh]\n    endpoints:\n      - { host: "\${host}", port: 443, access: read-only }\n      - { host: a.example.com, port: 443, access: read-only }\n`,
  );
  expectLeft(text, 'lint/granted-already @ a.example.com', BOUND);
});

test.each([
  ['lint/path-repeats @ /srv/x', '  read_only: [/srv, { path: /srv/x, grant: { owner: me, reason: r } }]\n'],
  [
    'lint/variable-covered @ LC_ALL',
    'process:\n  environment: [LC_*, { name: LC_ALL, grant: { reason: r } }]\n',
  ],
  [
    'lint/syscall-allowed-already @ read',
    'syscalls:\n  allow: [{ name: read, grant: { expires: 2027-01-01 } }]\n',
  ],
])('%s stays where it carries a grant of its own', (found, lines) => {
  expectLeft(owned(`${FIXED}${lines}`), found, NOTED);
});

test.each([
  ['lint/path-repeats @ /srv/x', 'filesystem_policy: { read_only: [/srv, /srv/x] }\n'],
  ['lint/variable-covered @ LC_ALL', 'process:\n  environment: [LC_*, LC_ALL]\n'],
  ['lint/syscall-allowed-already @ read', 'syscalls:\n  allow: [read]\n'],
])('%s stays in a part, whatever it is', (found, lines) => {
  const head = 'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: x, description: x }\n';
  expectLeft(head + lines, found, EXTENDED);
});

test("a fix that would change what the file's own tests say is not made", () => {
  const endpoint = (host: string) => `      - { host: ${host}, port: 443, access: read-only }\n`;
  const text = (by: string) =>
    owned(
      `${FIXED}network_policies:\n  w:\n    binaries: [/usr/bin/gh]\n    endpoints:\n${endpoint('a.example.com')}${endpoint('a.example.com')}${endpoint('b.example.com')}` +
        `tests:\n  - name: reads b\n    expect: allow\n    access: { egress: { host: b.example.com, port: 443, binary: /usr/bin/gh, method: GET, path: /x } }\n${by}`,
    );
  expectLeft(
    text('    by: "egress:w#2"\n'),
    'lint/granted-already @ a.example.com',
    'a test of the file names grants of this network policy by their places in it',
  );
  expect(mend(text('')).mended).toEqual(['lint/granted-already @ a.example.com']);
});

test('nor one that takes an ended entry out above an entry that a test names', () => {
  const text = owned(
    `${FIXED}network_policies:\n  w:\n    binaries: [/usr/bin/gh]\n    endpoints:\n` +
      '      - { host: a.example.com, port: 443, access: read-only, grant: { expires: 2020-01-01 } }\n' +
      '      - { host: b.example.com, port: 443, access: read-only }\n',
  );
  const tests = (by: string) =>
    `tests:\n  - name: reads b\n    expect: allow\n    access: { egress: { host: b.example.com, port: 443, binary: /usr/bin/gh, method: GET, path: /x } }\n${by}`;
  const named = text + tests('    by: "egress:w#1"\n');
  expect(mend(named)).toEqual({ text: named, mended: [] });
  expect(mend(text + tests('')).text).not.toContain('a.example.com');
});
