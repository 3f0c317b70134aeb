import { describe, expect, test } from 'vitest';
import type { Access, EgressAccess } from '../../../compiler/ir/access.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import type { FileRight } from '../../../compiler/ir/filesystem.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

/** `allow` or why not, with the grant that decided. */
function verdict(policy: ReturnType<typeof policyOf>, access: Access): string {
  const decision = decide(policy, access);
  const by = decision.by === null ? '' : ` by ${decision.by.id}`;
  return decision.verdict === 'allow' ? `allow${by}` : `${decision.why}${by}`;
}

describe('files', () => {
  const policy = policyOf(
    blueprint(`
filesystem_policy:
  include_workdir: true
  read_only: [/usr, "\${workdir}/vendor", { path: /opt/data, execute: false }]
  read_write: [/usr/local/cache]
  scratch: [/tmp]
  deny: ["\${workdir}/.env"]
`),
  );
  test.each<[string, FileRight, string]>([
    ['/usr/bin/env', 'execute', 'allow by filesystem:/usr'],
    ['/usr/bin/env', 'write_file', 'not-included by filesystem:/usr'],
    ['/usr/local/cache/a/b', 'make_reg', 'allow by filesystem:/usr/local/cache'],
    ['/usrx', 'read_file', 'not-granted'],
    ['/work/project/src/a.ts', 'write_file', 'allow by filesystem:/work/project'],
    ['/work/project/vendor/a', 'write_file', 'not-included by filesystem:/work/project/vendor'],
    ['/work/project/vendor/a', 'read_file', 'allow by filesystem:/work/project/vendor'],
    ['/work/project/.env', 'read_file', 'denied by filesystem:/work/project/.env'],
    ['/work/project/.env/below', 'read_file', 'denied by filesystem:/work/project/.env'],
    ['/work/project/.environment', 'read_file', 'allow by filesystem:/work/project'],
    ['/opt/data/x', 'execute', 'not-included by filesystem:/opt/data'],
    ['/tmp/x', 'make_reg', 'allow by filesystem:/tmp'],
    ['/tmp/x', 'make_char', 'not-included by filesystem:/tmp'],
    ['relative', 'read_file', 'invalid-access'],
    ['/usr/../etc/shadow', 'read_file', 'invalid-access'],
    ['/', 'read_dir', 'not-granted'],
  ])('%s %s: %s', (path, right, expected) => {
    expect(verdict(policy, { facet: 'filesystem', path, right })).toBe(expected);
  });
});

describe('syscalls', () => {
  const policy = policyOf(
    blueprint(`
filesystem_policy: { include_workdir: true }
syscalls:
  allow: [{ name: socket, when: [{ arg: 0, equals: AF_PACKET }] }]
  deny: [{ name: kill, when: [{ arg: 1, equals: 9 }] }, "@mount"]
`),
  );
  test.each<[string, bigint[], string]>([
    ['read', [], 'allow'],
    ['socket', [17n, 3n, 0n], 'allow by syscalls:socket'],
    ['kill', [1n, 15n], 'allow'],
    ['kill', [1n, 9n], 'denied by syscalls:kill'],
    ['mount', [], 'denied by syscalls:@mount'],
    ['ptrace', [], 'not-granted'],
    ['no_such_call', [], 'not-granted'],
  ])('%s %s: %s', (name, args, expected) => {
    expect(verdict(policy, { facet: 'syscalls', name, args })).toMatch(new RegExp(`^${expected}`));
  });
});

describe('egress', () => {
  const policy = policyOf(
    blueprint(`
filesystem_policy: { include_workdir: true }
network_policies:
  api:
    endpoints:
      - host: api.example.com
        port: 443
        rules:
          - allow: { method: GET, path: "/v1/**" }
          - allow: { method: POST, path: /v1/search, query: { kind: "issue*" } }
        deny_rules:
          - { method: "*", path: "/v1/admin/**" }
        grant: { owner: "@sec", expires: 2027-01-01 }
    binaries: [{ path: /usr/bin/curl }]
  tunnel:
    endpoints: [{ host: "*.tunnel.example", ports: [22, "8000-8010"], protocol: tcp }]
  inside:
    endpoints: [{ host: db.example, port: 5432, protocol: tcp, allowed_ips: [10.0.0.0/8] }]
`),
  );
  const base: EgressAccess = {
    facet: 'egress',
    host: 'api.example.com',
    port: 443,
    binary: '/usr/bin/curl',
    sha256: null,
    address: '93.184.216.34',
    http: { method: 'GET', path: '/v1/x', query: [], operations: ALL },
    at: Date.UTC(2026, 6, 1),
  };
  const search = (...query: [string, string][]) => ({
    method: 'POST',
    path: '/v1/search',
    query,
    operations: ALL,
  });
  test.each<[string, Partial<EgressAccess>, string]>([
    ['a granted request', {}, 'allow by egress:api#0'],
    ['in capitals, with a final dot', { host: 'API.Example.COM.' }, 'allow by egress:api#0'],
    [
      'HEAD comes with GET',
      { http: { method: 'HEAD', path: '/v1/x', query: [], operations: ALL } },
      'allow by egress:api#0',
    ],
    [
      'the folder itself is not below it',
      { http: { method: 'GET', path: '/v1', query: [], operations: ALL } },
      'not-included by egress:api#0',
    ],
    [
      'another method',
      { http: { method: 'DELETE', path: '/v1/x', query: [], operations: ALL } },
      'not-included by egress:api#0',
    ],
    [
      'a denied path',
      { http: { method: 'GET', path: '/v1/admin/x', query: [], operations: ALL } },
      'denied by egress:api#0',
    ],
    [
      'a denied path in escapes',
      { http: { method: 'GET', path: '/v1/%61dmin/x', query: [], operations: ALL } },
      'denied by egress:api#0',
    ],
    [
      'a denied path behind an escaped slash',
      { http: { method: 'GET', path: '/v1/admin%2fx', query: [], operations: ALL } },
      'denied by egress:api#0',
    ],
    [
      'an escaped slash that may be read either way',
      { http: { method: 'GET', path: '/v1/@a%2Fb', query: [], operations: ALL } },
      'allow by egress:api#0',
    ],
    [
      'a path that is granted only when an escaped slash is one',
      { http: { method: 'GET', path: '/v1%2fx', query: [], operations: ALL } },
      'not-included by egress:api#0',
    ],
    [
      'dot segments',
      { http: { method: 'GET', path: '/v1/x/../admin/x', query: [], operations: ALL } },
      'invalid-access',
    ],
    ['a query that fits', { http: search(['kind', 'issue-1']) }, 'allow by egress:api#0'],
    [
      'a query key twice, one value off',
      { http: search(['kind', 'issue'], ['kind', 'pr']) },
      'not-included by egress:api#0',
    ],
    ['a query key that is missing', { http: search() }, 'not-included by egress:api#0'],
    ['an opaque tunnel', { http: null }, 'denied by egress:api#0'],
    ['another binary', { binary: '/usr/bin/wget' }, 'not-granted'],
    ['a binary with a final slash', { binary: '/usr/bin/curl/' }, 'allow by egress:api#0'],
    ['a port that is none', { host: 'a.tunnel.example', port: 8000.5, http: null }, 'invalid-access'],
    ['a time that is none', { at: Number.NaN }, 'invalid-access'],
    [
      'a query value with a NUL',
      { http: { method: 'GET', path: '/v1/x', query: [['other', 'a\0b']], operations: ALL } },
      'invalid-access',
    ],
    [
      'a query value with half a character',
      { http: { method: 'GET', path: '/v1/x', query: [['other', '\ud83d']], operations: ALL } },
      'invalid-access',
    ],
    ['another port', { port: 80 }, 'not-granted'],
    ['another host', { host: 'x.api.example.com' }, 'not-granted'],
    ['a private address behind the name', { address: '10.0.0.1' }, 'not-included by egress:api#0'],
    ['the metadata address, mapped', { address: '::ffff:169.254.169.254' }, 'not-included by egress:api#0'],
    ['just before the end', { at: Date.UTC(2027, 0, 2) - 1 }, 'allow by egress:api#0'],
    ['at the end', { at: Date.UTC(2027, 0, 2) }, 'expired by egress:api#0'],
    [
      'a tunnel',
      { host: 'a.tunnel.example', port: 8005, http: null, binary: '/any' },
      'allow by egress:tunnel#0',
    ],
    ['two labels for one star', { host: 'a.b.tunnel.example', port: 22, http: null }, 'not-granted'],
    [
      'a private address that is named',
      { host: 'db.example', port: 5432, address: '10.1.2.3', http: null },
      'allow by egress:inside#0',
    ],
    [
      'a public one where private are named',
      { host: 'db.example', port: 5432, http: null },
      'not-included by egress:inside#0',
    ],
    ['an odd spelling of an address', { host: '0x7f.1' }, 'invalid-access'],
  ])('%s', (_, change, expected) => {
    expect(verdict(policy, { ...base, ...change })).toBe(expected);
  });
});

describe('process, resources and inference', () => {
  const policy = policyOf(
    blueprint(`
filesystem_policy: { include_workdir: true }
process:
  run_as_user: alice
  environment: [PATH, "LC_*", { name: CI, value: "1" }]
resources: { open_files: 256, process_memory: 2GiB }
inference:
  routes:
    - { name: main, provider: openai, endpoint: "https://models.example/v1", models: [small] }
`),
  );
  test.each<[string, Access, string]>([
    ['a passed variable', { facet: 'process', environment: 'PATH' }, 'allow by process:PATH'],
    ['one by its beginning', { facet: 'process', environment: 'LC_ALL' }, 'allow by process:LC_*'],
    ['one with a fixed value', { facet: 'process', environment: 'CI' }, 'not-included by process:CI'],
    ['a secret', { facet: 'process', environment: 'AWS_SECRET_ACCESS_KEY' }, 'not-granted'],
    ['the user', { facet: 'process', uid: 1001 }, 'allow by process:identity'],
    ['root', { facet: 'process', uid: 0 }, 'not-included by process:identity'],
    [
      'within a limit',
      { facet: 'resources', resource: 'open_files', amount: 256 },
      'allow by resources:open_files',
    ],
    [
      'above it',
      { facet: 'resources', resource: 'process_memory', amount: 2 ** 31 + 1 },
      'denied by resources:process_memory',
    ],
    ['no limit', { facet: 'resources', resource: 'cpu_time', amount: 1e6 }, 'allow by resources:unlimited'],
    ['a model', { facet: 'inference', route: 'main', model: 'small' }, 'allow by inference:main'],
    [
      'another model',
      { facet: 'inference', route: 'main', model: 'large' },
      'not-included by inference:main',
    ],
    ['another route', { facet: 'inference', route: 'side', model: 'small' }, 'not-granted'],
  ])('%s', (_, access, expected) => {
    expect(verdict(policy, access)).toBe(expected);
  });
});
