import { expect, test } from 'vitest';
import { decide } from '../../../compiler/ir/decide.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { loadPolicy } from '../../../compiler/load-policy.ts';
import { describe as described, testBindings } from '../../support/policy.ts';
import { readerOver } from '../../support/reader.ts';

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: test }\n';
const part = (kind: 'Preset' | 'Tier', name: string, sections: string) =>
  `apiVersion: nemoclaw.dev/v1\nkind: ${kind}\nmetadata: { name: ${name}, description: a part }\n${sections}`;

const SHIPPED = {
  'preset:base': part(
    'Preset',
    'base',
    'filesystem_policy: { include_workdir: true, read_only: [/usr], scratch: [/tmp] }\n',
  ),
  'preset:web': part(
    'Preset',
    'web',
    `extends: [{ preset: base }]
access_levels:
  read-only: { network_policies: { web: { endpoints: [{ host: web.example, port: 443, access: read-only }] } } }
  read-write: { network_policies: { web: { endpoints: [{ host: web.example, port: 443, access: full }] } } }
`,
  ),
  'preset:memory': part(
    'Preset',
    'memory',
    'filesystem_policy: { read_write: [/tmp] }\nresources: { open_files: 10 }\n',
  ),
  'tier:balanced': part(
    'Tier',
    'balanced',
    'extends: [{ preset: base }, { preset: web, access: read-only }]\n',
  ),
};

function load(sections: string, files: Record<string, string> = {}, variables: Record<string, string> = {}) {
  const reader = readerOver(files, SHIPPED);
  return loadPolicy('dir/agent.yaml', new TextEncoder().encode(HEAD + sections), reader, {
    ...testBindings,
    variables,
  });
}

const errorsOf = (loaded: ReturnType<typeof load>) =>
  loaded.diagnostics.filter(({ severity }) => severity === 'error').map(described);

function may(loaded: ReturnType<typeof load>, method: string): string {
  const { policy } = loaded;
  if (policy === null) throw new Error(errorsOf(loaded).join('\n'));
  return decide(policy, {
    facet: 'egress',
    host: 'web.example',
    port: 443,
    binary: '/usr/bin/curl',
    sha256: null,
    address: null,
    http: { method, path: '/', query: [], operations: ALL },
    at: 0,
  }).verdict;
}

test('every permission knows the whole way on which it came in', () => {
  const { policy } = load('extends: [{ tier: balanced }]\n');
  expect(policy?.filesystem.entries.find(({ path }) => path === '/usr')?.grant.origin).toMatchObject({
    file: 'preset:base',
    line: 4,
    trail: ['dir/agent.yaml', 'tier:balanced', 'preset:base'],
  });
  expect(policy?.egress.entries[0]?.grant.origin.trail).toEqual([
    'dir/agent.yaml',
    'tier:balanced',
    'preset:web@read-only',
  ]);
});

test('a preset that a blueprint asks for itself replaces the level of the tier', () => {
  expect(may(load('extends: [{ tier: balanced }]\n'), 'POST')).toBe('deny');
  const asked = load('extends: [{ tier: balanced }, { preset: web, access: read-write }]\n');
  expect(may(asked, 'POST')).toBe('allow');
  expect(asked.diagnostics.map(({ name }) => name)).toContain('resolve/override');
  const lowered = load('extends: [{ preset: web, access: read-write }, { file: tiered.yaml }]\n', {
    'dir/tiered.yaml': `${HEAD}extends: [{ tier: balanced }]\n`,
  });
  expect(may(lowered, 'POST')).toBe('allow');
});

test('two levels asked for from equally far away are a conflict', () => {
  const loaded = load('extends: [{ preset: web, access: read-only }, { preset: web, access: read-write }]\n');
  expect(errorsOf(loaded)).toEqual(['resolve/conflict @ { preset: web, access: read-write }']);
});

test('parts that disagree are a conflict until the blueprint decides', () => {
  const both = 'extends: [{ preset: base }, { preset: memory }]\n';
  const loaded = load(both);
  expect(errorsOf(loaded)).toEqual(['resolve/conflict @ { preset: memory }']);
  expect(loaded.diagnostics.find(({ name }) => name === 'resolve/conflict')?.related).toHaveLength(2);
  const decided = load(`${both}filesystem_policy: { scratch: [/tmp] }\n`);
  expect(errorsOf(decided)).toEqual([]);
  expect(decided.policy?.filesystem.entries.find(({ path }) => path === '/tmp')?.source).toBe('scratch');
});

test('a file that extends itself is named with the whole way around', () => {
  const loaded = load('extends: [{ file: a.yaml }]\n', {
    'dir/a.yaml': `${HEAD}extends: [{ file: b.yaml }]\n`,
    'dir/b.yaml': `${HEAD}extends: [{ file: a.yaml }]\n`,
  });
  expect(errorsOf(loaded)).toEqual(['resolve/cycle @ a.yaml']);
  expect(loaded.diagnostics[0]?.message).toBe(
    'this extends itself: `dir/agent.yaml` -> `dir/a.yaml` -> `dir/b.yaml` -> `dir/a.yaml`',
  );
});

test.each([
  ['extends: [{ preset: bsae }]\n', 'resolve/not-found @ bsae', 'did you mean `base`?'],
  ['extends: [{ tier: ballanced }]\n', 'resolve/not-found @ ballanced', 'did you mean `balanced`?'],
  ['extends: [{ file: none.yaml }]\n', 'resolve/not-found @ none.yaml', null],
  [
    'extends: [{ preset: web }]\n',
    'resolve/access-level @ web',
    'write `access: read-only` or `access: read-write`',
  ],
  ['extends: [{ preset: base, access: read-only }]\n', 'resolve/access-level @ read-only', 'remove `access`'],
  [
    'extends: [{ preset: base }]\nfilesystem_policy: { read_only: ["${sourec}/a"] }\nvariables: { source: /src }\n',
    'resolve/unknown-variable @ "${sourec}/a"',
    'did you mean `${source}`?',
  ],
  [
    'variables: { workdir: /x }\n',
    'resolve/reserved-variable @ workdir',
    'use another name, or start with `--workdir DIR`',
  ],
  [
    'variables: { a: "${b}", b: x }\n',
    'resolve/variable-in-variable @ "${b}"',
    'only `${workdir}` and `${home}` may stand in a value',
  ],
  ['filesystem_policy: { read_only: ["${a b}"] }\n', 'resolve/variable-syntax @ "${a b}"', null],
  [
    'filesystem_policy: { read_only: [/a], read_write: [/a/] }\n',
    'resolve/contradiction @ /a/',
    'keep one of the two',
  ],
])('%s', (sections, expected, help) => {
  const loaded = load(sections);
  const found = loaded.diagnostics.find((diagnostic) => described(diagnostic) === expected);
  expect(loaded.policy).toBeNull();
  expect(errorsOf(loaded)).toContain(expected);
  if (help !== null) expect(found?.help).toBe(help);
});

test('variables: the blueprint over what it extends, --set over both, and never read twice', () => {
  const files = {
    'dir/base.yaml': `${HEAD}extends: [{ preset: base }]\nvariables: { data: /one }\nfilesystem_policy: { read_only: ["\${data}/in"] }\n`,
  };
  const pathOf = (sections: string, variables: Record<string, string> = {}) =>
    load(`extends: [{ file: base.yaml }]\n${sections}`, files, variables).policy?.filesystem.entries.map(
      ({ path }) => path,
    );
  expect(pathOf('')).toContain('/one/in');
  expect(pathOf('variables: { data: /two }\n')).toContain('/two/in');
  expect(pathOf('variables: { data: /two }\n', { data: '/three' })).toContain('/three/in');
  const echo = 'extends: [{ file: base.yaml }]\nprocess: { environment: [{ name: A, value: "${note}" }] }\n';
  const literal = load(`${echo}variables: { note: x }\n`, files, { note: '${workdir}' });
  expect(literal.policy?.process.environment[0]?.value).toBe('${workdir}');
});

test('files are named as seen from the blueprint, wherever that lies', () => {
  const files = {
    'dir/sub/base.yaml': `${HEAD}extends: [{ preset: base }, { file: ../up.yaml }]\n`,
    'dir/up.yaml': HEAD,
  };
  const { inputs } = load('extends: [{ file: sub/base.yaml }]\n', files);
  expect(inputs.map(({ name }) => name)).toEqual(['agent.yaml', 'sub/base.yaml', 'preset:base', 'up.yaml']);
});
