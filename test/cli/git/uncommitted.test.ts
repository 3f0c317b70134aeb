import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOOD } from '../nemoclaw.ts';
import { FULL, READ, type Repository, reaching, repository } from './repository.ts';

interface Told {
  readonly path: string;
  readonly renamedFrom: string | null;
  readonly verdict: string;
  readonly old: { readonly label: string };
  readonly new: { readonly label: string };
}

async function told(repo: Repository, ...argv: readonly string[]) {
  const { exitCode, stdout } = await repo.diff([...argv, '-o', 'json']);
  const { comparisons, diagnostics } = JSON.parse(stdout);
  return {
    exitCode,
    said: (comparisons as Told[]).map((one) => {
      const from = one.renamedFrom === null ? '' : `${one.renamedFrom} -> `;
      return `${from}${one.path} ${one.verdict}`;
    }),
    labels: (comparisons as Told[]).flatMap((one) => [one.old.label, one.new.label]),
    problems: (diagnostics as { code: string; message: string }[]).map(
      ({ code, message }) => `${code} ${message}`,
    ),
  };
}

const staged = (repo: Repository, ...more: readonly string[]) => told(repo, '--staged', ...more);
const inFolder = (repo: Repository, ...more: readonly string[]) => told(repo, '--git', 'HEAD', ...more);

function write(repo: Repository, path: string, text: string): void {
  mkdirSync(join(repo.folder, path, '..'), { recursive: true });
  writeFileSync(join(repo.folder, path), text);
}

describe('what is staged', () => {
  test('is compared with HEAD, whatever lies in the folder', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': reaching([READ]) });
    write(repo, 'a.yaml', reaching([FULL]));
    repo.git('add', 'a.yaml');
    write(repo, 'a.yaml', 'nonsense: [');
    write(repo, 'b.yaml', reaching([FULL]));
    expect(await staged(repo)).toEqual({
      exitCode: 0,
      said: ['a.yaml widens'],
      labels: ['HEAD:a.yaml', 'staged:a.yaml'],
      problems: [],
    });
    expect((await staged(repo, '--fail-on', 'widening')).exitCode).toBe(3);
    expect((await staged(repo, 'b.yaml')).said).toEqual([]);
  });

  test('may be new, gone, renamed, or extended by a policy that is not staged', async () => {
    const repo = repository();
    const base = reaching([READ]);
    repo.commit({
      'gone.yaml': reaching([READ]),
      'old.yaml': `# ${'x'.repeat(400)}\n${reaching([FULL])}`,
      'base.yaml': base,
      'user.yaml': `${GOOD}extends: [{ file: base.yaml }]\n`,
    });
    repo.git('mv', 'old.yaml', 'new.yaml');
    repo.git('rm', '-q', 'gone.yaml');
    write(repo, 'base.yaml', reaching([FULL]));
    write(repo, 'added.yaml', reaching(['host: b.example.com, port: 1, tls: skip']));
    repo.git('add', '-A');
    const { said } = await staged(repo);
    expect(said.sort()).toEqual([
      'added.yaml widens',
      'base.yaml widens',
      'gone.yaml narrows',
      'old.yaml -> new.yaml equal',
      'user.yaml widens',
    ]);
  });

  test('is new as a whole before the first commit', async () => {
    const repo = repository();
    write(repo, 'a.yaml', reaching([READ]));
    repo.git('add', '-A');
    expect(await staged(repo)).toMatchObject({ exitCode: 0, said: ['a.yaml widens'], problems: [] });
    repo.git('rm', '-q', '--cached', 'a.yaml');
    expect(await staged(repo)).toMatchObject({ exitCode: 0, said: [], problems: [] });
    expect(await inFolder(repo)).toMatchObject({ exitCode: 1, said: [] });
  });

  test('is in no one state while a merge has conflicts', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([]) });
    repo.git('checkout', '-q', '-b', 'other');
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'a.yaml': reaching([FULL]) });
    expect(() => repo.git('merge', '-q', 'other')).toThrow();
    const conflict = 'NC2024 `a.yaml` is not merged, so it has no one content to compare';
    expect(await staged(repo)).toMatchObject({ exitCode: 1, problems: [conflict] });
    expect(await inFolder(repo)).toMatchObject({ exitCode: 1, problems: [conflict] });
  });

  test('takes no range', async () => {
    const repo = repository();
    const { exitCode, stderr } = await repo.diff(['--staged', '--git', 'HEAD']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--staged is about HEAD and takes no --git');
  });
});

describe('what lies in the folder', () => {
  test('is compared with one commit: edited, new, deleted, and staged', async () => {
    const repo = repository();
    repo.commit({
      'edited.yaml': reaching([READ]),
      'same.yaml': reaching([READ]),
      'gone.yaml': reaching([READ]),
      'index-only.yaml': reaching([READ]),
      '.gitignore': 'ignored.yaml\n',
    });
    write(repo, 'edited.yaml', reaching([FULL]));
    write(repo, 'deep/new.yaml', reaching([READ]));
    write(repo, 'ignored.yaml', reaching([READ]));
    write(repo, 'staged.yaml', reaching([READ]));
    repo.git('add', 'staged.yaml');
    rmSync(join(repo.folder, 'gone.yaml'));
    repo.git('rm', '-q', '--cached', 'index-only.yaml');
    write(repo, 'index-only.yaml', reaching([FULL]));
    const { said, labels } = await inFolder(repo);
    expect(said.sort()).toEqual([
      'deep/new.yaml widens',
      'edited.yaml widens',
      'gone.yaml narrows',
      'index-only.yaml widens',
      'staged.yaml widens',
    ]);
    expect(labels).toContain('working tree:edited.yaml');
  });

  test('is seen from a folder below', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'agents/b.yaml': reaching([READ]) });
    write(repo, 'a.yaml', reaching([FULL]));
    write(repo, 'c.yaml', reaching([READ]));
    const { stdout } = await repo.diff(['--git', 'HEAD', '-o', 'json'], 'agents');
    expect(JSON.parse(stdout).comparisons.map(({ path }: Told) => path)).toEqual(['a.yaml', 'c.yaml']);
  });

  test('takes a file back that was staged and edited again', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'old.yaml': `# ${'x'.repeat(400)}\n${reaching([READ])}` });
    write(repo, 'a.yaml', reaching([FULL]));
    repo.git('mv', 'old.yaml', 'new.yaml');
    repo.git('add', '-A');
    write(repo, 'a.yaml', `# again\n${reaching([READ])}`);
    write(repo, 'new.yaml', reaching([FULL]));
    const { said } = await inFolder(repo);
    expect(said.sort()).toEqual(['a.yaml equal', 'old.yaml -> new.yaml widens']);
    rmSync(join(repo.folder, 'new.yaml'));
    expect((await inFolder(repo)).said).toContain('old.yaml narrows');
  });

  test('a policy counts whose part is edited', async () => {
    const repo = repository();
    repo.commit({ 'base.yaml': reaching([READ]), 'user.yaml': `${GOOD}extends: [{ file: base.yaml }]\n` });
    write(repo, 'base.yaml', reaching([FULL]));
    expect((await inFolder(repo)).said).toEqual(['base.yaml widens', 'user.yaml widens']);
  });

  test('links lead nowhere out of the repository', async () => {
    const repo = repository();
    const outside = repository();
    outside.commit({ 'a.yaml': reaching([FULL]) });
    repo.commit({ 'agents/a.yaml': reaching([READ]), 'b.yaml': reaching([READ]) });
    renameSync(join(repo.folder, 'agents'), join(repo.folder, '.git/agents'));
    symlinkSync(outside.folder, join(repo.folder, 'agents'));
    rmSync(join(repo.folder, 'b.yaml'));
    symlinkSync(join(outside.folder, 'a.yaml'), join(repo.folder, 'b.yaml'));
    const { said, problems, exitCode } = await inFolder(repo);
    expect(said).toEqual(['agents/a.yaml narrows']);
    expect(exitCode).toBe(1);
    expect(problems).toEqual(['NC1000 the file cannot be read: it lies outside of the repository']);
  });

  test('an edited file of a name that is no UTF-8 is unreadable, not gone', async () => {
    const repo = repository();
    const name = Buffer.from([...Buffer.from(`${repo.folder}/`), 0xff, ...Buffer.from('.yaml')]);
    writeFileSync(name, reaching([READ]));
    repo.commit({});
    writeFileSync(name, reaching([FULL]));
    const { said, problems } = await inFolder(repo);
    expect(said).toEqual([]);
    expect(problems).toEqual(['NC1000 the file cannot be read: its name is not UTF-8']);
  });
});
