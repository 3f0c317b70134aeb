import { describe, expect, it } from 'vitest';
import { runTest } from '../../../../compiler/analysis/policy-tests/run-test.ts';
import { grantsOf } from '../../../../compiler/ir/grants.ts';
import { loadTests } from '../../../../compiler/load-tests.ts';
import { blueprint, testBindings, describe as wordsOf } from '../../../support/policy.ts';
import { readerOver } from '../../../support/reader.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECTIONS = `extends: [{ preset: github, access: read-only }]
filesystem_policy: { include_workdir: true, deny: ["\${workdir}/.env"] }
network_policies:
  api:
    endpoints: [{ host: api.example.com, port: 443, access: read-only, grant: { expires: 2026-03-31 } }]
`;
const GET = 'egress: { host: api.example.com, port: 443, binary: /usr/bin/curl, method: GET, path: / }';

function run(lines: string) {
  const text = blueprint(`${SECTIONS}tests:\n  - { name: it, ${lines} }\n`);
  const { subjects, diagnostics } = loadTests(
    'agent.yaml',
    new TextEncoder().encode(text),
    readerOver({}),
    testBindings,
  );
  const [subject] = subjects;
  if (!subject?.policy) throw new Error(diagnostics.map(wordsOf).join('\n'));
  return runTest({ ...subject, policy: subject.policy }, subject.tests[0]!, NOW);
}

const ENV = 'access: { filesystem: { path: "${workdir}/.env", right: read } }';

describe('a test of a grant outside egress that ends', () => {
  const CALL = 'access: { syscalls: { name: ptrace } }';
  const ends = (lines: string, ...rules: string[]) =>
    run(
      `${lines} }\nsyscalls:\n  allow:\n${rules.map((rule) => `    - { ${rule} }\n`).join('')}  deny:\n    - { name: socket`,
    );
  const until = 'grant: { owner: me, reason: x, expires: 2026-03-31 }';

  it.each([
    `expect: allow, at: 2026-03-31T23:59:59Z, ${CALL}`,
    `expect: allow, ${CALL}`,
    `expect: deny, at: 2026-04-01, by: "syscalls:ptrace", ${CALL}`,
  ])('passes: %s', (lines) => {
    expect(ends(lines, `name: ptrace, ${until}`)).toMatchObject({ outcome: 'passed', diagnostics: [] });
  });

  it('is allowed by another rule that goes on', () => {
    const others = [`name: ptrace, ${until}`, 'name: ptrace, when: [{ arg: 0, equals: 0 }]'];
    expect(ends(`expect: allow, at: 2026-04-01, ${CALL}`, ...others)).toMatchObject({ outcome: 'passed' });
  });
});

describe('a test of whom the agent acts as', () => {
  const as = (uid: number) => `access: { process: { user: ${uid} } }`;
  const named = (lines: string) =>
    run(`${lines} }\nprocess:\n  run_as_user: alice\n  environment:\n    - { name: X`);

  it.each(['allow', 'deny'])('fails where no user is named, whatever it expects: %s', (wanted) => {
    for (const uid of [0, 1001]) {
      const result = run(`expect: ${wanted}, ${as(uid)}`);
      expect(result).toMatchObject({
        outcome: 'failed',
        expected: wanted,
        got: 'no answer: it depends on who starts the agent',
      });
      expect(result.diagnostics.map(wordsOf)).toEqual([`test/failed @ ${wanted}`]);
      expect(result.diagnostics[0]!.help).toBe(
        'the blueprint names no user, so the agent acts as whoever starts it: as root, if root does; name the user under `process.run_as_user`',
      );
    }
  });

  it('passes where one is', () => {
    expect(named(`expect: deny, ${as(0)}`)).toMatchObject({ outcome: 'passed' });
    expect(named(`expect: allow, ${as(1001)}`)).toMatchObject({ outcome: 'passed' });
    expect(named(`expect: allow, ${as(0)}`)).toMatchObject({
      outcome: 'failed',
      got: 'deny by `process:identity`',
    });
  });
});

describe('a test', () => {
  it.each([
    `expect: deny, ${ENV}`,
    `expect: deny, by: "filesystem:/work/project/.env", ${ENV}`,
    `expect: allow, access: { ${GET} }`,
    `expect: allow, at: 2026-03-31T23:59:59Z, access: { ${GET} }`,
    `expect: deny, at: 2026-04-01, by: "egress:api#0", access: { ${GET} }`,
  ])('passes: %s', (lines) => {
    expect(run(lines)).toMatchObject({ outcome: 'passed', diagnostics: [] });
  });

  it.each([
    'never: { filesystem: { paths: ["${workdir}/.env"] } }',
    'never: { egress: { hosts: [api.example.com], methods: [POST, DELETE] } }',
    'only: { binaries: [/usr/bin/gh, /usr/local/bin/gh], egress: { hosts: [api.github.com] } }',
    'never: { syscalls: [ptrace, "@mount"] }',
  ])('proves a property: %s', (lines) => {
    expect(run(lines)).toMatchObject({ outcome: 'passed', explanation: null, diagnostics: [] });
  });

  it('fails with an access that breaks its property, and where it is granted', () => {
    const result = run('never: { egress: { hosts: ["*.example.com"], methods: [GET] } }');
    expect(result).toMatchObject({
      outcome: 'failed',
      expected: 'no such access',
      got: 'the agent can GET `https://api.example.com/` via `/usr/bin/any`',
    });
    const [failure] = result.diagnostics;
    expect(wordsOf(failure!)).toBe('test/failed @ it');
    const { span } = failure!.related[0]!;
    expect(span.source.text.slice(span.start, span.end)).toBe('api.example.com');
  });

  it('is not run when its property names what does not exist', () => {
    const result = run('never: { syscalls: [ptrase] }');
    expect([result.outcome, result.diagnostics.map(wordsOf)]).toEqual([
      'invalid',
      ['syscalls/unknown-name @ ptrase'],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['an answer without an access', 'expect: deny'],
    ['both', `never: { syscalls: [ptrace] }, expect: deny, ${ENV}`],
    ['two properties', 'never: { syscalls: [ptrace] }, only: { binaries: [/a], egress: {} }'],
    ['a property at a time', 'never: { syscalls: [ptrace] }, at: 2026-01-01'],
  ])('is refused with %s', (_, lines) => {
    const text = blueprint(`tests:\n  - { name: it${lines === '' ? '' : `, ${lines}`} }\n`);
    const { diagnostics } = loadTests(
      'agent.yaml',
      new TextEncoder().encode(text),
      readerOver({}),
      testBindings,
    );
    expect(diagnostics.map(wordsOf)).toEqual(['blueprint/test-parts @ it']);
  });

  it('fails with what was expected, what came, and both places', () => {
    const result = run(`expect: allow, ${ENV}`);
    expect(result).toMatchObject({
      outcome: 'failed',
      expected: 'allow',
      got: 'deny by `filesystem:/work/project/.env`',
    });
    const [failure] = result.diagnostics;
    expect(wordsOf(failure!)).toBe('test/failed @ allow');
    expect(failure!.message).toBe(
      'test `it` failed: expected allow, got deny by `filesystem:/work/project/.env`',
    );
    const { span, label } = failure!.related[0]!;
    expect(span.source.text.slice(span.start, span.end)).toBe('"${workdir}/.env"');
    expect(label).toBe('denied here, by `filesystem:/work/project/.env`');
    expect(failure!.help).toMatch(/is denied, and with it all below; to allow it, take /);
  });

  it('points at the nearest entry, in the preset that it came from', () => {
    const result = run(
      'expect: allow, access: { egress: { host: api.github.com, port: 443, binary: /usr/bin/gh, method: POST, path: / } }',
    );
    const { span, label } = result.diagnostics[0]!.related[0]!;
    expect([span.source.path, label]).toEqual(['preset:github', 'the nearest entry, `egress:github_api#0`']);
  });

  it('fails for another grant than the one it names, at its name', () => {
    const other = run(`expect: allow, by: "egress:github_api#0", access: { ${GET} }`);
    expect(other.diagnostics.map(wordsOf)).toEqual(['test/failed @ "egress:github_api#0"']);
    expect(other).toMatchObject({
      expected: 'allow by `egress:github_api#0`',
      got: 'allow by `egress:api#0`',
    });
    expect(other.diagnostics[0]!.help).toBeNull();
    const unknown = run(`expect: allow, by: "egress:apo#0", access: { ${GET} }`);
    expect(unknown.diagnostics[0]!.help).toBe(
      'the policy has no grant `egress:apo#0`; did you mean `egress:api#0`?',
    );
  });

  it('fails for a grant where nothing grants it', () => {
    const result = run(
      'expect: deny, by: "filesystem:/etc", access: { filesystem: { path: /etc/x, right: read } }',
    );
    expect(result).toMatchObject({ outcome: 'failed', got: 'deny, because nothing grants it' });
  });

  it('that asks for nothing that can be tried is not run, also when deny is expected', () => {
    const result = run('expect: deny, at: soon, access: { filesystem: { path: etc/x, right: read } }');
    expect(result.outcome).toBe('invalid');
    expect(run(`expect: deny, at: soon, ${ENV}`).outcome).toBe('invalid');
    expect(result.diagnostics.map(wordsOf)).toEqual([
      'access/invalid-path @ etc/x',
      'access/invalid-time @ soon',
    ]);
  });
});

it('every grant that can decide has a name to ask for', () => {
  const text = blueprint(
    `${SECTIONS}resources: { processes: 5 }\ntests:\n  - { name: it, expect: deny, ${ENV} }\n`,
  );
  const [subject] = loadTests(
    'a.yaml',
    new TextEncoder().encode(text),
    readerOver({}),
    testBindings,
  ).subjects;
  const ids = grantsOf(subject!.policy!).map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining([
      'filesystem:/work/project',
      'syscalls:profile:agent',
      'process:identity',
      'egress:api#0',
      'egress:github_api#0',
      'resources:processes',
    ]),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
