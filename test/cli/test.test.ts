import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { hostNeeds, program } from '../support/host.ts';
import { ASSUMED, GOOD, nemoclaw, temporaryFolder } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const line = (name: string, expected: string, path: string) =>
  `  - { name: ${JSON.stringify(name)}, expect: ${expected}, access: { filesystem: { path: ${path}, right: write } } }\n`;
const HOSTILE = `<b> & "'\`]]> # SKIP \\ \u202e`.replace('\u202e', '\u200d');
const PASSING = `${GOOD}tests:\n${line('inside', 'allow', '/sandbox/a')}${line('outside', 'deny', '/etc/passwd')}`;
const FAILING = `${GOOD}tests:\n${line('inside', 'allow', '/sandbox/a')}${line(HOSTILE, 'allow', '/etc/passwd')}`;
const INVALID = `${GOOD}tests:\n${line('inside', 'allow', '/sandbox/a')}${line('relative', 'deny', 'etc/passwd')}`;
const FILES = {
  'pass.yaml': PASSING,
  'fail.yaml': FAILING,
  'invalid.yaml': INVALID,
  'none.yaml': GOOD,
  'broken.yaml': `${PASSING}nonsense: 1\n`,
  'no-policy.yaml': PASSING.replace('true', 'false'),
  'agent_test.yaml': `apiVersion: nemoclaw.dev/v1\nkind: PolicyTest\nblueprint: ./none.yaml\ntests:\n${line('kept out', 'deny', '/etc/passwd')}`,
};

async function runs(...argv: string[]) {
  const { io, printed } = worldOf(FILES);
  const exitCode = await main(['test', ...argv], io);
  return { exitCode, ...printed };
}

describe('test', () => {
  test('says a line a test and counts them', async () => {
    expect(await runs('pass.yaml', 'agent_test.yaml')).toEqual({
      exitCode: 0,
      stdout: [
        'pass.yaml',
        '  ok       inside',
        '  ok       outside',
        '',
        'none.yaml',
        '  ok       kept out',
        '',
        '3 tests: 3 passed',
        '',
      ].join('\n'),
      stderr: ASSUMED,
    });
  });

  test('that fails: exit 3, expected and got, and the place with a caret', async () => {
    const { exitCode, stdout, stderr } = await runs('fail.yaml');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('\n  FAILED   <b> & "\'`]]> # SKIP \\ \\u{200d}\n');
    expect(stdout).toContain(
      '\n           expected allow, got deny, because nothing grants it: it cannot write `/etc/passwd`, ',
    );
    expect(stdout).toMatch(/\n2 tests: 1 passed, 1 failed\n$/);
    expect(stderr).toContain('fail.yaml:9:');
    expect(stderr).toMatch(/\^\^\^\^\^\n/);
    expect(stderr).toContain('[NC1780]');
  });

  test('of a user fails where the blueprint names none, as `can` says that it depends', async () => {
    const test = 'tests: [{ name: no root, expect: deny, access: { process: { user: 0 } } }]\n';
    const named = 'process: { run_as_user: nobody }\n';
    const { io, printed } = worldOf({ 'agent.yaml': GOOD + test, 'named.yaml': GOOD + named + test });
    expect(await main(['test', 'agent.yaml'], io)).toBe(3);
    expect(printed.stdout).toContain(
      '\n           expected deny, got no answer: it depends on who starts the agent: the blueprint names no user, ' +
        'so the agent acts as whoever starts it: as root, if root does\n',
    );
    expect(await main(['can', 'agent.yaml', '--user', '0'], io)).toBe(3);
    expect(printed.stdout).toContain('\ndepends: act as ');
    expect(await main(['test', 'named.yaml'], io)).toBe(0);
  });

  test('that asks for nothing which can be tried: exit 1, and the others still run', async () => {
    const { exitCode, stdout, stderr } = await runs('invalid.yaml', 'fail.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '  NOT RUN  relative\n           not run: `etc/passwd` is not a path that can be tried: relative\n',
    );
    expect(stdout).toMatch(/\n4 tests: 2 passed, 1 failed, 1 not run\n$/);
    expect(stderr).toContain('[NC1760]');
    expect(stderr).toContain('[NC1780]');
  });

  test.each([
    ['broken.yaml', '  NOT RUN  the file can be tested\n', '`nonsense`'],
    ['no-policy.yaml', '  NOT RUN  inside\n', 'NC1452'],
    ['gone.yaml', '  NOT RUN  the file can be tested\n', 'NC1000'],
  ])('of %s: exit 1, and it says why', async (path, said, why) => {
    const { exitCode, stdout, stderr } = await runs(path);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(said);
    expect(stderr).toContain(why);
  });

  test('--filter runs those with the text in their name, in any case', async () => {
    const { exitCode, stdout } = await runs('fail.yaml', 'pass.yaml', '--filter', 'INSID');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/2 tests: 2 passed\n$/);
  });

  test('without a test says so, and fails only when some are required', async () => {
    const none = await runs('none.yaml');
    expect([none.exitCode, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toContain('warning: no tests were found [NC1781]');
    const filtered = await runs('pass.yaml', '--filter', 'nothing');
    expect(filtered.exitCode).toBe(0);
    expect(filtered.stderr).toContain('no test has `nothing` in its name');
    const required = await runs('none.yaml', '--require-tests');
    expect(required.exitCode).toBe(1);
    expect(required.stderr).toContain('[NC1782]');
    expect((await runs('pass.yaml', '--require-tests')).exitCode).toBe(0);
  });
});

describe('formats', () => {
  test.each(['text', 'json', 'junit', 'tap'])('the exit code does not depend on %s', async (format) => {
    const codes = [];
    for (const path of ['pass.yaml', 'fail.yaml', 'invalid.yaml', 'none.yaml']) {
      codes.push((await runs(path, '-o', format)).exitCode);
    }
    expect(codes).toEqual([0, 3, 1, 0]);
  });

  test('json: every test with its place, its answer and the explanation', async () => {
    const { stdout } = await runs('fail.yaml', 'invalid.yaml', '-o', 'json');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      version: 1,
      command: 'test',
      passed: false,
      totals: { tests: 4, passed: 2, failed: 1, not_run: 1 },
    });
    expect(document.tests[0]).toMatchObject({
      file: 'fail.yaml',
      level: null,
      name: 'inside',
      outcome: 'passed',
      problem: null,
      place: { file: 'fail.yaml', line: 8, column: 13 },
      expect: 'allow',
      decision: { verdict: 'allow', grant: { id: 'filesystem:/sandbox' } },
    });
    expect(document.tests[1]).toMatchObject({ name: HOSTILE, decision: { verdict: 'deny', grant: null } });
    expect(document.tests[3]).toMatchObject({ outcome: 'invalid', decision: null });
    expect(document.diagnostics.map(({ code }: { code: string }) => code)).toEqual(['NC1780', 'NC1760']);
  });

  test('junit is XML whose texts are the ones of the tests, however hostile', async (context) => {
    hostNeeds(context, program('python3', 'python3'));
    const { stdout } = await runs('fail.yaml', 'invalid.yaml', 'broken.yaml', '-o', 'junit');
    const read = `
import json, sys, xml.etree.ElementTree as tree
print(json.dumps([[e.tag, e.attrib, (e.text or '').strip()] for e in tree.fromstring(sys.stdin.read()).iter()]))`;
    const { stdout: json, stderr } = spawnSync('python3', ['-c', read], { input: stdout, encoding: 'utf8' });
    expect(stderr).toBe('');
    const elements = JSON.parse(json) as [string, Record<string, string>, string][];
    const named = (tag: string) => elements.filter(([own]) => own === tag);
    expect(named('testsuites')[0]![1]).toMatchObject({ tests: '5', failures: '1', errors: '2' });
    expect(named('testsuite').map(([, { name, tests }]) => [name, tests])).toEqual([
      ['fail.yaml', '2'],
      ['invalid.yaml', '2'],
      ['broken.yaml', '1'],
    ]);
    expect(named('testsuite')[0]![1].timestamp).toBe('2026-01-01T00:00:00');
    expect(named('testcase')[1]![1]).toMatchObject({
      name: HOSTILE.replace('\u200d', '\\u{200d}'),
      classname: 'fail.yaml',
    });
    expect(named('failure')).toMatchObject([
      [
        'failure',
        { type: 'failed', message: expect.stringContaining('expected allow, got deny') },
        'fail.yaml:9:13',
      ],
    ]);
    expect(named('error')).toHaveLength(2);
  });

  test('tap 14: the plan, a line a test, and YAML where it did not pass', async () => {
    const { stdout } = await runs('fail.yaml', '-o', 'tap');
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'TAP version 14',
      '1..2',
      'ok 1 - fail.yaml: inside',
      'not ok 2 - fail.yaml: <b> & "\'`]]> \\# SKIP \\\\ \\\\u{200d}',
    ]);
    const [, block] = /\n {2}---\n([\s\S]*?)\n {2}\.\.\.\n$/.exec(stdout)!;
    const entries = block!.split('\n').map((text) => /^ {2}(\w+): (.*)$/.exec(text)!.slice(1, 3));
    expect(entries.map(([key]) => key)).toEqual(['message', 'severity', 'at']);
    expect(JSON.parse(entries[0]![1]!)).toContain('expected allow, got deny');
    expect(entries[1]![1]).toBe('fail');
    expect((await runs('none.yaml', '-o', 'tap')).stdout).toContain('\n1..0 # SKIP');
  });
});

describe('folders', () => {
  test('are searched for what is of this project; what is of others is passed over', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'deep'));
    writeFileSync(join(cwd, 'deep/agent.yaml'), PASSING);
    writeFileSync(
      join(cwd, 'deep/agent_test.yaml'),
      FILES['agent_test.yaml'].replace('none.yaml', 'agent.yaml'),
    );
    writeFileSync(join(cwd, 'compose.yaml'), 'services: {}\n');
    writeFileSync(join(cwd, 'chart.yaml'), '{{ if }}: [\n');
    const { exitCode, stdout, stderr } = await nemoclaw(['test'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: ASSUMED });
    expect(stdout).toMatch(/^deep\/agent\.yaml\n/);
    expect(stdout).toMatch(/\n3 tests: 3 passed\n$/);
    expect((await nemoclaw(['test', 'compose.yaml'], { cwd })).exitCode).toBe(1);
  });

  test('with a broken blueprint or a broken file of tests are not passed over', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), `${PASSING}nonsense: 1\n`);
    expect((await nemoclaw(['test', '.'], { cwd })).exitCode).toBe(1);
    const other = temporaryFolder();
    writeFileSync(join(other, 'agent_test.yaml'), 'tests: [\n');
    expect((await nemoclaw(['test', '.'], { cwd: other })).exitCode).toBe(1);
  });

  test('without any file have no tests', async () => {
    const { exitCode, stderr } = await nemoclaw(['test'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('no tests were found');
  });

  test('cannot make a file of tests read outside of its project', async () => {
    const cwd = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'agent.yaml'), GOOD);
    const text = FILES['agent_test.yaml'].replace('./none.yaml', join(outside, 'agent.yaml'));
    writeFileSync(join(cwd, 'agent_test.yaml'), text);
    const { exitCode, stderr } = await nemoclaw(['test', '.'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('it lies outside of');
  });
});

test('a blueprint on standard input', async () => {
  const { exitCode, stdout } = await nemoclaw(['test', '-'], { input: PASSING });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/2 tests: 2 passed\n$/);
});

test('every test that ships passes, and every blueprint, example and preset has some', async () => {
  const { exitCode, stdout } = await nemoclaw(['test', 'blueprints', 'examples', '-o', 'json']);
  const { tests, diagnostics } = JSON.parse(stdout);
  expect(diagnostics).toEqual([]);
  expect(exitCode).toBe(0);
  const tested = new Set(tests.map(({ file }: { file: string }) => file));
  for (const file of [
    'blueprints/coding-agent.yaml',
    'blueprints/openclaw.yaml',
    'blueprints/research-agent.yaml',
    'blueprints/presets/github.yaml',
    'blueprints/tiers/restricted.yaml',
    'examples/monorepo/blueprint.yaml',
    'examples/node-agent/blueprint.yaml',
    'examples/python-data-agent/blueprint.yaml',
    'examples/shell-agent/blueprint.yaml',
  ]) {
    expect(tested).toContain(file);
  }
});

test('files of tests and the compiler: validated, and refused as a blueprint', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'agent_test.yaml'), FILES['agent_test.yaml']);
  const valid = await nemoclaw(['validate', 'agent_test.yaml'], { cwd });
  expect([valid.exitCode, valid.stdout]).toEqual([0, 'agent_test.yaml: valid\n']);
  const compiled = await nemoclaw(['compile', 'agent_test.yaml'], { cwd });
  expect(compiled.exitCode).toBe(1);
  expect(compiled.stderr).toContain('[NC1098]');
});
