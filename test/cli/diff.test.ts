import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../cli/arguments/diff.ts';
import { differenceExitCode } from '../../cli/difference-exit-code.ts';
import { main } from '../../cli/main.ts';
import type { Difference } from '../../compiler/analysis/difference/difference.ts';
import { FULL, READ, reaching } from './git/repository.ts';
import { GOOD, nemoclaw } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const OTHER = 'host: b.example.com, port: 443, access: full';
/** A pattern whose automaton has two to the power of its length in states; beyond any budget. */
const intricate = (end: string) =>
  `host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/*a${'?'.repeat(40)}${end}" } }]`;
const FILES = {
  'none.yaml': reaching([]),
  'read.yaml': reaching([READ]),
  'again.yaml': `# the same\n${reaching([READ])}`,
  'full.yaml': reaching([FULL]),
  'other.yaml': reaching([OTHER]),
  'intricate.yaml': reaching([intricate('?')]),
  // Within the other one, which is beyond what can be found out.
  'intricate-b.yaml': reaching([intricate('b')]),
  'bad.yaml': `${GOOD}metadata: {}\n`,
  'part.yaml':
    'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: p, description: x }\nnetwork_policies: {}\n',
};

async function diff(...argv: readonly string[]) {
  const world = worldOf({ ...FILES, '-': FILES['full.yaml'] });
  const exitCode = await main(['diff', ...argv], world.io);
  return { exitCode, ...world.printed };
}

describe('the verdict', () => {
  test.each([
    ['read.yaml', 'full.yaml', 'widens'],
    ['full.yaml', 'read.yaml', 'narrows'],
    ['full.yaml', 'other.yaml', 'both'],
    ['read.yaml', 'again.yaml', 'equal'],
    ['read.yaml', 'read.yaml', 'equal'],
  ])('from %s to %s is %s', async (old, next, verdict) => {
    const { exitCode, stdout, stderr } = await diff(old, next, '-o', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      version: 1,
      command: 'diff',
      verdict,
      comparisons: [{ path: next, verdict, old: { label: old, exists: true }, new: { label: next } }],
      skipped: [],
      diagnostics: [],
    });
    const [{ old: before, new: after }] = document.comparisons;
    expect(before.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(after.digest === before.digest).toBe(verdict === 'equal');
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../schemas/difference.schema.json'), 'utf8'),
    );
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });

  test('is inconclusive where patterns are beyond what can be found out, and that fails as a widening does', async () => {
    const { exitCode, stdout } = await diff('intricate.yaml', 'intricate-b.yaml', '--fail-on', 'widening');
    expect(exitCode).toBe(3);
    expect(stdout.split('\n')[0]).toBe(
      'intricate-b.yaml: it is NOT KNOWN whether this change widens what the agent can do: ' +
        'the patterns of path could not be compared; treat it as if it did',
    );
  }, 120_000);

  test('says that a rewritten policy means the same, and shows its lines', async () => {
    const { stdout } = await diff('read.yaml', 'again.yaml');
    expect(stdout).toMatch(
      /^again\.yaml: equal meaning, rewritten: .*\n\n--- read\.yaml\n\+\+\+ again\.yaml\n/,
    );
    expect(stdout).toContain('\n+# the same\n');
    expect((await diff('read.yaml', 'again.yaml', '--no-text-diff')).stdout).not.toContain('+++');
    expect((await diff('read.yaml', 'read.yaml')).stdout).toBe('read.yaml: nothing changed\n');
  });
});

describe('exit codes', () => {
  test.each<[string, string, string[], number]>([
    ['read.yaml', 'full.yaml', [], 0],
    ['read.yaml', 'full.yaml', ['--fail-on', 'widening'], 3],
    ['full.yaml', 'other.yaml', ['--fail-on', 'widening'], 3],
    ['full.yaml', 'read.yaml', ['--fail-on', 'widening'], 0],
    ['full.yaml', 'read.yaml', ['--fail-on', 'any'], 3],
    ['read.yaml', 'again.yaml', ['--fail-on', 'any'], 0],
    ['read.yaml', 'full.yaml', ['--fail-on', 'inconclusive'], 0],
    ['full.yaml', 'read.yaml', ['--fail-on', 'inconclusive', '--fail-on', 'any'], 3],
    ['full.yaml', 'read.yaml', ['--fail-on', 'inconclusive,any'], 3],
    ['read.yaml', 'full.yaml', ['--detailed-exitcode'], 2],
    ['full.yaml', 'read.yaml', ['--detailed-exitcode'], 2],
    ['read.yaml', 'again.yaml', ['--detailed-exitcode'], 0],
    ['read.yaml', 'bad.yaml', ['--detailed-exitcode'], 1],
    ['read.yaml', 'full.yaml', ['--detailed-exitcode', '--fail-on', 'widening'], 3],
  ])('%s to %s with %j: %i', async (old, next, options, expected) => {
    expect((await diff(old, next, ...options)).exitCode).toBe(expected);
  });

  test.each<[Difference['verdict'], string | null, Failure[], boolean, number]>([
    ['inconclusive', 'x', [], false, 0],
    ['inconclusive', 'x', ['widening'], false, 3],
    ['inconclusive', 'x', ['inconclusive'], false, 3],
    ['inconclusive', 'x', ['any'], false, 3],
    ['inconclusive', 'x', [], true, 2],
    ['widens', 'x', ['inconclusive'], false, 3],
    ['widens', null, ['inconclusive'], false, 0],
    ['both', null, ['widening'], false, 3],
    ['narrows', null, ['widening', 'inconclusive'], true, 2],
    ['equal', null, ['any'], true, 0],
  ])(
    '%s with %j unknown, failing on %j, detailed %j: %i',
    (verdict, unknown, failOn, detailedExitCode, expected) => {
      const one = { difference: { verdict, unknown, changes: [], isComplete: unknown === null } };
      const equal = { difference: { ...one.difference, verdict: 'equal', unknown: null } } as const;
      expect(differenceExitCode([equal, one], { failOn, detailedExitCode })).toBe(expected);
    },
  );

  test.each(['text', 'markdown', 'html', 'json', 'sarif', 'github'])(
    'do not depend on %s',
    async (format) => {
      const codes = [
        await diff('read.yaml', 'full.yaml', '-o', format, '--fail-on', 'widening'),
        await diff('full.yaml', 'read.yaml', '-o', format, '--fail-on', 'widening'),
        await diff('read.yaml', 'bad.yaml', '-o', format),
      ].map(({ exitCode }) => exitCode);
      expect(codes).toEqual([3, 0, 1]);
    },
  );
});

describe('invalid input', () => {
  test('is named on both sides', async () => {
    const { exitCode, stdout, stderr } = await diff('bad.yaml', 'part.yaml');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^bad\.yaml:7:1: error: .*\[NC1020\]/m);
    expect(stderr).toMatch(/^part\.yaml:3:\d+: error: .*\[NC1099\]/m);
    expect(stdout).toBe('not every policy could be compared; treat the change as if it widened\n');
  });

  test('that cannot be read is named on both sides', async () => {
    const { exitCode, stderr } = await diff('gone.yaml', 'lost.yaml');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('gone.yaml: error: the file cannot be read');
    expect(stderr).toContain('lost.yaml: error: the file cannot be read');
  });

  test.each(['json', 'sarif', 'github', 'markdown', 'html'])('is in the document of %s', async (format) => {
    const { stdout } = await diff('read.yaml', 'bad.yaml', '-o', format);
    expect(stdout).toContain('NC1020');
    if (format === 'json')
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'inconclusive',
        comparisons: [],
        counts: { errors: 1 },
      });
    if (format === 'markdown' || format === 'html') expect(stdout).toContain('nemoclaw diff: inconclusive');
  });

  test('warnings of a valid policy are not what is asked', async () => {
    const world = worldOf({ 'a.yaml': GOOD, 'b.yaml': `${GOOD}process:\n  environment: [LD_PRELOAD]\n` });
    await main(['diff', 'a.yaml', 'b.yaml'], world.io);
    expect(world.printed.stderr).toBe('');
  });
});

describe('input', () => {
  test('comes from standard input on one side', async () => {
    const { exitCode, stdout } = await diff('read.yaml', '-', '--no-text-diff');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<stdin>: this change WIDENS/);
    expect(stdout).toContain('<stdin>:9:17: granted by `egress:web#0`');
  });

  test('may be policies of OpenShell', async () => {
    const policy = (access: string) =>
      `version: 1\nfilesystem_policy: { include_workdir: true }\nnetwork_policies:\n  web:\n    endpoints:\n      - { host: a.example.com, port: 443, protocol: rest, access: ${access}, enforcement: enforce }\n    binaries: [{ path: /usr/bin/curl }]\n`;
    const world = worldOf({ 'a.yaml': policy('read-only'), 'b.yaml': policy('full') });
    expect(await main(['diff', 'a.yaml', 'b.yaml', '--fail-on', 'widening'], world.io)).toBe(3);
  });

  test('without git in this world, says so', async () => {
    const { exitCode, stderr } = await diff('--git', 'HEAD');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('git cannot be asked: there is no git in this world [NC1850]');
  });
});

describe('a wrong command line', () => {
  test.each([
    [['a.yaml'], 'give OLD and NEW, --git with a range, or --staged; there are 1 paths'],
    [[], 'there are 0 paths'],
    [['a', 'b', 'c'], 'there are 3 paths'],
    [['-', '-'], 'only one of OLD and NEW can be standard input'],
    [['a', 'b', '--fail-on', 'widen'], 'Allowed choices are widening, any, inconclusive.'],
    [['a', 'b', '--most', '0'], 'Give a number from 1 on.'],
    [['a', 'b', '-o', 'yaml'], 'Allowed choices are text, markdown, html, json, sarif, github.'],
  ])('%j ends with 2', async (argv, problem) => {
    const { exitCode, stdout, stderr } = await diff(...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/^nemoclaw: /);
  });
});

test('the built program compares files', async () => {
  const { exitCode, stdout } = await nemoclaw(['diff', '-', 'blueprints/coding-agent.yaml', '-o', 'json'], {
    input: readFileSync(join(import.meta.dirname, '../../blueprints/coding-agent.yaml')),
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'equal' });
});
