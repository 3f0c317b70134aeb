import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diffIn, FULL, READ, type Repository, reaching, repository } from './repository.ts';

interface Told {
  readonly path: string;
  readonly renamedFrom: string | null;
  readonly verdict: string;
  readonly old: { readonly label: string; readonly exists: boolean };
  readonly new: { readonly label: string; readonly exists: boolean };
  readonly changes: readonly {
    readonly direction: string;
    readonly classes: readonly string[];
    readonly cause: { readonly grant: { readonly origin: { readonly file: string } } };
  }[];
}

async function told(repo: Repository, range: string, ...paths: readonly string[]) {
  const commits = range.includes('..') ? range : `${range}..`;
  const { exitCode, stdout } = await repo.diff(['--git', commits, '-o', 'json', ...paths]);
  const document = JSON.parse(stdout);
  return {
    exitCode,
    verdict: document.verdict as string,
    comparisons: document.comparisons as readonly Told[],
    skipped: document.skipped as readonly { path: string; why: string }[],
    codes: document.diagnostics.map(({ code }: { code: string }) => code) as string[],
    diagnostics: document.diagnostics as readonly {
      message: string;
      help: string;
      place: { file: string };
    }[],
  };
}

describe('between two commits', () => {
  test('a policy that changed is compared, others are not', async () => {
    const repo = repository();
    repo.commit({ 'agents/a.yaml': reaching([READ]), 'agents/same.yaml': reaching([READ]) });
    repo.commit({ 'agents/a.yaml': reaching([FULL]), 'readme.md': 'x' });
    const { comparisons, verdict, exitCode } = await told(repo, 'HEAD~1..HEAD');
    expect({ verdict, exitCode }).toEqual({ verdict: 'widens', exitCode: 0 });
    expect(comparisons).toMatchObject([
      {
        path: 'agents/a.yaml',
        renamedFrom: null,
        old: { label: 'HEAD~1:agents/a.yaml', exists: true },
        new: { label: 'HEAD:agents/a.yaml', exists: true },
        changes: [{ direction: 'widens', classes: ['new-write-method'] }],
      },
    ]);
  });

  test('the commits are read, not what lies in the folder', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([FULL]) });
    writeFileSync(join(repo.folder, 'a.yaml'), 'nonsense: [');
    repo.git('config', 'core.fsmonitor', '/bin/false');
    expect((await told(repo, 'HEAD~1')).verdict).toBe('widens');
    unlinkSync(join(repo.folder, 'a.yaml'));
    expect((await told(repo, 'HEAD~1..')).verdict).toBe('widens');
  });

  test('a new policy is new as a whole, and a deleted one gone as a whole', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': null, 'b.yaml': reaching(['host: b.example.com, port: 1, tls: skip']) });
    const { comparisons } = await told(repo, 'HEAD~1');
    expect(comparisons).toMatchObject([
      { path: 'b.yaml', verdict: 'widens', old: { exists: false }, new: { exists: true } },
      { path: 'a.yaml', verdict: 'narrows', old: { exists: true }, new: { exists: false } },
    ]);
    expect(new Set(comparisons[0]!.changes.map(({ direction }) => direction))).toEqual(new Set(['widens']));
    expect(new Set(comparisons[1]!.changes.map(({ direction }) => direction))).toEqual(new Set(['narrows']));
  });

  test('a renamed policy is compared with itself, and resolves what it extends from where it is', async () => {
    const repo = repository();
    const head = 'extends: [{ file: base.yaml }]\n';
    repo.commit({
      'old/a.yaml': reaching([], head),
      'old/base.yaml': reaching([READ]),
      'new/base.yaml': reaching([FULL]),
    });
    repo.git('mv', 'old/a.yaml', 'new/a.yaml');
    repo.commit({});
    const { comparisons } = await told(repo, 'HEAD~1');
    expect(comparisons).toMatchObject([
      {
        path: 'new/a.yaml',
        renamedFrom: 'old/a.yaml',
        verdict: 'widens',
        old: { label: 'HEAD~1:old/a.yaml' },
      },
    ]);
    const { stdout } = await repo.diff(['--git', 'HEAD~1..', '--no-text-diff']);
    expect(stdout).toMatch(/^new\/a\.yaml \(renamed from old\/a\.yaml\): this change WIDENS/);
  });

  test('a policy that extends a changed file is compared, however far away that is', async () => {
    const repo = repository();
    repo.commit({
      'agents/a.yaml': reaching([], 'extends: [{ file: ../parts/middle.yaml }]\n'),
      'parts/middle.yaml': reaching([], 'extends: [{ file: base.yaml }]\n'),
      'parts/base.yaml': reaching([READ]),
      'other.yaml': reaching([READ]),
    });
    repo.commit({ 'parts/base.yaml': reaching([FULL]) });
    const { comparisons } = await told(repo, 'HEAD~1', 'agents');
    expect(comparisons).toMatchObject([
      {
        path: 'agents/a.yaml',
        verdict: 'widens',
        changes: [{ cause: { grant: { origin: { file: 'parts/base.yaml' } } } }],
      },
    ]);
    const all = await told(repo, 'HEAD~1');
    expect(all.comparisons.map(({ path }) => path)).toEqual([
      'agents/a.yaml',
      'parts/base.yaml',
      'parts/middle.yaml',
    ]);
    const { stdout } = await repo.diff(['--git', 'HEAD~1..', 'agents']);
    expect(stdout).toContain('parts/base.yaml:9:17: granted by `egress:web#0`');
    expect(stdout).toContain('--- HEAD~1:parts/base.yaml\n+++ parts/base.yaml\n');
  });

  test('a policy that loses what it extends is invalid, not narrower', async () => {
    const repo = repository();
    repo.commit({
      'a.yaml': reaching([], 'extends: [{ file: base.yaml }]\n'),
      'base.yaml': reaching([READ]),
    });
    repo.commit({ 'base.yaml': null });
    const { exitCode, codes, verdict } = await told(repo, 'HEAD~1');
    expect({ exitCode, codes, verdict }).toEqual({ exitCode: 1, codes: ['NC1351'], verdict: 'inconclusive' });
  });

  test('nothing that changed is an answer as well', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({});
    expect(await repo.diff(['--git', 'HEAD~1..'])).toEqual({
      exitCode: 0,
      stdout: 'no policy changed\n',
      stderr: '',
    });
  });

  test('three dots compare with the last common commit', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': reaching([READ]) });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit({ 'a.yaml': reaching([FULL]) });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'b.yaml': reaching([FULL]) });
    const paths = async (range: string) =>
      (await told(repo, range)).comparisons.map(({ path, verdict }) => [path, verdict]);
    expect(await paths('main...feature')).toEqual([['a.yaml', 'widens']]);
    expect(await paths('main..feature')).toEqual([
      ['a.yaml', 'widens'],
      ['b.yaml', 'narrows'],
    ]);
  });
});

describe('a policy under any name', () => {
  test.each(['agents/NEW.YAML', 'agents/new.json', 'agents/noext', 'agents/renamed.conf'])(
    '%s is compared when it changed',
    async (path) => {
      const repo = repository();
      repo.commit({ [path]: reaching([READ]) });
      repo.commit({ [path]: reaching([FULL]), 'logo.svg': '<svg/>' });
      const { verdict, comparisons, skipped } = await told(repo, 'HEAD~1');
      expect([verdict, comparisons.map((one) => one.path), skipped]).toEqual(['widens', [path], []]);
      const { exitCode } = await repo.diff(['--git', 'HEAD~1..', '--fail-on', 'widening', path]);
      expect(exitCode).toBe(3);
    },
  );
});

describe('other files', () => {
  test('that are no policies are named and passed over; parts count where they are extended', async () => {
    const repo = repository();
    repo.commit({ 'compose.yaml': 'services: {}\n' });
    const part = 'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: p, description: x }\n';
    repo.commit({
      'compose.yaml': 'services: { a: {} }\n',
      'chart.yml': 'a: {{ .Values.x }}\n',
      'part.yaml': `${part}network_policies: {}\n`,
      'notes.txt': 'network without a policy',
    });
    const { skipped, comparisons, exitCode } = await told(repo, 'HEAD~1');
    expect({ exitCode, comparisons }).toEqual({ exitCode: 0, comparisons: [] });
    expect(skipped).toEqual([
      { path: 'chart.yml', why: 'no policy' },
      { path: 'compose.yaml', why: 'no policy' },
      { path: 'part.yaml', why: 'a part, which counts where a policy extends it' },
    ]);
    const { stderr } = await repo.diff(['--git', 'HEAD~1..']);
    expect(stderr).toContain('not compared by themselves: chart.yml (no policy), compose.yaml (no policy)');
  });

  test('that say something about policies are passed over, but not where they take the place of one', async () => {
    const repo = repository();
    const head = 'apiVersion: nemoclaw.dev/v1\nkind:';
    const guardrails = `${head} Guardrails\nmetadata: { name: g }\nguardrails: [{ name: a, never: { syscalls: [bpf] } }]\n`;
    const access = '{ filesystem: { path: /etc/shadow, right: read } }';
    const tests = `${head} PolicyTest\nblueprint: a.yaml\ntests: [{ name: t, expect: deny, access: ${access} }]\n`;
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'g.yaml': guardrails, 'a_test.yaml': tests });
    const { skipped, exitCode } = await told(repo, 'HEAD~1');
    expect(exitCode).toBe(0);
    expect(skipped).toEqual([
      { path: 'a_test.yaml', why: 'tests of policies, which grant nothing' },
      { path: 'g.yaml', why: 'guardrails, which grant nothing; whoever owns them reviews their text' },
    ]);
    repo.commit({ 'a.yaml': guardrails });
    expect((await told(repo, 'HEAD~1')).exitCode).toBe(1);
  });

  test('that break while they are policies are invalid, on whichever side', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': `${reaching([READ])}metadata: {}\n` });
    repo.commit({ 'a.yaml': reaching([READ]), 'b.yaml': `${reaching([READ])}  - [` });
    const { exitCode, diagnostics, codes } = await told(repo, 'HEAD~1');
    expect(exitCode).toBe(1);
    expect(codes).toContain('NC1020');
    expect(diagnostics.map(({ place }) => place.file)).toEqual(
      expect.arrayContaining(['HEAD~1:a.yaml', 'b.yaml']),
    );
  });

  test('that turn from a policy into something else are not passed over', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': 'services: {}\n' });
    expect(await told(repo, 'HEAD~1')).toMatchObject({ exitCode: 1, codes: ['NC1100'] });
    expect((await told(repo, 'HEAD..HEAD~1')).comparisons).toMatchObject([
      { verdict: 'widens', old: { exists: false } },
    ]);
  });

  test('that are larger than any policy are unreadable', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([READ]) + '#'.repeat(4 * 1024 * 1024) });
    const { exitCode, diagnostics } = await told(repo, 'HEAD~1');
    expect(exitCode).toBe(1);
    expect(diagnostics[0]).toMatchObject({
      message: 'the file cannot be read: it is larger than 4 MiB',
      place: { file: 'HEAD:a.yaml' },
    });
  });
});

describe('links and submodules', () => {
  test('links are followed within the commit, and what they lead to counts', async () => {
    const repo = repository();
    repo.commit({
      'real/base.yaml': reaching([READ]),
      'agents/a.yaml': reaching([], 'extends: [{ file: ../parts/base.yaml }]\n'),
    });
    symlinkSync('real', join(repo.folder, 'parts'));
    repo.commit({});
    repo.commit({ 'real/base.yaml': reaching([FULL]) });
    const { comparisons } = await told(repo, 'HEAD~1', 'agents');
    expect(comparisons).toMatchObject([{ path: 'agents/a.yaml', verdict: 'widens' }]);
  });

  test('a link that is turned elsewhere is compared by what it shows', async () => {
    const repo = repository();
    repo.commit({ 'narrow.yaml': reaching([READ]), 'wide.yaml': reaching([FULL]) });
    symlinkSync('narrow.yaml', join(repo.folder, 'agent.yaml'));
    repo.commit({});
    unlinkSync(join(repo.folder, 'agent.yaml'));
    symlinkSync('wide.yaml', join(repo.folder, 'agent.yaml'));
    repo.commit({});
    expect((await told(repo, 'HEAD~1')).comparisons).toMatchObject([
      { path: 'agent.yaml', verdict: 'widens' },
    ]);
  });

  test.each([
    ['/etc/passwd', 'it lies outside of the repository'],
    ['../../etc/passwd', 'it lies outside of the repository'],
    ['agent.yaml', 'too many symbolic links'],
    ['gone.yaml', 'no such file in this commit'],
  ])('a policy that becomes a link to %s is unreadable', async (target, why) => {
    const repo = repository();
    repo.commit({ 'agent.yaml': reaching([READ]) });
    unlinkSync(join(repo.folder, 'agent.yaml'));
    symlinkSync(target, join(repo.folder, 'agent.yaml'));
    repo.commit({});
    const { exitCode, diagnostics } = await told(repo, 'HEAD~1');
    expect(exitCode).toBe(1);
    expect(diagnostics[0]!.message).toBe(`the file cannot be read: ${why}`);
  });

  test('a submodule is another repository: what lies in it cannot be followed, and that is an error', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([], 'extends: [{ file: sub/base.yaml }]\n') });
    const commit = repo.git('rev-parse', 'HEAD').trim();
    repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    repo.git('commit', '-qm', 'sub');
    const { exitCode, diagnostics } = await told(repo, 'HEAD~1');
    expect(exitCode).toBe(1);
    expect(diagnostics.map(({ message }) => message)).toContain(
      'file `sub/base.yaml` cannot be read: `sub` is a submodule, which is another repository',
    );
    repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub.yaml`);
    repo.git('commit', '-qm', 'sub');
    expect((await told(repo, 'HEAD~1')).skipped).toEqual([
      { path: 'sub.yaml', why: 'it cannot be read: `sub.yaml` is a submodule, which is another repository' },
    ]);
  });
});

describe('hostile names', () => {
  test.each([
    'a\nb.yaml',
    ':(top)`x`.yaml',
    '-rf.yaml',
    '<script>.yaml',
    '\u001b[2J.yaml',
    '"quoted" \\t.yaml',
    'ä ö.yaml',
  ])('a file %j is compared, and acts on nothing', async (name) => {
    const repo = repository();
    repo.commit({ [`d/${name}`]: reaching([READ]) });
    repo.commit({ [`d/${name}`]: reaching([FULL]) });
    const { comparisons } = await told(repo, 'HEAD~1', '--', name === '-rf.yaml' ? `d/${name}` : 'd');
    expect(comparisons).toMatchObject([{ path: `d/${name}`, verdict: 'widens' }]);
    const { stdout } = await repo.diff(['--git', 'HEAD~1..']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(stdout.split('\n')[0]).toContain('WIDENS');
  });

  test('names that are no UTF-8 stay apart', async () => {
    const repo = repository();
    const write = (byte: number, text: string) =>
      writeFileSync(
        Buffer.concat([Buffer.from(`${repo.folder}/`), Buffer.from([byte]), Buffer.from('.yaml')]),
        text,
      );
    for (const byte of [0xfe, 0xff]) write(byte, reaching([READ]));
    repo.commit({});
    write(0xff, reaching([FULL]));
    write(0xfe, reaching([]));
    repo.commit({});
    const { comparisons } = await told(repo, 'HEAD~1');
    expect(comparisons.map(({ path, verdict }) => [path, verdict])).toEqual([
      ['\udcff.yaml', 'widens'],
      ['\udcfe.yaml', 'narrows'],
    ]);
  });

  test('a revision that looks like an option is a revision', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    for (const range of ['--output=x', '--output=x..HEAD', 'HEAD..--git-dir=/', '-h', '--all']) {
      const { exitCode, stderr } = await repo.diff([`--git=${range}`]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('names no commit of this repository [NC1852]');
    }
    expect(repo.git('status', '--porcelain')).toBe('');
  });

  test('a branch of a strange name does not name files in reports', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.git('branch', '`x`');
    repo.commit({ 'a.yaml': reaching([FULL]) });
    const { comparisons } = await told(repo, '`x`..main');
    expect(comparisons[0]!.old.label).toMatch(/^[0-9a-f]{12}:a\.yaml$/);
    expect(comparisons[0]!.new.label).toBe('main:a.yaml');
  });

  test('replaced objects change nothing', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([FULL]) });
    repo.git('replace', 'HEAD:a.yaml', 'HEAD~1:a.yaml');
    expect((await told(repo, 'HEAD~1')).verdict).toBe('widens');
  });
});

describe('what git does not have', () => {
  test('an unknown revision, with what to do in a shallow clone', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([FULL]) });
    const unknown = await told(repo, 'no-such..HEAD');
    expect(unknown).toMatchObject({ exitCode: 1, verdict: 'inconclusive', codes: ['NC1852'] });
    expect(unknown.diagnostics[0]!.help).toContain('a branch, a tag or a commit');
    const clone = join(repo.folder, 'clone');
    repo.git('clone', '-q', '--depth', '1', `file://${repo.folder}`, clone);
    const shallow = await diffIn(clone, ['--git', 'HEAD~1..']);
    expect(shallow.exitCode).toBe(1);
    expect(shallow.stderr).toContain('`HEAD~1` names no commit of this repository [NC1852]');
    expect(shallow.stderr).toContain('fetch-depth: 0');
  });

  test('a folder without a repository', async () => {
    const { exitCode, stderr } = await diffIn(tmpdir(), ['--git', 'HEAD']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is in no git repository that can be read: not a git repository');
    expect(stderr).toContain('[NC1851]');
  });

  test('commits without a common one', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.git('checkout', '-q', '--orphan', 'other');
    repo.commit({ 'a.yaml': reaching([FULL]) });
    expect(await told(repo, 'main...other')).toMatchObject({ exitCode: 1, codes: ['NC1853'] });
    expect(await told(repo, 'main..other')).toMatchObject({ exitCode: 0, verdict: 'widens' });
  });

  test('a missing object is never fetched, and never passed over', async () => {
    const repo = repository();
    repo.commit({ 'a.yaml': reaching([READ]) });
    repo.commit({ 'a.yaml': reaching([FULL]) });
    repo.git('config', 'uploadpack.allowFilter', 'true');
    const clone = join(repo.folder, 'clone');
    repo.git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repo.folder}`, clone);
    const { exitCode, stderr } = await diffIn(clone, ['--git', 'HEAD~1..']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/NC1854|NC1000/);
  });

  test('a path that is in neither commit', async () => {
    const repo = repository();
    repo.commit({ 'agents/a.yaml': reaching([READ]) });
    repo.commit({ 'agents/a.yaml': reaching([FULL]) });
    expect(await told(repo, 'HEAD~1', 'agnets')).toMatchObject({ exitCode: 1, codes: ['NC1855'] });
    // Paths are those of the folder that one stands in.
    const below = await repo.diff(['--git', 'HEAD~1..', '--no-text-diff', 'a.yaml'], 'agents');
    expect(below).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^agents\/a\.yaml: /) });
    expect((await repo.diff(['--git', 'HEAD~1..', '../agents/'], 'agents')).exitCode).toBe(0);
  });
});
