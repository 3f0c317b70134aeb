import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../compiler/diagnostics/catalog.ts';
import { GOOD, nemoclaw, nemoclawProgram, projectFolder, temporaryFolder } from './nemoclaw.ts';

const packageVersion = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version;

describe('version', () => {
  test('is the one of the package', async () => {
    expect((await nemoclaw(['--version'])).stdout).toBe(`${packageVersion}\n`);
    expect((await nemoclaw(['version'])).stdout).toContain(
      `nemoclaw ${packageVersion}\nnode ${process.versions.node}\n`,
    );
    expect(JSON.parse((await nemoclaw(['version', '-o', 'json'])).stdout)).toMatchObject({
      version: 1,
      nemoclaw: packageVersion,
    });
  });
});

describe('explain', () => {
  test('gives the long text of a code and of a name', async () => {
    const byCode = await nemoclaw(['explain', 'nc1020']);
    expect(byCode.stdout).toMatch(/^NC1020 yaml\/duplicate-key \(error\)\n\n[A-Z]/);
    expect(Math.max(...byCode.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(await nemoclaw(['explain', 'yaml/duplicate-key'])).toEqual(byCode);
    const json = JSON.parse((await nemoclaw(['explain', 'NC1020', '-o', 'json'])).stdout);
    expect(json.entry).toMatchObject({ code: 'NC1020', name: 'yaml/duplicate-key', severity: 'error' });
  });

  test('lists all without one', async () => {
    const { stdout } = await nemoclaw(['explain']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(CATALOG.length);
  });

  test('ends quietly when its reader goes away', async () => {
    const child = execa(process.execPath, [nemoclawProgram, 'explain'], { reject: false });
    child.stdout.destroy();
    const { exitCode, stderr } = await child;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('schema', () => {
  test.each(readdirSync(join(projectFolder, 'schemas')))('prints %s as it is published', async (file) => {
    const { stdout, exitCode } = await nemoclaw(['schema', 'print', file.replace('.schema.json', '')]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(readFileSync(join(projectFolder, 'schemas', file), 'utf8'));
  });

  test('prints the one of blueprints when none is named, and lists all', async () => {
    expect(JSON.parse((await nemoclaw(['schema', 'print'])).stdout).title).toBe('Blueprint');
    const { schemas } = JSON.parse((await nemoclaw(['schema', 'list', '-o', 'json'])).stdout);
    expect(schemas).toHaveLength(readdirSync(join(projectFolder, 'schemas')).length);
    for (const { description } of schemas) expect(description).toMatch(/\w/);
  });
});

describe('presets', () => {
  test('are listed with levels and purpose, and shown as they are', async () => {
    const { stdout } = await nemoclaw(['presets', 'list']);
    expect(stdout).toMatch(/^tier {4}restricted /m);
    expect(stdout).toMatch(/^preset {2}github .*read-only, read-write/m);
    const shown = await nemoclaw(['presets', 'show', 'github']);
    expect(shown.stdout).toBe(readFileSync(join(projectFolder, 'blueprints/presets/github.yaml'), 'utf8'));
  });
});

test.each(['presets', 'schema'])('%s without a subcommand lists, in each format', async (command) => {
  for (const format of ['text', 'json']) {
    const bare = await nemoclaw([command, '-o', format]);
    expect(bare.exitCode).toBe(0);
    expect(bare).toEqual(await nemoclaw([command, 'list', '-o', format]));
  }
  expect(await nemoclaw([command])).toEqual(await nemoclaw([command, 'list']));
});

describe('fmt', () => {
  test('shows no credential in what it says about a text', async () => {
    const token = `ghp_${'a1'.repeat(20)}`;
    const { exitCode, stdout, stderr } = await nemoclaw(['fmt', '-'], { input: `x: 1\nx: ${token}\n` });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('NC1020');
    expect(stdout + stderr).not.toContain(token);
  });

  const UNTIDY = `# about it\n${GOOD.replace('  name: good', '    name:   "good"   # its name')}`;

  test('prints the formatted text of standard input, comments kept', async () => {
    const { exitCode, stdout, stderr } = await nemoclaw(['fmt', '-'], { input: UNTIDY });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('# about it\n');
    expect(stdout).toContain('\n  name: good  # its name\n');
    expect((await nemoclaw(['fmt', '-'], { input: stdout })).stdout).toBe(stdout);
  });

  test('rewrites files in place, behind links and with their mode, and names those that changed', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'untidy.yaml'), UNTIDY);
    chmodSync(join(cwd, 'untidy.yaml'), 0o640);
    symlinkSync('untidy.yaml', join(cwd, 'link.yaml'));
    const first = await nemoclaw(['fmt', 'link.yaml'], { cwd });
    expect(first).toEqual({ exitCode: 0, stdout: 'link.yaml\n', stderr: '' });
    expect(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, 'untidy.yaml')).mode & 0o777).toBe(0o640);
    expect(await nemoclaw(['fmt', 'untidy.yaml'], { cwd })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(readdirSync(cwd).sort()).toEqual(['link.yaml', 'untidy.yaml']);
  });

  test('--check changes nothing and ends with 3', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'untidy.yaml'), UNTIDY);
    const { exitCode, stdout } = await nemoclaw(['fmt', '--check', '.', '-o', 'json'], { cwd });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).files).toEqual([{ path: 'untidy.yaml', changed: true }]);
    expect(readFileSync(join(cwd, 'untidy.yaml'), 'utf8')).toBe(UNTIDY);
  });

  test('leaves a file that is not YAML alone and ends with 1', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'broken.yaml'), 'a: [1\n');
    const { exitCode, stderr } = await nemoclaw(['fmt', 'broken.yaml'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/broken\.yaml:\d:\d: error: /);
    expect(readFileSync(join(cwd, 'broken.yaml'), 'utf8')).toBe('a: [1\n');
  });
});
