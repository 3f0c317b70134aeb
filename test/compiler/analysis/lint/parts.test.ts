import { expect, test } from 'vitest';
import { lintOf, mend } from '../../../support/linted.ts';

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: x, description: x }\n';
const NETWORK = (name: string, rules: string, indent = '') =>
  `${indent}network_policies:\n${indent}  ${name}:\n${indent}    binaries: [/usr/bin/gh]\n${indent}    endpoints:\n${indent}      - { host: a.example.com, port: 443, ${rules} }\n`;
const READ = 'rules: [{ allow: { method: GET, path: "/a/**" } }]';

test('what a preset always brings is judged at every access level: what one level makes needless is needed at the other', () => {
  const level = `access_levels:\n  read-only: {}\n  read-write:\n${NETWORK('write', 'access: read-write', '    ')}`;
  expect(lintOf(HEAD + NETWORK('read', READ) + level)).toEqual([]);
});

test('what stands in one level is judged there', () => {
  const level = `access_levels:\n  read-only: {}\n  read-write:\n${NETWORK('again', READ, '    ')}`;
  const text = HEAD + NETWORK('read', READ) + level;
  expect(lintOf(text)).toEqual(['lint/granted-already @ a.example.com']);
  expect(mend(text)).toEqual({ text, mended: [] });
});

test('what is found at every level is reported once', () => {
  const levels = 'access_levels:\n  read-only: {}\n  read-write: {}\n';
  expect(lintOf(`${HEAD}filesystem_policy:\n  read_only: [/srv, /srv/x]\n${levels}`)).toEqual([
    'lint/path-repeats @ /srv/x',
  ]);
});

test('of a blueprint only its own text is judged, not what it extends', () => {
  const base = `apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: base }\nfilesystem_policy: { include_workdir: true, read_only: [/srv, /srv/x] }\n`;
  const text = `apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: top }\nextends:\n  - file: base.yaml\n`;
  expect(lintOf(text, { files: { 'base.yaml': base } })).toEqual([]);
  expect(lintOf(base)).toEqual(['lint/path-repeats @ /srv/x']);
});

test('a policy of OpenShell is linted as it is', () => {
  const text = `version: 1
filesystem_policy:
  read_only: [/usr, /usr/share]
  read_write: [/tmp, /data, /work/project]
process: { run_as_user: sandbox, run_as_group: sandbox }
network_policies:
  api:
    name: api
    endpoints:
      - { host: a.example.com, port: 443, protocol: rest, tls: terminate, enforcement: enforce, access: read-only }
    binaries: [{ path: /usr/bin/gh }]
`;
  expect(lintOf(text).filter((one) => one.startsWith('lint/'))).toEqual([
    'lint/path-repeats @ /usr/share',
    'lint/without-owner @ /data',
    'lint/without-owner @ api',
  ]);
  expect(mend(text).text).toContain('read_only: [/usr]\n');
});

test('a denial that one access level needs is not reported for the other', () => {
  const preset = (level: string) =>
    `${HEAD}filesystem_policy:\n  deny: [/srv/x]\naccess_levels:\n  read-only: {}\n  read-write: ${level}\n`;
  expect(lintOf(preset('{ filesystem_policy: { read_only: [/srv] } }'))).toEqual([]);
  expect(lintOf(preset('{}'))).toEqual(['filesystem/denies-nothing @ /srv/x']);
});
