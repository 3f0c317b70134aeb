import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FULL, READ, type Repository, reaching, repository } from './repository.ts';

async function told(repo: Repository, ...argv: readonly string[]) {
  const { exitCode, stdout } = await repo.diff([...argv, '-o', 'json']);
  const { comparisons, skipped } = JSON.parse(stdout);
  return {
    exitCode,
    said: (comparisons as { path: string; verdict: string }[]).map((one) => `${one.path} ${one.verdict}`),
    skipped: (skipped as { path: string }[]).map(({ path }) => path),
  };
}

const write = (repo: Repository, path: string, text: string) => writeFileSync(join(repo.folder, path), text);

describe('no program that a repository names is started', () => {
  /** Plants a program wherever a repository can name one; gives where each of them would leave a mark. */
  function planted(repo: Repository): string {
    const marks = join(repo.folder, '.git/marks');
    mkdirSync(marks);
    const program = (name: string) => {
      const file = join(repo.folder, '.git', `run-${name}`);
      writeFileSync(file, `#!/bin/sh\n: > '${marks}/${name}'\nexec cat\n`);
      chmodSync(file, 0o755);
      return file;
    };
    mkdirSync(join(repo.folder, '.git/planted'));
    for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction'])
      renameSync(program(hook), join(repo.folder, '.git/planted', hook));
    const settings = {
      'filter.x.clean': program('clean'),
      'filter.x.smudge': program('smudge'),
      'filter.y.process': program('process'),
      'filter.y.required': 'true',
      'diff.x.command': program('command'),
      'diff.x.textconv': program('textconv'),
      'diff.external': program('external'),
      'core.fsmonitor': program('fsmonitor'),
      'core.pager': program('pager'),
      'core.hooksPath': join(repo.folder, '.git/planted'),
      'core.checkStat': 'default',
    };
    for (const [name, value] of Object.entries(settings)) repo.git('config', name, value);
    return marks;
  }

  test.each([[['--git', 'HEAD']], [['--staged']], [['--git', 'HEAD~1..']]])('for %j', async (argv) => {
    const repo = repository();
    const same = reaching([READ]);
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': same, 'c.yaml': same });
    repo.commit({
      'a.yaml': reaching([FULL]),
      '.gitattributes': '*.yaml filter=x diff=x\nc.yaml filter=y\n',
    });
    write(repo, 'a.yaml', reaching([]));
    repo.git('add', 'a.yaml');
    const marks = planted(repo);
    // As old as the index, so that git cannot tell by the time whether they changed.
    for (const path of ['b.yaml', 'c.yaml']) write(repo, path, same);
    const now = new Date();
    for (const path of ['b.yaml', 'c.yaml', '.git/index']) utimesSync(join(repo.folder, path), now, now);
    expect((await told(repo, ...argv)).said).toEqual([
      argv.includes('HEAD~1..') ? 'a.yaml widens' : 'a.yaml narrows',
    ]);
    expect(readdirSync(marks)).toEqual([]);
  });

  test('nor to fetch what is missing, where the repository allows a protocol by its name', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([FULL]) });
    const id = repo.git('rev-parse', 'HEAD:a.yaml').trim();
    const mark = join(repo.folder, '.git/mark');
    const settings = {
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'remote.origin.url': `ext::touch ${mark}`,
      'protocol.ext.allow': 'always',
    };
    for (const [name, value] of Object.entries(settings)) repo.git('config', name, value);
    rmSync(join(repo.folder, '.git/objects', id.slice(0, 2), id.slice(2)));
    expect((await told(repo, '--git', 'HEAD~1..')).exitCode).toBe(1);
    expect(existsSync(mark)).toBe(false);
  });
});

describe('files that git is told not to look at are compared by what they hold', () => {
  test.each(['--assume-unchanged', '--skip-worktree'])('%s', async (mark) => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': reaching([READ]), agent: reaching([READ]) });
    repo.git('update-index', mark, 'a.yaml', 'b.yaml', 'agent');
    write(repo, 'a.yaml', reaching([FULL]));
    write(repo, 'agent', reaching([FULL]));
    expect(await told(repo, '--git', 'HEAD')).toMatchObject({
      said: ['a.yaml widens', 'agent widens'],
      skipped: [],
    });
  });

  test('where such a file is gone, it is gone, unless it is one that need not lie there', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': reaching([READ]) });
    repo.git('update-index', '--assume-unchanged', 'a.yaml');
    repo.git('update-index', '--skip-worktree', 'b.yaml');
    rmSync(join(repo.folder, 'a.yaml'));
    rmSync(join(repo.folder, 'b.yaml'));
    expect((await told(repo, '--git', 'HEAD')).said).toEqual(['a.yaml narrows']);
  });

  test('one of the same size and time is seen', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    const then = new Date('2026-01-01T00:00:00Z');
    const touch = () => utimesSync(join(repo.folder, 'a.yaml'), then, then);
    touch();
    repo.git('config', 'core.trustctime', 'false');
    repo.git('config', 'core.checkStat', 'minimal');
    repo.git('update-index', '--refresh');
    write(repo, 'a.yaml', reaching([READ.replace('443', '444')]));
    touch();
    expect(repo.git('diff-files', '--name-only')).toBe('');
    expect((await told(repo, '--git', 'HEAD')).said).toEqual(['a.yaml both']);
  });

  test('what is as it was is not named: links, submodules, and files larger than any policy', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'big.yaml': '#'.repeat(5 * 1024 * 1024), 'empty.yaml': '' });
    symlinkSync('a.yaml', join(repo.folder, 'link.yaml'));
    repo.git('add', '-A');
    const commit = repo.git('rev-parse', 'HEAD').trim();
    repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},there`);
    repo.git('commit', '-qm', 'x');
    mkdirSync(join(repo.folder, 'there'));
    expect(await told(repo, '--git', 'HEAD')).toEqual({ exitCode: 0, said: [], skipped: [] });
    // What was there before cannot be read, so it cannot be compared, and that is no yes.
    for (const path of ['sub', 'big.yaml']) {
      write(repo, path, reaching([READ]));
      expect(await told(repo, '--git', 'HEAD', path)).toMatchObject({ exitCode: 1, said: [] });
    }
  });
});

test('a file whose name is no UTF-8 cannot be looked at in the folder, and is named', async () => {
  const repo = repository();
  writeFileSync(Buffer.from([...Buffer.from(`${repo.folder}/`), 0xff]), 'x');
  repo.commit({ 'a.yaml': reaching([READ]) });
  expect(await told(repo, '--git', 'HEAD')).toEqual({ exitCode: 0, said: [], skipped: ['\udcff'] });
});

test('a repository with names of SHA-256 is compared alike', async () => {
  const repo = repository();
  rmSync(join(repo.folder, '.git'), { recursive: true });
  repo.git('init', '-q', '-b', 'main', '--object-format=sha256');
  repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': reaching([READ]) });
  write(repo, 'a.yaml', reaching([FULL]));
  expect((await told(repo, '--git', 'HEAD')).said).toEqual(['a.yaml widens']);
});
