import { describe, expect, it } from 'vitest';
import { loadTests } from '../../compiler/load-tests.ts';
import { blueprint, testBindings, describe as wordsOf } from '../support/policy.ts';
import { readerOver } from '../support/reader.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const test = (name: string, more = '') =>
  `  - { name: ${name}, expect: deny, access: { filesystem: { path: "\${workdir}/\${part}", right: read } }${more} }\n`;
const BLUEPRINT = blueprint(
  `variables: { part: docs }\nfilesystem_policy: { include_workdir: true }\ntests:\n${test('own')}`,
);
const part = (kind: string, sections: string) =>
  `apiVersion: nemoclaw.dev/v1\nkind: ${kind}\nmetadata: { name: forge, description: A part }\nvariables: { part: docs }\n${sections}`;
const LEVELS = part(
  'Preset',
  `process: { environment: [COMMON] }
access_levels:
  read-only: { process: { environment: [READING] } }
  read-write: { process: { environment: [WRITING] } }
tests:
${test('always')}${test('writing', ', level: read-write')}`,
);

function loaded(name: string, files: Record<string, string>) {
  return loadTests(name, bytes(files[name]!), readerOver(files), testBindings);
}

/** What is tested as what, and by which tests. */
function summary({ subjects }: ReturnType<typeof loaded>) {
  return subjects.map(({ file, level, tests }) => [file, level, tests.map(({ name }) => name.value)]);
}

describe('a blueprint', () => {
  it('is tested as it is, with its variables replaced', () => {
    const { subjects, diagnostics } = loaded('agent.yaml', { 'agent.yaml': BLUEPRINT });
    expect(diagnostics).toEqual([]);
    expect(subjects).toMatchObject([{ file: 'agent.yaml', level: null, policy: { name: 'test' } }]);
    expect(subjects[0]!.tests[0]).toMatchObject({ access: { path: { value: '/work/project/docs' } } });
  });

  it('without tests is not even looked at', () => {
    const found = loaded('agent.yaml', { 'agent.yaml': blueprint('extends: [{ preset: no-such }]\n') });
    expect(found).toEqual({ subjects: [], diagnostics: [] });
  });

  it('that makes no policy keeps its tests and says why', () => {
    const found = loaded('agent.yaml', { 'agent.yaml': BLUEPRINT.replace('true', 'false') });
    expect(found.subjects).toMatchObject([{ policy: null, tests: [{ name: { value: 'own' } }] }]);
    expect(found.diagnostics.map(({ name }) => name)).toEqual(['filesystem/workdir-not-granted']);
  });

  it('has no access level at which a test could hold', () => {
    const text = BLUEPRINT.replace(' }\n', ' }\n').replace(
      'right: read } }',
      'right: read } }, level: read-only',
    );
    const { diagnostics } = loaded('agent.yaml', { 'agent.yaml': text });
    expect(diagnostics.map(wordsOf)).toEqual(['test/unknown-level @ read-only']);
  });
});

describe('a preset', () => {
  it('is tested as a blueprint would extend it, at every level and with what all levels bring', () => {
    const found = loaded('presets/forge.yaml', { 'presets/forge.yaml': LEVELS });
    expect(found.diagnostics).toEqual([]);
    expect(summary(found)).toEqual([
      ['presets/forge.yaml', 'read-only', ['always']],
      ['presets/forge.yaml', 'read-write', ['always', 'writing']],
    ]);
    const variables = found.subjects.map(({ policy }) => policy!.process.environment.map(({ name }) => name));
    expect(variables).toEqual([
      ['COMMON', 'READING'],
      ['COMMON', 'WRITING'],
    ]);
    expect(found.subjects[0]!.policy!.filesystem.entries.map(({ path }) => path)).toEqual(['/work/project']);
    expect(found.subjects[0]!.tests[0]).toMatchObject({ access: { path: { value: '/work/project/docs' } } });
  });

  it('is read once, also when it came through a pipe', () => {
    const found = loadTests('<stdin>', bytes(LEVELS), readerOver({}), testBindings);
    expect(found.diagnostics).toEqual([]);
    expect(found.subjects.map(({ policy }) => policy?.process.environment[0]?.grant.origin.file)).toEqual([
      '<stdin>',
      '<stdin>',
    ]);
  });

  it('that offers no such level is told so', () => {
    const text = LEVELS.replace(/ {2}read-write: .*\n/, '');
    const { diagnostics } = loaded('forge.yaml', { 'forge.yaml': text });
    expect(diagnostics.map(wordsOf)).toEqual(['test/unknown-level @ read-write']);
    expect(diagnostics[0]!.help).toBe('it offers `read-only`');
  });
});

it('a tier brings what it extends', () => {
  const text = part('Tier', `extends: [{ preset: base }]\ntests:\n${test('always')}`);
  const { subjects, diagnostics } = loaded('tier.yaml', { 'tier.yaml': text });
  expect(diagnostics).toEqual([]);
  expect(subjects).toMatchObject([{ level: null }]);
  expect(subjects[0]!.policy!.filesystem.entries.map(({ path }) => path)).toContain('/usr');
});

describe('a file of policy tests', () => {
  const tests = (files: string) =>
    `apiVersion: nemoclaw.dev/v1\nkind: PolicyTest\nblueprint: ${files}\ntests:\n${test('from outside')}`;

  it('tests every blueprint and every level, not their own tests', () => {
    const found = loaded('tests/all_test.yaml', {
      'tests/all_test.yaml': tests('[../agent.yaml, forge.yaml]'),
      'agent.yaml': BLUEPRINT,
      'tests/forge.yaml': LEVELS,
    });
    expect(found.diagnostics).toEqual([]);
    expect(summary(found)).toEqual([
      ['agent.yaml', null, ['from outside']],
      ['tests/forge.yaml', 'read-only', ['from outside']],
      ['tests/forge.yaml', 'read-write', ['from outside']],
    ]);
  });

  it.each([
    ['gone.yaml', {}, 'source/unreadable @ gone.yaml'],
    ['other_test.yaml', { 'other_test.yaml': tests('a.yaml') }, 'source/unreadable @ other_test.yaml'],
    ['bad.yaml', { 'bad.yaml': 'version: 2\n' }, /^(?!source\/unreadable)/],
  ] as [string, Record<string, string>, string | RegExp][])(
    'says at its place that %s cannot be tested',
    (name, files, expected) => {
      const found = loaded('x_test.yaml', { 'x_test.yaml': tests(name), ...files });
      expect(found.subjects).toEqual([]);
      expect(found.diagnostics.map(wordsOf)[0]).toMatch(expected);
    },
  );

  it('reads nothing outside of its project', () => {
    const reader = readerOver({});
    const asked: string[] = [];
    const found = loadTests(
      'x_test.yaml',
      bytes(tests('/etc/agent.yaml')),
      {
        ...reader,
        read: (path) => {
          throw new Error(`${path} was read without a question`);
        },
        readExtended: (path, root) => {
          asked.push(`${path} for ${root}`);
          return { ok: false, reason: 'denied', detail: 'it lies outside' };
        },
      },
      testBindings,
    );
    expect(asked).toEqual(['/etc/agent.yaml for x_test.yaml']);
    expect(found.diagnostics[0]!.message).toContain('it lies outside');
  });
});
