import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blueprintFrontEnd, parsePart } from '../../../../compiler/frontend/blueprint/front-end.ts';
import { readYaml, readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import type { Span } from '../../../../compiler/source/span.ts';
import { fixtures } from '../../../support/fixtures.ts';

const fixture = (name: string) => fixtures('valid').find(({ file }) => file === name)!;
const treeOf = (text: string) => readYamlText(new SourceFile('blueprint.yaml', text)).tree;
const { file, bytes } = fixture('every-key.yaml');
const blueprint = blueprintFrontEnd.parse(readYaml(file, bytes).tree).blueprint!;

function* located(node: unknown): Generator<{ value: unknown; span: Span }> {
  if (typeof node !== 'object' || node === null) return;
  if ('span' in node && 'value' in node) yield node as { value: unknown; span: Span };
  for (const [key, value] of Object.entries(node)) if (key !== 'span') yield* located(value);
}

describe('what is read from a blueprint', () => {
  it('stands where the place says', () => {
    let seen = 0;
    for (const { value, span } of located(blueprint)) {
      const text = span.source.text.slice(span.start, span.end);
      if (typeof value === 'object' || (typeof value === 'string' && value.includes('\n'))) continue;
      const written = text === 'rest' ? 'http' : (parse(text) as unknown);
      expect(`${written}`, text).toBe(`${value}`);
      seen++;
    }
    expect(seen).toBeGreaterThan(100);
  });

  it('is complete', () => {
    expect(blueprint).toMatchObject({
      metadata: {
        name: { value: 'every-key' },
        owners: [{ value: 'platform-security@example.com' }],
        labels: [
          { key: { value: 'team' }, value: { value: 'support' } },
          { key: { value: 'cost-centre' }, value: { value: '4711' } },
        ],
      },
      extends: [
        { kind: 'tier', name: { value: 'restricted' }, access: null },
        { kind: 'preset', name: { value: 'github' }, access: { value: 'read-only' } },
        { kind: 'file', name: { value: '../base.yaml' }, access: null },
      ],
      credentials: [
        {
          name: { value: 'issues' },
          env: { value: 'GITHUB_TOKEN' },
          file: null,
          placeholderEnv: { value: 'GH_TOKEN' },
          optional: { value: true },
          endpoints: [
            {
              host: { value: 'api.github.com' },
              port: { value: 443 },
              header: { value: 'authorization' },
              plainHttp: { value: false },
            },
          ],
          grant: { owner: { value: 'data@example.com' } },
        },
        {
          name: { value: 'filed' },
          env: null,
          file: { value: '${home}/.config/agent/token' },
          placeholderEnv: { value: 'FILED_TOKEN' },
          optional: null,
          endpoints: [
            {
              host: { value: 'api.github.com' },
              port: null,
              header: { value: 'x-token' },
              plainHttp: null,
            },
          ],
          grant: null,
        },
      ],
      variables: [
        { name: { value: 'project' }, value: { value: '/srv/project' } },
        { name: { value: 'api-host' }, value: { value: 'api.example.com' } },
      ],
      filesystem: {
        includeWorkdir: { value: true },
        paths: [
          { mode: 'read_only', path: { value: '/usr' }, optional: null, execute: null, grant: null },
          {
            mode: 'read_only',
            path: { value: '${project}/docs' },
            optional: { value: true },
            execute: { value: false },
            grant: {
              owner: { value: 'docs@example.com' },
              reason: { value: 'reads the manual' },
              ticket: { value: 'SEC-1' },
              approvedBy: { value: 'jane@example.com' },
              expires: { value: '2099-12-31' },
              maxUses: { value: 10 },
              request: { value: 'req-7f3a' },
            },
          },
          { mode: 'read_write' },
          { mode: 'scratch', path: { value: '/tmp' } },
          { mode: 'scratch', path: { value: '/var/tmp' }, execute: { value: false } },
          { mode: 'deny', path: { value: '${project}/.env' } },
          { mode: 'deny', optional: { value: true }, grant: { reason: { value: 'holds a remote' } } },
        ],
      },
      landlock: { compatibility: { value: 'best_effort' } },
      process: {
        runAsUser: { value: 'sandbox' },
        runAsGroup: { value: '1500' },
        environment: [
          { name: { value: 'LANG' }, value: null },
          { name: { value: 'LC_*' }, value: null },
          { name: { value: 'CI' }, value: { value: '1' } },
        ],
      },
      syscalls: {
        profile: { value: 'agent' },
        items: [
          { mode: 'allow', name: { value: 'ptrace' }, when: [] },
          {
            mode: 'allow',
            name: { value: 'socket' },
            when: [
              { argument: { value: 0 }, comparison: 'equals', mask: null, value: { value: 'AF_UNIX' } },
              { argument: { value: 1 }, comparison: 'equals', mask: { value: 3 }, value: { value: 2 } },
              { comparison: 'not_equals' },
              { comparison: 'less_than' },
              { comparison: 'at_most' },
              { comparison: 'greater_than' },
              { comparison: 'at_least', value: { value: '0x10' } },
            ],
          },
          { mode: 'deny', name: { value: '@keyring' }, errno: null },
          { mode: 'deny', name: { value: 'clone3' }, errno: { value: 'ENOSYS' } },
        ],
      },
      resources: [
        { name: { value: 'processes' }, value: { value: 256 }, grant: null },
        {
          name: { value: 'open_files' },
          value: { value: 1024 },
          grant: { owner: { value: 'ops@example.com' } },
        },
        { name: { value: 'file_size' }, value: { value: '2GiB' } },
        { name: { value: 'process_memory' }, value: { value: '4GiB' } },
        { name: { value: 'cpu_time' }, value: { value: '10m' } },
        { name: { value: 'scratch_size' }, value: { value: 536870912 } },
      ],
      network: [
        {
          key: { value: 'github_api' },
          title: { value: 'GitHub API' },
          endpoints: [
            {
              ports: [{ value: 443 }],
              protocol: { value: 'http' },
              tls: { value: 'terminate' },
              enforcement: { value: 'audit' },
              access: null,
              rules: {
                value: [
                  {
                    method: { value: 'GET' },
                    path: { value: '/repos/**' },
                    query: [{ key: { value: 'state' }, value: { value: 'open' } }],
                  },
                ],
              },
              denyRules: [{ method: { value: '*' }, path: { value: '/repos/*/secrets/**' }, query: [] }],
              allowedIps: { value: [{ value: '10.0.0.0/8' }] },
              grant: { ticket: { value: 'SEC-2' } },
            },
            {
              ports: [{ value: 80 }, { value: '8000-8010' }],
              protocol: { value: 'http' },
              access: { value: 'read-write' },
              rules: null,
            },
            { protocol: { value: 'tcp' }, tls: { value: 'skip' } },
          ],
          binaries: {
            value: [{ path: { value: '/usr/bin/git' }, sha256: null }, { path: { value: '/usr/bin/gh' } }],
          },
        },
      ],
      inference: { routes: [{ name: { value: 'default' }, credentialEnv: { value: 'NVIDIA_API_KEY' } }] },
      residency: { value: [{ value: 'eu' }, { value: 'ch' }] },
      accept: [{ gap: { value: 'landlock/no-network' } }],
    });
    expect(blueprint.tests).toMatchObject([
      {
        name: { value: 'cannot read the shadow file' },
        expect: { value: 'deny' },
        access: { facet: 'filesystem', path: { value: '/etc/shadow' }, right: { value: 'read' } },
        by: null,
        at: null,
        level: null,
      },
      {
        access: {
          facet: 'syscalls',
          name: { value: 'ptrace' },
          args: [{ value: 16 }, { value: 'PTRACE_ATTACH' }],
        },
      },
      { expect: { value: 'allow' }, access: { facet: 'process', environment: { value: 'LANG' } } },
      {
        access: {
          facet: 'egress',
          host: { value: 'api.github.com' },
          port: { value: 443 },
          binary: { value: '/usr/bin/gh' },
          method: { value: 'GET' },
          path: { value: '/repos/a/b/issues?state=open' },
          address: { value: '140.82.112.5' },
          sha256: { value: expect.stringMatching(/^e3b0c442/) },
        },
        by: { value: 'egress:github#0' },
        at: { value: '2027-03-31T18:00:00Z' },
      },
      {
        access: {
          facet: 'inference',
          route: { value: 'default' },
          model: { value: 'nvidia/nemotron-3-super-120b-a12b' },
        },
      },
      { access: { facet: 'resources', limit: { value: 'open_files' }, amount: { value: 5000 } } },
      { access: { facet: 'process', user: { value: 0 } } },
      { level: { value: 'read-only' }, access: { facet: 'process', reaches: { value: 'process-outside' } } },
    ]);
  });

  it('is empty where nothing is written', () => {
    const { blueprint: smallest } = blueprintFrontEnd.parse(treeOf(fixture('smallest.yaml').text));
    expect(smallest).toMatchObject({
      extends: [],
      variables: [],
      filesystem: null,
      landlock: null,
      process: null,
      syscalls: null,
      resources: [],
      network: [],
      inference: null,
      residency: null,
      accept: [],
      tests: [],
    });
  });

  it('tells absent binaries and models from listed ones', () => {
    const { blueprint: other } = blueprintFrontEnd.parse(
      treeOf(
        'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: a }\n' +
          'network_policies: { web: { endpoints: [{ host: a.example.com, port: 443 }] } }\n' +
          'inference: { routes: [{ name: a, provider: b, endpoint: "https://c.example.com" }] }\n',
      ),
    );
    expect(other!.network[0]!.binaries).toBeNull();
    expect(other!.inference!.routes[0]!.models).toBeNull();
  });
});

describe('what is read from a preset', () => {
  const { part } = parsePart(treeOf(fixture('preset.yaml').text));

  it('has its levels in the order of the text', () => {
    expect(part!.header).toEqual({
      name: 'forge',
      description: 'A code forge',
      accessLevels: ['read-only', 'read-write'],
    });
  });

  it('keeps what all levels bring apart from what each adds', () => {
    expect(part!.common.process!.environment.map(({ name }) => name.value)).toEqual(['FORGE_HOST']);
    expect(part!.common.network).toEqual([]);
    const writing = part!.levels.get('read-write')!;
    expect(writing.process!.environment.map(({ name }) => name.value)).toEqual(['FORGE_EDITOR']);
    expect(writing.network[0]!.endpoints[0]!.access!.value).toBe('read-write');
    expect(writing.extends).toEqual([]);
  });

  it('offers no levels where it names none', () => {
    expect(parsePart(treeOf(fixture('tier.yaml').text)).part!.header.accessLevels).toEqual([]);
  });
});

describe('a blueprint is recognised', () => {
  it.each([
    ['apiVersion: nemoclaw.dev/v1\n', true],
    ['kind: Blueprint\n', true],
    ['metadata: {}\n', true],
    ['apiversion: nemoclaw.dev/v1\n', true],
    ['version: 1\n', false],
    ['preset: {}\n', false],
    ['- kind\n', false],
    ['kind\n', false],
    ['', false],
  ])('%j: %s', (text, claimed) => {
    expect(blueprintFrontEnd.claims(treeOf(text))).toBe(claimed);
  });
});
