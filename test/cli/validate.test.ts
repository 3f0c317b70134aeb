import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { hostNeeds, program } from '../support/host.ts';
import { builtPrograms } from '../support/kernel.ts';
import { BAD, GOOD, nemoclaw, nemoclawProgram, temporaryFolder } from './nemoclaw.ts';

describe('one file', () => {
  test('that is valid: exit 0, the result on standard output, what that means on standard error', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), GOOD);
    expect(await nemoclaw(['validate', 'agent.yaml'], { cwd })).toEqual({
      exitCode: 0,
      stdout: 'agent.yaml: valid\n',
      stderr:
        'checked: syntax, schema, what it extends and means. ' +
        'Does this machine enforce it? nemoclaw validate -t host agent.yaml\n',
    });
  });

  test('that is not: exit 1, place, line, caret, suggestion and count on standard error', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), BAD);
    const { exitCode, stdout, stderr } = await nemoclaw(['validate', 'agent.yaml'], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('agent.yaml: not valid\n');
    expect(stderr).toContain('agent.yaml:7:1: error: the key `metadata` appears twice');
    expect(stderr).toContain('\n   7 | metadata:\n     | ^^^^^^^^\n');
    expect(stderr).toContain('\n  help: ');
    expect(stderr).toMatch(/\n\n1 error\n$/);
  });

  test('through a pipe', async () => {
    const { exitCode, stdout, stderr } = await nemoclaw(['validate', '-'], { input: BAD });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('-: not valid\n');
    expect(stderr).toContain('<stdin>:7:1: error:');
  });

  test('of the shipped ones', async () => {
    const { exitCode, stdout } = await nemoclaw(['validate', 'blueprints', '--strict', '-o', 'json']);
    const { counts, files } = JSON.parse(stdout);
    expect({ exitCode, counts }).toMatchObject({ exitCode: 0, counts: { errors: 0, warnings: 0 } });
    expect(files.length).toBeGreaterThan(12);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a missing file', 'gone.yaml', 'no such file or folder'],
    ['a part of the path that is a file', 'agent.yaml/x', 'a part of the path is not a folder'],
    ['a folder without files', 'empty', 'no .yaml or .yml file below it'],
    ['a named pipe', 'pipe', 'it is a named pipe, not a file'],
    ['a device', '/dev/zero', 'it is a device, not a file'],
    ['a link to itself', 'loop.yaml', 'too many symbolic links'],
  ])('%s: exit 1, and it says so', async (_name, path, why) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), GOOD);
    mkdirSync(join(cwd, 'empty'));
    symlinkSync('loop.yaml', join(cwd, 'loop.yaml'));
    await execa('mkfifo', [join(cwd, 'pipe')]);
    const { exitCode, stderr } = await nemoclaw(['validate', path], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${path}: error: the file cannot be read: ${why} [NC1000]`);
  });

  test('a file of more than 4 MiB is refused at its first line, with what to do', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'large.yaml'), Buffer.alloc(4 * 1024 * 1024 + 1, '#'));
    const { exitCode, stderr } = await nemoclaw(['validate', 'large.yaml'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('large.yaml:1:1: error: the file has more than 4 MiB [NC1001]\n   1 | ####');
    expect(stderr).toContain('help: split it into several files');
  });

  test('does not hide what is wrong with the others', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), BAD);
    const { exitCode, stderr } = await nemoclaw(['validate', 'gone.yaml', 'agent.yaml'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('NC1000');
    expect(stderr).toContain('NC1020');
    expect(stderr).toMatch(/\n2 errors\n$/);
  });
});

describe('many files', () => {
  test('of folders are found, hidden ones and other endings are not, each is checked once', async () => {
    const cwd = temporaryFolder();
    for (const folder of ['a/deep', '.hidden', 'node_modules'])
      mkdirSync(join(cwd, folder), { recursive: true });
    for (const file of ['b.yaml', 'a/deep/c.yml', '.hidden/d.yaml', 'node_modules/e.yaml', 'f.txt']) {
      writeFileSync(join(cwd, file), file.startsWith('.') || file.startsWith('n') ? 'no' : GOOD);
    }
    const { exitCode, stdout } = await nemoclaw(['validate', '.', 'b.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toBe('a/deep/c.yml: valid\nb.yaml: valid\n');
  });

  test('one that is no blueprint makes a folder invalid', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'compose.yaml'), 'services: {}\n');
    const { exitCode, stderr } = await nemoclaw(['validate', '.'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('compose.yaml:1:1: error: ');
  });
});

test('--schema-only asks neither what a file extends nor what it means', async () => {
  const input = `${GOOD.replace('include_workdir: true', 'include_workdir: false')}extends:\n  - preset: no-such\n`;
  expect((await nemoclaw(['validate', '-'], { input })).exitCode).toBe(1);
  expect(await nemoclaw(['validate', '-', '--schema-only'], { input })).toEqual({
    exitCode: 0,
    stdout: '-: valid\n',
    stderr: 'checked: syntax and schema alone\n',
  });
  expect(
    (await nemoclaw(['validate', '-', '--schema-only'], { input: `${GOOD}nonsense: 1\n` })).exitCode,
  ).toBe(1);
});

describe('for a target', () => {
  const OLD = { apiVersion: 'nemoclaw.dev/v1', kind: 'Target', landlock_abi: 0, architecture: 'x86_64' };
  const PRESET = 'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: p, description: none }\n';

  function project(): string {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), GOOD);
    writeFileSync(join(cwd, 'bad.yaml'), BAD);
    writeFileSync(join(cwd, 'preset.yaml'), PRESET);
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(OLD));
    return cwd;
  }

  test('that enforces it, says so, and nothing more; a preset is not asked', async () => {
    const argv = ['validate', '-t', 'linux-x86_64', 'agent.yaml', 'preset.yaml'];
    expect(await nemoclaw(argv, { cwd: project() })).toEqual({
      exitCode: 0,
      stdout: 'agent.yaml: valid, and linux-x86_64 enforces it\npreset.yaml: valid\n',
      stderr: '',
    });
  });

  test('that cannot, ends with 4 and shows why and where, and writes nothing', async () => {
    const cwd = project();
    const { exitCode, stdout, stderr } = await nemoclaw(['validate', '-t', 'old.json', 'agent.yaml'], {
      cwd,
    });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 4,
      stdout: 'agent.yaml: valid, but old.json cannot enforce it\n',
    });
    expect(stderr).toMatch(
      /^agent\.yaml:4:9: error: .*has no Landlock.* \[NC1610\]\n {3}4 \| {3}name: good\n.* \^{4}\n/,
    );
    expect(stderr).toMatch(/\n1 error\n$/);
    expect(readdirSync(cwd)).toHaveLength(4);
  });

  test('a mistake in one file is worse than a target that refuses another', async () => {
    const argv = ['validate', '-t', 'old.json', 'agent.yaml', 'bad.yaml', '-o', 'json'];
    const { exitCode, stdout } = await nemoclaw(argv, { cwd: project() });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      depth: 'target',
      files: [
        { path: 'agent.yaml', valid: true, enforced: false },
        { path: 'bad.yaml', valid: false, enforced: null },
      ],
    });
  });

  test('this machine is asked what it offers', async (context) => {
    hostNeeds(context, builtPrograms);
    const cwd = project();
    const { exitCode, stdout } = await nemoclaw(['validate', '-t', 'host', 'agent.yaml'], { cwd });
    const compiled = await nemoclaw(['compile', '-t', 'host', 'agent.yaml'], { cwd });
    expect(exitCode).toBe(compiled.exitCode);
    expect(stdout).toContain(`this machine ${exitCode === 0 ? 'enforces' : 'cannot enforce'} it\n`);
  });
});

describe('formats', () => {
  test('json: one document with results, findings and counts', async () => {
    const { exitCode, stdout, stderr } = await nemoclaw(['validate', '-', '-o', 'json'], { input: BAD });
    expect(exitCode).toBe(1);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      version: 1,
      command: 'validate',
      valid: false,
      files: [{ path: '-', valid: false }],
      counts: { errors: 1, warnings: 0, notes: 0 },
    });
    expect(document.diagnostics[0]).toMatchObject({
      code: 'NC1020',
      severity: 'error',
      place: { file: '<stdin>', start: { line: 7, column: 1, offset: 110 } },
    });
  });

  test('github and sarif go to standard output and leave standard error empty', async () => {
    const github = await nemoclaw(['validate', '-', '-o', 'github'], { input: BAD });
    expect(github.stdout).toMatch(/^::error file=<stdin>,line=7,/);
    const sarif = await nemoclaw(['validate', '-', '-o', 'sarif'], { input: BAD });
    expect(JSON.parse(sarif.stdout).runs[0].results).toHaveLength(1);
    expect(github.stderr + sarif.stderr).toBe('');
  });

  test.each(['text', 'json', 'github', 'sarif'])('the exit code does not depend on %s', async (format) => {
    const bad = await nemoclaw(['validate', '-', '-o', format], { input: BAD });
    const good = await nemoclaw(['validate', '-', '-o', format], { input: GOOD });
    expect([bad.exitCode, good.exitCode]).toEqual([1, 0]);
  });
});

describe('colour', () => {
  const coloured = async (env: Record<string, string>) =>
    (await nemoclaw(['validate', '-'], { input: BAD, env })).stderr.includes('\u001b[');

  test.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [{ NO_COLOR: '1' }, false],
  ] as [Record<string, string>, boolean][])('through a pipe with %j: %j', async (env, expected) => {
    expect(await coloured(env)).toBe(expected);
  });

  test.for([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
    [{ FORCE_COLOR: '0' }, false],
  ] as [Record<string, string>, boolean][])('on a terminal with %j: %j', async ([env, expected], context) => {
    hostNeeds(context, program('script', 'bsdutils'));
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'agent.yaml'), BAD);
    const { stdout } = await execa(
      'script',
      ['-qec', `${process.execPath} ${nemoclawProgram} validate agent.yaml`, '/dev/null'],
      {
        cwd,
        reject: false,
        input: '',
        env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
        extendEnv: false,
      },
    );
    expect(stdout).toContain('agent.yaml');
    expect(stdout.includes('\u001b[')).toBe(expected);
  });
});

test('--strict lets warnings fail', async () => {
  const input = `${GOOD}process:\n  environment: [LD_PRELOAD]\n`;
  const lax = await nemoclaw(['validate', '-', '-o', 'json'], { input });
  const strict = await nemoclaw(['validate', '-', '-o', 'json', '--strict'], { input });
  expect(JSON.parse(lax.stdout).counts).toMatchObject({ errors: 0 });
  expect(JSON.parse(lax.stdout).counts.warnings).toBeGreaterThan(0);
  expect([lax.exitCode, strict.exitCode]).toEqual([0, 1]);
});
