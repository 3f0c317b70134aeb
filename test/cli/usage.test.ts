import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { main, plainValidation } from '../../cli/main.ts';
import { parseArguments } from '../../cli/program.ts';
import { GOOD, nemoclaw } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const COMMANDS = [
  ['validate'],
  ['fmt'],
  ['lint'],
  ['import'],
  ['export', 'openshell'],
  ['presets', 'list'],
  ['presets', 'show'],
  ['schema', 'print'],
  ['schema', 'list'],
  ['egress', 'expire'],
  ['explain'],
  ['can'],
  ['test'],
  ['diff'],
  ['compile'],
  ['inspect'],
  ['sign'],
  ['verify-bundle'],
  ['apply'],
  ['rollback'],
  ['history'],
  ['status'],
  ['sync'],
  ['attest'],
  ['fleet'],
  ['prove'],
  ['run'],
  ['verify'],
  ['report'],
  ['simulate'],
  ['audit', 'verify'],
  ['audit', 'tail'],
  ['audit', 'query'],
  ['audit', 'export'],
  ['logs'],
  ['egress', 'list'],
  ['egress', 'show'],
  ['egress', 'deny'],
  ['egress', 'propose'],
  ['egress', 'allow'],
  ['version'],
] as const;

describe('a wrong command line ends with 2, says what is meant on standard error and prints no result', () => {
  test.each([
    [['validat', 'x'], "unknown command 'validat'", 'Did you mean validate?'],
    [['validate', '--strct', 'x'], "unknown option '--strct'", 'Did you mean --strict?'],
    [['validate', '-o', 'jsn', 'x'], "argument 'jsn' is invalid", 'Did you mean json?'],
    [['validate', '-o', 'xml', 'x'], "argument 'xml' is invalid", 'text, json, github, sarif'],
    [['version', '-o', 'sarif'], "argument 'sarif' is invalid", 'text, json'],
    [['validate'], "missing required argument 'path'", 'nemoclaw validate --help'],
    [['validate', '--workdir', 'here', 'x'], "argument 'here' is invalid", 'Give an absolute path.'],
    [['validate', '--set', 'x', 'x'], "argument 'x' is invalid", 'Write NAME=VALUE.'],
    [['validate', '--set', 'a=1', '--set', 'a=2', 'x'], "argument 'a=2' is invalid", 'a is given twice.'],
    [['compile', 'a', 'b'], 'too many arguments', 'nemoclaw compile --help'],
    [['can', 'a.yaml'], 'say what is tried', 'nemoclaw can --help'],
    [['can', 'a.yaml', '--read', '/a', '--write', '/a'], 'ask for one thing at a time', 'can --help'],
    [['can', 'a.yaml', 'GET'], 'METHOD needs a URL behind it', 'can --help'],
    [['can', 'a.yaml', 'GET', 'example.com'], "value 'example.com' is invalid", 'Write a URL such as'],
    [['can', 'a.yaml', 'GET', 'https://example.com'], 'a connection needs --binary', 'can --help'],
    [['can', 'a.yaml', '--connect', 'example.com'], "argument 'example.com' is invalid", 'Write HOST:PORT.'],
    [['can', 'a.yaml', '--model', 'default'], "argument 'default' is invalid", 'Write ROUTE/MODEL.'],
    [['can', 'a.yaml', '--use', 'processes'], "argument 'processes' is invalid", 'Write LIMIT=AMOUNT.'],
    [['can', 'a.yaml', '--read', '/a', '--sha256', 'x'], '--sha256 is for METHOD URL', 'can --help'],
    [['can', 'a.yaml', '--raed', '/a'], "unknown option '--raed'", 'Did you mean --read?'],
    [['test', '-o', 'junt'], "argument 'junt' is invalid", 'Did you mean junit?'],
    [['simulate', 'a.yaml'], "required option '--log <file>' not specified", 'nemoclaw simulate --help'],
    [['simulate', '-', '--log', '-'], 'standard input can be only one', 'nemoclaw simulate --help'],
    [
      ['simulate', 'a', '--log', 'b', '--fail-on', 'denny'],
      "argument 'denny' is invalid",
      'Did you mean deny?',
    ],
    [['run', 'a.yaml'], "missing required argument 'command'", 'nemoclaw run --help'],
    [['presets', 'lst'], "unknown command 'lst'", 'Did you mean list?'],
    [['presets', 'github'], "unknown command 'github'", 'nemoclaw presets --help'],
    [['presets', 'list', 'x'], 'too many arguments', 'See nemoclaw presets list --help.'],
    [['presets', '--outpt'], "unknown option '--outpt'", 'Did you mean --output?'],
    [['schema', 'prnt'], "unknown command 'prnt'", 'Did you mean print?'],
    [['schema', 'print', 'bluprint'], 'there is no schema bluprint', 'did you mean blueprint?'],
    [['explain', 'NC102O'], 'there is no code NC102O', 'Did you mean NC1020?'],
    [['explain', 'yaml/duplicate-kee'], 'there is no code', 'Did you mean yaml/duplicate-key?'],
    [['presets', 'show', 'githb'], 'there is no preset or tier githb', 'did you mean github?'],
  ] as [string[], string, string][])('%j', async (argv, problem, hint) => {
    const { exitCode, stdout, stderr } = await nemoclaw(argv);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`nemoclaw: `);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(hint);
  });

  test('no command at all prints the help', async () => {
    const { exitCode, stdout, stderr } = await nemoclaw([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Start here:');
  });

  test('what was typed acts on no terminal', async () => {
    const { stderr } = await nemoclaw(['explain', '\u001b[2J\u202e']);
    expect(stderr).toContain('\\u{1b}[2J\\u{202e}');
  });
});

describe('help', () => {
  test('lists every command with what it is for, and where to start', async () => {
    const { exitCode, stdout, stderr } = await nemoclaw(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const [command] of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} .*[a-z]`, 'm'));
    expect(stdout).toMatch(/^Exit codes: 0 .*, 1 .*, 2 .*, 3 .*, 4 .*, 70 /m);
    // The first was written down by the build, this one is made now.
    expect(await nemoclaw(['help'])).toEqual({ exitCode, stdout, stderr });
    expect(await nemoclaw(['-h'])).toEqual({ exitCode, stdout, stderr });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  test.each(COMMANDS.map((command) => [command]))('of %j teaches', async (command) => {
    const { exitCode, stdout, stderr } = await nemoclaw([...command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: nemoclaw ${command.join(' ')} `));
    expect(stdout).toContain('-o, --output <format>');
    expect(stdout).toMatch(/\nExamples:\n( {2}nemoclaw .*\n){1,3}/);
    expect(stdout).toMatch(/\nExit codes:\n {2}0 {2}/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    // No line of the description but the last one ends early, and no default is told in milliseconds.
    const [, description = ''] = stdout.split('\n\n');
    for (const line of description.split('\n').slice(0, -1)) expect(line.length).toBeGreaterThan(60);
    expect(stdout).not.toMatch(/default: \d{5,}/);
  });

  test('names only commands and options that exist', async () => {
    for (const command of COMMANDS) {
      const { stdout } = await nemoclaw([...command, '--help']);
      const examples = stdout.slice(stdout.indexOf('Examples:')).matchAll(/^ {2}nemoclaw (\w+)(.*?) {2}/gm);
      for (const [, name, rest] of examples) {
        expect(COMMANDS.map(([first]) => first)).toContain(name);
        for (const [option] of rest!.matchAll(/(?<= )--[a-z]+(?:-[a-z]+)*/g))
          expect(stdout).toMatch(new RegExp(`[ ,] ${option} `));
      }
    }
  });
});

test('validate with paths alone is understood without the parser as it is with it', () => {
  const word = fc.oneof(
    fc.constantFrom('-', '--', '-o', '--strict', 'json', '', 'a b'),
    fc.string({ maxLength: 4 }),
  );
  const found = { plain: 0 };
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const plain = plainValidation(['validate', ...words]);
      if (plain === null) return;
      found.plain++;
      expect(parseArguments(['validate', ...words], worldOf({}).io)).toEqual({
        kind: 'chosen',
        chosen: plain,
      });
    }),
    { numRuns: 300 },
  );
  expect(found.plain).toBeGreaterThan(50);
  expect(plainValidation(['validate'])).toBeNull();
  expect(plainValidation(['validate', 'a', '--strict'])).toBeNull();
  expect(plainValidation(['compile', 'a'])).toBeNull();
});

describe('a defect', () => {
  const broken = (environment: Record<string, string>) => {
    const world = worldOf({ 'agent.yaml': GOOD }, environment);
    const io = {
      ...world.io,
      reader: {
        ...world.io.reader,
        read: () => {
          throw new RangeError('token=abc123\n    at forged (file.js:1:1)');
        },
      },
    };
    return { world, io };
  };

  test('ends with 70 and names the place, but not the words of the error, which may be secret', async () => {
    const { world, io } = broken({});
    expect(await main(['validate', 'agent.yaml'], io)).toBe(70);
    expect(world.printed.stdout).toBe('');
    expect(world.printed.stderr).toMatch(/met a defect of its own/);
    expect(world.printed.stderr).toMatch(/RangeError\n\s+at /);
    expect(world.printed.stderr).not.toMatch(/abc123|forged/);
  });

  test('says more when asked', async () => {
    const { world, io } = broken({ NEMOCLAW_DEBUG: '1' });
    expect(await main(['validate', 'agent.yaml'], io)).toBe(70);
    expect(world.printed.stderr).toContain('abc123');
  });
});
