import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { nemoclaw, temporaryFolder } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const SETTINGS = '{"network": {"allowedDomains": ["github.com"]}, "filesystem": {"denyRead": ["~/.ssh"]}}\n';
const LOOSER = '{"network": {}, "filesystem": {"denyRead": ["**/.env"]}}\n';

async function run(argv: string[], files: Record<string, string> = { 's.json': SETTINGS }) {
  const world = worldOf({ ...files });
  const exitCode = await main(argv, world.io);
  return { exitCode, ...world.printed, files: world.files };
}

describe('import', () => {
  test('prints the blueprint and nothing else on standard output', async () => {
    const { exitCode, stdout, stderr } = await run(['import', 's.json']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^# Imported from s\.json by `nemoclaw import`.*\napiVersion: nemoclaw\.dev\/v1\n/,
    );
    expect(stderr).toContain('[NC1910]');
    expect(stderr).not.toContain('NC1900');
    expect(stderr).toMatch(/\nsettings: 2 exact, 4 stricter, 0 looser, 0 lost\n$/);
  });

  test('writes a file, and leaves one that is there alone', async () => {
    const first = await run(['import', 's.json', '--out', 'agent.yaml', '--name', 'agent']);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toBe('');
    expect(first.stderr).toContain('agent.yaml: written; read it before you use it\n');
    expect(first.files['agent.yaml']).toContain('  name: agent\n');
    const files = { 's.json': SETTINGS, 'agent.yaml': 'mine' };
    const again = await run(['import', 's.json', '--out', 'agent.yaml'], files);
    expect({ exitCode: again.exitCode, text: again.files['agent.yaml'] }).toEqual({
      exitCode: 1,
      text: 'mine',
    });
    expect(again.stderr).toContain('agent.yaml is left alone: it exists');
    const forced = await run(['import', 's.json', '--out', 'agent.yaml', '--force'], files);
    expect({ exitCode: forced.exitCode, text: forced.files['agent.yaml'] }).not.toEqual({
      exitCode: 0,
      text: 'mine',
    });
  });

  test('with --strict writes nothing where something would be looser', async () => {
    const files = { 's.json': LOOSER };
    const strict = await run(['import', 's.json', '--strict', '--out', 'a.yaml'], files);
    expect(strict.exitCode).toBe(3);
    expect(strict.files['a.yaml']).toBeUndefined();
    expect(strict.stderr).toContain('nothing is written, because something would be looser');
    expect((await run(['import', 's.json'], files)).exitCode).toBe(0);
    expect((await run(['import', 's.json', '--strict'])).exitCode).toBe(0);
  });

  test('reports as JSON, exact settings included', async () => {
    const { stdout, stderr } = await run(['import', 's.json', '-o', 'json']);
    const report = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(report).toMatchObject({
      version: 1,
      command: 'import',
      imported: true,
      language: 'srt',
      effects: { exact: 2, stricter: 4, looser: 0, lost: 0 },
      out: null,
    });
    expect(report.blueprint).toContain('host: github.com');
    expect(report.changes).toContainEqual({
      effect: 'exact',
      code: 'NC1900',
      name: 'import/exact',
      message: 'exact: `~/.ssh` cannot be read',
      file: 's.json',
      line: 1,
      column: 77,
    });
  });

  test.each([
    ['a file that is missing', ['import', 'x.json'], {}, 'NC1000'],
    ['another kind of file', ['import', 'x.json'], { 'x.json': '{"a": 1}' }, 'NC1903'],
    [
      'a key that is misspelt',
      ['import', 'x.json'],
      { 'x.json': '{"network": {"allowedDomain": []}}' },
      'NC1901',
    ],
    [
      'a working folder that cannot be read',
      ['import', 'x.json'],
      { 'x.json': '{"filesystem": {"denyRead": ["."]}}' },
      'NC1452',
    ],
    [
      'a host that means something else to somebody',
      ['import', 'x.txt'],
      { 'x.txt': 'a.example.0x7f:443' },
      'NC1550',
    ],
  ])('ends with 1 for %s', async (_, argv, files, code) => {
    const { exitCode, stdout, stderr } = await run(argv, files as Record<string, string>);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`[${code}]`);
  });

  test.each([
    [['import', 's.json', '--from', 'srtt'], 'Did you mean srt?'],
    [['import', 's.json', '--name', 'Not Good'], 'lower-case letters'],
    [['import'], "missing required argument 'file'"],
  ])('ends with 2 for %j', async (argv, words) => {
    const { exitCode, stderr } = await run(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });

  test('acts on no terminal, whatever the file is called and says', async () => {
    const name = '\u001b[2J\u202e.json';
    const text = '{"network": {"\u202e": 1, "allowedDomains": ["a\u202e.example"]}}';
    const good = await run(['import', name], { [name]: SETTINGS });
    const bad = await run(['import', name], { [name]: text });
    for (const { stdout, stderr } of [good, bad]) {
      for (const character of ['\u001b', '\u202e']) expect(stdout + stderr).not.toContain(character);
    }
    expect(good.exitCode).toBe(0);
  });

  test('works from a pipe into a file that validates', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'agent.yaml');
    writeFileSync(join(folder, 'other.yaml'), 'x');
    const argv = ['import', '-', '--out', out, '--name', 'agent'];
    const { exitCode } = await nemoclaw(argv, { input: SETTINGS });
    expect({ exitCode, made: existsSync(out) }).toEqual({ exitCode: 0, made: true });
    expect(readFileSync(out, 'utf8')).toMatch(/^# Imported from <stdin> /);
    expect((await nemoclaw(['validate', out])).exitCode).toBe(0);
    expect((await nemoclaw(['fmt', '--check', out])).exitCode).toBe(0);
  });
});
