import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileGuardrails } from '../../compiler/analysis/guardrails/compile.ts';
import { prove } from '../../compiler/analysis/guardrails/prove.ts';
import { INTERPRETER_NAMES } from '../../compiler/domain/interpreters.ts';
import { parseGuardrails } from '../../compiler/frontend/guardrails/front-end.ts';
import { blueprint, policyOf, testBindings } from '../support/policy.ts';

const SHIPPED = join(import.meta.dirname, '../../blueprints');
const file = join(SHIPPED, 'guardrails/default.yaml');
const parsed = parseGuardrails(file, readFileSync(file));
const { guardrails, diagnostics } = compileGuardrails(parsed.file!, testBindings, () => {
  throw new Error('the shipped guardrails name no ceiling');
});

function broken(text: string): string[] {
  const policy = policyOf(text);
  return guardrails!
    .filter((one) => prove(policy, one.property, 0).outcome !== 'proved')
    .map(({ name }) => name);
}

/** A working folder that can be written but for what git runs. */
const FILES =
  'filesystem_policy:\n  include_workdir: true\n' +
  '  deny: ["${workdir}/.git/hooks", "${workdir}/.git/config", "${workdir}/.git/config.worktree"]\n';
const GIT_RUNS = ['.git/hooks', '.git/config', '.git/config.worktree'];
/** A working folder of which only some paths in `.git` can be written. */
const writing = (paths: readonly string[]) =>
  `filesystem_policy:\n  read_only: ["\${workdir}"]\n  read_write: [${paths.map((path) => `"\${workdir}/${path}"`).join(', ')}]\n`;
const network = (endpoint: string, binary = '/usr/bin/curl') =>
  `${FILES}network_policies:\n  one:\n    endpoints: [${endpoint}]\n    binaries: [${binary}]\n`;

const model = (endpoint: string) =>
  `${FILES}inference:\n  routes:\n    - { name: m, provider: openai, endpoint: "${endpoint}" }\n`;
const HOMES = ['${home}', '/home/other', '/root'];
const START_FILES = [
  '.bashrc',
  '.zshrc',
  '.profile',
  '.bash_profile',
  '.zshenv',
  '.local/bin',
  '.config/systemd',
  '.gitconfig',
  '.git/hooks',
  '.bash_aliases',
  '.xprofile',
  '.config/environment.d',
  '.config/nvim',
  '.cargo/config.toml',
];
const CREDENTIALS = [
  '.ssh',
  '.npmrc',
  '.git-credentials',
  '.config/gh',
  '.azure',
  '.aws',
  '.netrc',
  '.password-store',
  '.vault-token',
  '.pgpass',
  '.config/containers/auth.json',
  '.m2/settings.xml',
];
/** Of the system, of clusters and of containers. */
const SECRETS = [
  '/etc/shadow-',
  '/etc/ssh/ssh_host_ed25519_key',
  '/var/run/secrets/kubernetes.io/serviceaccount/token',
  '/run/secrets',
  '/etc/kubernetes/admin.conf',
  '/etc/rancher/k3s/k3s.yaml',
];
const DEVICES = ['/dev', '/dev/mem', '/dev/sda1', '/dev/nvme0n1', '/dev/disk/by-id/x', '/dev/mapper'];
const STARTED = ['/run/systemd/system', '/sys/kernel', '/var/spool/at', '/var/lib/cloud/scripts'];
const SOCKETS = [
  '/run/snapd.socket',
  '/run/k3s/containerd/containerd.sock',
  '/run/buildkit/buildkitd.sock',
  '/run/libvirt/libvirt-sock',
  '/var/lib/docker/x',
  '/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/var/run/snapd.socket',
];
const METADATA = [
  'fd20:ce::254',
  '192.0.0.192',
  '64:ff9b:1::a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::c000:c0',
  'fd00:c1::a9fe:a9fe',
  '::ffff:0:a9fe:a9fe',
  '::ffff:0:6464:64c8',
  '::a83f:8110',
  '2002:c000:c0::1',
];
const VERSIONED = [
  'python3.12',
  'pypy3',
  'node22',
  'perl5.38',
  'ruby3.2',
  'php8.2',
  'lua5.4',
  'tclsh8.6',
  'ksh93',
  'guile-3.0',
];

describe('the shipped guardrails', () => {
  it('are right', () => {
    expect([...parsed.diagnostics, ...diagnostics]).toEqual([]);
  });

  it.each(readdirSync(SHIPPED).filter((name) => name.endsWith('.yaml')))('are kept by %s', (name) => {
    expect(broken(readFileSync(join(SHIPPED, name), 'utf8'))).toEqual([]);
  });

  it.each<readonly [string, string]>([
    [
      'no-cloud-metadata',
      network('{ host: a.example, port: 80, access: full, allowed_ips: [169.254.169.254] }'),
    ],
    ['no-cloud-metadata', network('{ host: "fd00:ec2::254", port: 80, access: read-only }')],
    [
      'no-cloud-metadata-by-name',
      network('{ host: "metadata.google.*", port: 80, access: read-only, grant: { owner: me } }'),
    ],
    ['no-credentials', `${FILES}  read_only: ["\${home}/.aws"]\n`],
    ['no-credentials', `${FILES}  read_only: [/home]\n`],
    ['no-credentials', `${FILES}  read_only: [/home/dev/.ssh]\n`],
    ['no-control-sockets', `${FILES}  read_write: [/run/user/1000]\n`],
    ['no-start-files', `${FILES}  read_write: [/lib64]\n`],
    ['no-tracing-and-mounting', `${FILES}syscalls: { allow: [pidfd_getfd] }\n`],
    ['no-streams-of-interpreters', network('{ host: a.example, port: 443, tls: skip }', '/usr/bin/node22')],
    [
      'no-cloud-metadata',
      network('{ host: a.example, port: 80, access: full, allowed_ips: ["64:ff9b::/96"] }'),
    ],
    ...['unshare', 'setns', 'clone3', 'kexec_file_load', 'open_by_handle_at'].map(
      (call) => ['no-tracing-and-mounting', `${FILES}syscalls: { allow: [${call}] }\n`] as const,
    ),
    ['no-start-files', `${FILES}  read_write: ["\${home}/.config"]\n`],
    ['no-control-sockets', `${FILES}  read_only: [/run]\n`],
    ['no-tracing-and-mounting', `${FILES}syscalls: { allow: ["@mount"] }\n`],
    ['owner-of-wildcards', network('{ host: "*.example.com", port: 443, access: read-only }')],
    [
      'no-streams-of-interpreters',
      network('{ host: a.example, port: 443, tls: skip }', '/usr/local/bin/python3.12'),
    ],
    ['landlock', `${FILES}landlock: { compatibility: best_effort }\n`],
    ...[
      'http://169.254.169.254/latest',
      'http://[fd00:ec2::254]/v1',
      'http://0xa9fea9fe/',
      'http://[::ffff:a9fe:a9fe]/',
    ].map((endpoint) => ['no-cloud-metadata', model(endpoint)] as const),
    ['no-cloud-metadata-by-name', model('https://metadata.google.internal/v1')],
    ['no-cloud-metadata-by-name', network('{ host: instance-data, port: 80, access: read-only }')],
    ...METADATA.map(
      (address) =>
        ['no-cloud-metadata', network(`{ host: "${address}", port: 80, access: read-only }`)] as const,
    ),
    ...HOMES.flatMap((home) =>
      START_FILES.map((file) => ['no-start-files', `${FILES}  read_write: ["${home}/${file}"]\n`] as const),
    ),
    ...HOMES.flatMap((home) =>
      CREDENTIALS.map((file) => ['no-credentials', `${FILES}  read_only: ["${home}/${file}"]\n`] as const),
    ),
    ...SECRETS.map((path) => ['no-credentials', `${FILES}  read_only: [${path}]\n`] as const),
    ...DEVICES.map((path) => ['no-raw-devices', `${FILES}  read_only: [${path}]\n`] as const),
    ...STARTED.map((path) => ['no-start-files', `${FILES}  read_write: [${path}]\n`] as const),
    ...SOCKETS.map((path) => ['no-control-sockets', `${FILES}  read_only: [${path}]\n`] as const),
    ['no-git-hooks', 'filesystem_policy: { include_workdir: true }\n'],
    ...GIT_RUNS.map((path) => ['no-git-hooks', writing([path])] as const),
    ['no-git-hooks', writing(['.git'])],
    ['no-git-hooks', writing(['.git/hooks/pre-commit'])],
    ...[...INTERPRETER_NAMES, ...VERSIONED].map(
      (name) =>
        [
          'no-streams-of-interpreters',
          network('{ host: a.example, port: 443, tls: skip }', `/usr/bin/${name}`),
        ] as const,
    ),
  ])('find what breaks %s: %s', (name, sections) => {
    expect(broken(blueprint(sections))).toContain(name);
  });

  it.each([
    network('{ host: a.example, port: 443, tls: skip }', '/usr/bin/git'),
    network('{ host: a.example, port: 443, tls: skip }', '/usr/bin/shasum'),
    network('{ host: a.example, port: 443, access: full }', '/usr/bin/python3'),
    model('https://api.example.com/v1'),
    model('http://127.0.0.1:8000/v1'),
    `${FILES}  read_only: [/etc/ssh/ssh_config, /dev/null, /dev/urandom, /run/systemd/resolve]\n`,
    writing(['src', '.git/objects', '.git/refs', '.gitmodules', '.git-hooks']),
  ])('are kept by what is harmless: %s', (sections) => {
    expect(broken(blueprint(sections))).toEqual([]);
  });
});
