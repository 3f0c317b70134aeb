import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BAD, GOOD, nemoclaw, temporaryFolder } from './nemoclaw.ts';

const BLUEPRINT = `${GOOD}extends:\n  - tier: restricted\n`;

function project(text: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'agent.yaml'), text);
  return cwd;
}

const filesIn = (cwd: string) => readdirSync(cwd).sort();

test('a bundle and a lock file are written, named on standard output, and current', async () => {
  const cwd = project(BLUEPRINT);
  const { exitCode, stdout } = await nemoclaw(['compile', 'agent.yaml'], { cwd });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^agent\.bundle: \d+ files for linux-x86_64, sha256:[0-9a-f]{64}\n/);
  expect(stdout).toMatch(/^ {2}filesystem {2}exact$/m);
  expect(filesIn(cwd)).toEqual([
    'agent.bundle',
    'agent.bundle.sources.json',
    'agent.lock.json',
    'agent.yaml',
  ]);
  expect(await nemoclaw(['compile', 'agent.yaml', '--check'], { cwd })).toMatchObject({
    exitCode: 0,
    stdout: 'agent.lock.json: current\n',
  });
});

test('the same project gives the same bytes wherever it lies and from wherever it is compiled', async () => {
  const [one, other] = [project(BLUEPRINT), project(BLUEPRINT)];
  await nemoclaw(['compile', 'agent.yaml'], { cwd: one });
  await nemoclaw(['compile', join(other, 'agent.yaml')], { cwd: '/' });
  const lock = (cwd: string) => readFileSync(join(cwd, 'agent.lock.json'), 'utf8');
  expect(lock(other)).toBe(lock(one));
});

test('--check says what differs and ends with 3, and writes nothing', async () => {
  const cwd = project(BLUEPRINT);
  const none = await nemoclaw(['compile', 'agent.yaml', '--check'], { cwd });
  expect(none.exitCode).toBe(3);
  expect(none.stderr).toContain('agent.lock.json does not exist');
  await nemoclaw(['compile', 'agent.yaml'], { cwd });
  writeFileSync(join(cwd, 'agent.yaml'), BLUEPRINT.replace('name: good', 'name: other'));
  const before = readFileSync(join(cwd, 'agent.lock.json'), 'utf8');
  const changed = await nemoclaw(['compile', 'agent.yaml', '--check', '-o', 'json'], { cwd });
  expect(changed.exitCode).toBe(3);
  const { current, differences } = JSON.parse(changed.stdout);
  expect(current).toBe(false);
  expect(differences.map(({ what }: { what: string }) => what)).toContain('input agent.yaml');
  expect(readFileSync(join(cwd, 'agent.lock.json'), 'utf8')).toBe(before);
  const otherTarget = await nemoclaw(['compile', 'agent.yaml', '--check', '-t', 'linux-aarch64'], { cwd });
  expect(otherTarget.exitCode).toBe(3);
  expect(otherTarget.stderr).toContain('holds nothing for linux-aarch64');
});

test('an invalid blueprint ends with 1 and leaves no file', async () => {
  const cwd = project(BAD);
  const { exitCode, stdout, stderr } = await nemoclaw(['compile', 'agent.yaml'], { cwd });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('agent.yaml:7:1: error:');
  expect(filesIn(cwd)).toEqual(['agent.yaml']);
});

test('a target that cannot enforce it ends with 4 and leaves no file', async () => {
  const cwd = project(BLUEPRINT);
  const target = { apiVersion: 'nemoclaw.dev/v1', kind: 'Target', landlock_abi: 0, architecture: 'x86_64' };
  writeFileSync(join(cwd, 'old.json'), JSON.stringify(target));
  const { exitCode, stderr } = await nemoclaw(['compile', 'agent.yaml', '-t', 'old.json'], { cwd });
  expect(exitCode).toBe(4);
  expect(stderr).toContain('error: ');
  expect(filesIn(cwd)).toEqual(['agent.yaml', 'old.json']);
});

test('a gap is shown where the blueprint causes it, with line, caret and what to write', async () => {
  const cwd = project(`${GOOD}  deny: ["\${workdir}/.env"]\n`);
  const { exitCode, stderr } = await nemoclaw(['compile', 'agent.yaml'], { cwd });
  expect(exitCode).toBe(4);
  expect(stderr).toContain('agent.yaml:7:10: error: `filesystem` is not enforced as written: ');
  expect(stderr).toContain(
    '\n   7 |   deny: ["${workdir}/.env"]\n     |          ^^^^^^^^^^^^^^^^^\n  help: write ',
  );
  const json = await nemoclaw(['compile', 'agent.yaml', '-o', 'json'], { cwd });
  expect(JSON.parse(json.stdout).diagnostics).toMatchObject([
    { code: 'NC1600', place: { file: 'agent.yaml', start: { line: 7, column: 10 } } },
  ]);
});

test.each([
  ['a target file that is not there', ['-t', 'linux-x86_46'], 'linux-x86_46: error: the file cannot be read'],
  ['a folder that holds other things', ['--out', 'mine'], 'mine is left alone: it holds notes.txt'],
  [
    'a folder that cannot be made',
    ['--out', 'agent.yaml/x'],
    'cannot be written: a part of the path is not a folder',
  ],
  [
    'a lock file that is none',
    ['--lock', 'mine/notes.txt'],
    'mine/notes.txt is left alone: it is not a lock file',
  ],
  [
    'a lock file that cannot be written',
    ['--lock', 'gone/x.json'],
    'cannot be written: no such file or folder',
  ],
])('%s ends with 1', async (_name, argv, problem) => {
  const cwd = project(BLUEPRINT);
  mkdirSync(join(cwd, 'mine'));
  writeFileSync(join(cwd, 'mine/notes.txt'), 'mine');
  const { exitCode, stderr } = await nemoclaw(['compile', 'agent.yaml', ...argv], { cwd });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(problem);
  expect(readFileSync(join(cwd, 'mine/notes.txt'), 'utf8')).toBe('mine');
});

test('inspect shows a bundle and its files, each proved, and refuses one that was changed', async () => {
  const cwd = project(BLUEPRINT);
  await nemoclaw(['compile', 'agent.yaml', '--no-lock'], { cwd });
  expect(existsSync(join(cwd, 'agent.lock.json'))).toBe(false);
  const shown = await nemoclaw(['inspect', 'agent.bundle', '-o', 'json'], { cwd });
  const { proved, manifest } = JSON.parse(shown.stdout);
  expect({ exitCode: shown.exitCode, proved }).toEqual({ exitCode: 0, proved: true });
  for (const { path } of manifest.artifacts) {
    const { exitCode, stdout } = await nemoclaw(['inspect', 'agent.bundle', path], { cwd });
    expect(exitCode, path).toBe(0);
    expect(stdout.length, path).toBeGreaterThan(20);
  }
  const plan = await nemoclaw(['inspect', 'agent.bundle', 'launch/plan.bin'], { cwd });
  expect(plan.stdout).toMatch(/^launch plan, version 1, for x86_64\n/);
  const wrong = await nemoclaw(['inspect', 'agent.bundle', 'launch/plan.bni'], { cwd });
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  expect(wrong.stderr).toContain('did you mean launch/plan.bin?');

  const file = join(cwd, 'agent.bundle/current/launch/plan.bin');
  const bytes = readFileSync(file);
  bytes[100]! ^= 1;
  writeFileSync(file, bytes);
  const changed = await nemoclaw(['inspect', 'agent.bundle'], { cwd });
  expect(changed).toMatchObject({ exitCode: 1, stdout: '' });
  expect(changed.stderr).toMatch(
    /launch\/plan\.bin was changed: it is sha256:\w+, the manifest says sha256:\w+/,
  );
  const none = await nemoclaw(['inspect', 'mine'], { cwd });
  expect(none.exitCode).toBe(1);
  expect(none.stderr).toContain('it is no bundle');
});
