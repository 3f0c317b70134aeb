import { describe, expect, test } from 'vitest';
import { decide } from '../../../compiler/ir/decide.ts';
import { blueprint, describe as described, load } from '../../support/policy.ts';

/** Each refused text, and what is underlined under which name. */
const REFUSED: readonly (readonly [sections: string, expected: string])[] = [
  ['filesystem_policy: { read_only: [usr] }', 'filesystem/invalid-path @ usr'],
  ['filesystem_policy: { read_only: [/usr/../etc] }', 'filesystem/invalid-path @ /usr/../etc'],
  ['filesystem_policy: { read_write: [/] }', 'filesystem/root @ /'],
  ['filesystem_policy: { read_only: [/] }', 'filesystem/root @ /'],
  ['filesystem_policy: { deny: [/] }', 'filesystem/root @ /'],
  ['filesystem_policy: { read_only: ["/a\\nb"] }', 'filesystem/invalid-path @ "/a\\nb"'],
  ['filesystem_policy: { read_only: ["/var/*"] }', 'filesystem/invalid-path @ "/var/*"'],
  ['filesystem_policy: { read_write: [/proc] }', 'filesystem/proc-writable @ /proc'],
  [`filesystem_policy: { deny: [${'/a'.repeat(65)}] }`, `filesystem/invalid-path @ ${'/a'.repeat(65)}`],
  ['filesystem_policy: { read_only: [/proc/self] }', 'filesystem/below-proc @ /proc/self'],
  ['process: { run_as_user: nobdoy }', 'process/unknown-user @ nobdoy'],
  ['process: { run_as_user: "1000", run_as_group: staffs }', 'process/unknown-user @ staffs'],
  ['process: { run_as_user: "0" }', 'process/root @ "0"'],
  ['process: { run_as_group: "1000" }', 'process/group-without-user @ "1000"'],
  ['syscalls: { allow: [ptrase] }', 'syscalls/unknown-name @ ptrase'],
  ['syscalls: { deny: ["@mounts"] }', 'syscalls/unknown-name @ "@mounts"'],
  ['syscalls: { profile: agnet }', 'syscalls/unknown-profile @ agnet'],
  ['syscalls: { deny: [{ name: mount, errno: EPREM }] }', 'syscalls/unknown-error @ EPREM'],
  [
    'syscalls: { allow: [{ name: socket, when: [{ arg: 0, equals: AF_UNXI }] }] }',
    'syscalls/unknown-constant @ AF_UNXI',
  ],
  [
    'syscalls: { allow: [{ name: socket, when: [{ arg: 5, equals: 1 }] }] }',
    'syscalls/invalid-condition @ 5',
  ],
  [
    'syscalls: { deny: [{ name: ioctl, when: [{ arg: 1, equals: 0x100005412 }] }] }',
    'syscalls/invalid-condition @ 0x100005412',
  ],
  [
    'syscalls: { deny: [{ name: clone, when: [{ arg: 0, mask: 0x1, equals: 0x2 }] }] }',
    'syscalls/invalid-condition @ 0x2',
  ],
  ['syscalls: { deny: [execve] }', 'syscalls/execve-needed @ execve'],
  ['resources: { process_memory: 512MX }', 'schema/invalid-format @ 512MX'],
  ['resources: { open_files: 0 }', 'schema/out-of-range @ 0'],
  [endpoint('host: https://api.github.com', 'access: full'), 'egress/invalid-host @ https://api.github.com'],
  [endpoint('host: "*"', 'access: full'), 'egress/invalid-host @ "*"'],
  [endpoint('host: 010.0.0.1', 'access: full'), 'egress/invalid-host @ 010.0.0.1'],
  [endpoint('host: a.example'), 'egress/says-nothing @ a.example'],
  [endpoint('host: a.example', 'tls: skip', 'access: full'), 'blueprint/no-requests-to-check @ access'],
  [
    endpoint('host: a.example', 'rules: [{ allow: { method: GTE, path: /a } }]'),
    'egress/invalid-method @ GTE',
  ],
  [
    endpoint('host: a.example', 'rules: [{ allow: { method: GET, path: "/a/[b]" } }]'),
    'egress/invalid-pattern @ "/a/[b]"',
  ],
  [
    endpoint('host: a.example', 'access: full', 'allowed_ips: [10.0.0.1/8]'),
    'egress/invalid-address @ 10.0.0.1/8',
  ],
  [
    'inference: { routes: [{ name: m, provider: openai, endpoint: "http://models.example/v1" }] }',
    'inference/invalid-endpoint @ "http://models.example/v1"',
  ],
  [
    'inference: { routes: [{ name: m, provider: openai, endpoint: "https://u:p@models.example/v1" }] }',
    'inference/invalid-endpoint @ "https://u:p@models.example/v1"',
  ],
  [
    'filesystem_policy: { read_only: [{ path: /usr, grant: { owner: a, expires: 2027-02-30 } }] }',
    'grant/invalid-time @ 2027-02-30',
  ],
];

function endpoint(...keys: string[]): string {
  const port = keys.some((key) => key.startsWith('port')) ? [] : ['port: 443'];
  return `network_policies: { x: { endpoints: [{ ${[...keys, ...port].join(', ')} }] } }`;
}

const WORKDIR = 'filesystem_policy: { include_workdir: true }\n';

test.each(REFUSED)('%s', (sections, expected) => {
  const text = sections.startsWith('filesystem_policy') ? sections : WORKDIR + sections;
  const { policy, diagnostics } = load(blueprint(text));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(described);
  expect(policy).toBeNull();
  expect(errors).toContain(expected);
});

test.each(['0', '70000', '-1', '"80-79"', '"http"'])('port %s', (port) => {
  const { policy, diagnostics } = load(
    blueprint(WORKDIR + endpoint('host: a.example', 'access: full', `port: ${port}`)),
  );
  expect(policy).toBeNull();
  expect(diagnostics.map(described).join()).toContain(` @ ${port}`);
});

test('a working folder that is not granted is said before anything runs', () => {
  const { policy, diagnostics } = load(blueprint('filesystem_policy: { read_only: [/usr] }'));
  expect(policy).toBeNull();
  expect(diagnostics.map(({ name }) => name)).toContain('filesystem/workdir-not-granted');
});

test.each([
  ['read_only: [/var/run/docker.sock]', 'filesystem/sockets @ /var/run/docker.sock'],
  ['read_write: [/run/user/1000]', 'filesystem/sockets @ /run/user/1000'],
  ['read_only: [/usr, /bin], deny: [/usr/bin/perl]', 'filesystem/denied-by-one-name @ /usr/bin/perl'],
  ['read_only: [/usr, /bin], deny: [/bin/perl]', 'filesystem/denied-by-one-name @ /bin/perl'],
  ['read_only: [/dev]', 'filesystem/device-folder @ /dev'],
  ['deny: [/nowhere]', 'filesystem/denies-nothing @ /nowhere'],
])('a person is warned about %s', (paths, expected) => {
  const { diagnostics } = load(blueprint(`filesystem_policy: { include_workdir: true, ${paths} }`));
  expect(diagnostics.map(described)).toContain(expected);
});

test('a file that is denied by both of its names is not warned about', () => {
  const paths = 'read_only: [/usr, /bin], deny: [/usr/bin/perl, /bin/perl]';
  const { diagnostics } = load(blueprint(`filesystem_policy: { include_workdir: true, ${paths} }`));
  expect(diagnostics.map(described)).toEqual([]);
});

describe('a denial of what a part grants by itself', () => {
  const denying = (path: string, more = '') =>
    load(blueprint(`extends: [{ preset: base }]\n${more}filesystem_policy: { deny: [${path}] }\n`));
  const found = (path: string) =>
    denying(path)
      .diagnostics.map(described)
      .filter((words) => words.startsWith('filesystem/'));

  test('takes it back, and is not called idle', () => {
    expect(found('/etc/hosts')).toEqual([]);
    expect(found('/etc/hosts/')).toEqual([]);
    const access = { facet: 'filesystem', path: '/etc/hosts', right: 'read_file' } as const;
    expect(decide(denying('/etc/hosts').policy!, access).verdict).toBe('deny');
    expect(decide(denying('/srv/x').policy!, access).verdict).toBe('allow');
  });

  test('but of what no part grants it is', () => {
    expect(found('/etc/shadow')).toEqual(['filesystem/denies-nothing @ /etc/shadow']);
  });

  test('nor is one that stands in place of another denial', () => {
    const text = blueprint(
      'extends: [{ file: part.yaml }]\nfilesystem_policy: { include_workdir: true, deny: [/etc/hosts] }\n',
    );
    const part =
      'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: part, description: x }\n' +
      'extends: [{ preset: base }]\nfilesystem_policy: { deny: [/etc/hosts] }\n';
    const { diagnostics } = load(text, {}, { 'part.yaml': part });
    expect(diagnostics.map(described)).toContain('filesystem/denies-nothing @ /etc/hosts');
  });
});

describe('a limit of uses', () => {
  const LIMIT = 'grant: { owner: me, reason: x, max_uses: 7 }';
  const found = (sections: string) =>
    load(blueprint(sections))
      .diagnostics.map(described)
      .filter((words) => words.startsWith('grant/'));

  test.each([
    `filesystem_policy: { include_workdir: true, read_only: [{ path: /data, ${LIMIT} }] }\n`,
    `${WORKDIR}syscalls: { allow: [{ name: ptrace, ${LIMIT} }] }\n`,
    `${WORKDIR}process: { environment: [{ name: X, ${LIMIT} }] }\n`,
  ])('that nothing counts is told: %s', (sections) => {
    expect(found(sections)).toEqual(['grant/uses-not-counted @ 7']);
  });

  test('is counted of connections', () => {
    const web = `{ endpoints: [{ host: a.example, port: 443, access: full, ${LIMIT} }], binaries: [/usr/bin/curl] }`;
    expect(found(`${WORKDIR}network_policies: { web: ${web} }\n`)).toEqual([]);
  });
});
