import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { hostNeeds, program } from '../support/host.ts';
import { BAD, nemoclaw, temporaryFolder } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const HEAD = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: agent
  owners: [team@example.com]
`;
const CLEAN = `${HEAD}filesystem_policy:
  include_workdir: true
`;
/** A warning that can be mended, and a note that cannot. */
const DUBIOUS = `${HEAD}filesystem_policy:
  read_write: [/sandbox]
  read_only:
    - /usr
    - /usr/share # fonts
network_policies:
  api:
    endpoints: [{ host: a.example.com, port: 443, access: read-only }]
    binaries: [/usr/bin/gh]
`;
const NOTED = DUBIOUS.replace('    - /usr/share # fonts\n', '');
const MENDED = DUBIOUS.replace('    - /usr/share # fonts\n', '    # fonts\n');

async function lint(argv: readonly string[], files: Record<string, string>) {
  const world = worldOf(files);
  const exitCode = await main(['lint', ...argv], world.io);
  return { exitCode, ...world.printed, files };
}

describe('what is found', () => {
  test('goes to standard error with place and caret, the count of a file to standard output', async () => {
    const { exitCode, stdout, stderr } = await lint(['a.yaml', 'b.yaml'], {
      'a.yaml': DUBIOUS,
      'b.yaml': CLEAN,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toBe('a.yaml: 2 found, 1 to be mended with --fix\nb.yaml: nothing found\n');
    expect(stderr).toContain(
      'a.yaml:10:7: warning: `/usr/share` is granted like this by `/usr` above it [NC2103]\n  10 |     - /usr/share # fonts\n     |       ^^^^^^^^^^\n',
    );
    expect(stderr).toContain('a.yaml:9:7: granted here');
    expect(stderr).toContain('1 warning and 1 note');
  });

  test('is one document in JSON, with what can be mended', async () => {
    const { exitCode, stdout, stderr } = await lint(['a.yaml', '-o', 'json'], { 'a.yaml': DUBIOUS });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: 'lint',
      counts: { errors: 0, warnings: 1, notes: 1 },
      files: [
        {
          path: 'a.yaml',
          valid: true,
          found: 2,
          fixable: 1,
          fixed: [],
          fixes: [{ code: 'NC2103', place: { line: 10, column: 7 }, keepsMeaning: true }],
          diff: null,
        },
      ],
    });
  });

  test('is said to GitHub and in SARIF', async () => {
    const github = await lint(['a.yaml', '-o', 'github'], { 'a.yaml': DUBIOUS });
    expect(github.stdout).toContain(
      '::warning file=a.yaml,line=10,endLine=10,title=NC2103 lint/path-repeats',
    );
    expect(github.stdout).toContain('::notice file=a.yaml,line=12');
    const sarif = JSON.parse((await lint(['a.yaml', '-o', 'sarif'], { 'a.yaml': DUBIOUS })).stdout);
    expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'NC2103',
      'NC2111',
    ]);
  });

  test('acts on no terminal, whatever the file says', async () => {
    const text = `${HEAD}filesystem_policy: { include_workdir: true, read_only: [/usr, "/usr/\\u202e\\u2066x"] }\n`;
    const { stdout, stderr } = await lint(['a.yaml', '--fix'], { 'a.yaml': text });
    const found = await lint(['a.yaml'], { 'a.yaml': text });
    expect(found.stderr).toContain('`/usr/\\u{202e}\\u{2066}x` is granted like this by `/usr`');
    expect(stdout + stderr + found.stdout + found.stderr).not.toMatch(/\p{Cf}/u);
  });
});

describe('a fix that the tests of another file do not stand', () => {
  const endpoint = (host: string) => `      - { host: ${host}, port: 443, access: read-only }\n`;
  const TWICE = `${HEAD}filesystem_policy: { read_write: [/sandbox] }
network_policies:
  w:
    binaries: [/usr/bin/gh]
    endpoints:
${endpoint('a.example.com')}${endpoint('a.example.com')}${endpoint('b.example.com')}`;
  const ONCE = TWICE.replace(endpoint('a.example.com').repeat(2), endpoint('a.example.com'));
  const tests = (by: string) =>
    'tests:\n  - name: b\n    expect: allow\n    access: { egress: { host: b.example.com, port: 443, binary: /usr/bin/gh, method: GET, path: /x } }\n' +
    by;
  const companion = (name: string, by: string) =>
    `apiVersion: nemoclaw.dev/v1\nkind: PolicyTest\nblueprint: ${name}\n${tests(by)}`;
  const BY = '    by: "egress:w#2"\n';
  const extending = (by: string) =>
    `${HEAD.replace('name: agent', 'name: user')}extends: [{ file: ../agents/a.yaml }]\nfilesystem_policy: { include_workdir: true }\n${tests(by)}`;
  const fixed = async (others: Record<string, string>) => {
    const files: Record<string, string> = { 'agents/a.yaml': TWICE, ...others };
    await lint(['agents/a.yaml', '--fix'], files);
    return files['agents/a.yaml'];
  };

  test('is not made', async () => {
    expect(await fixed({ 'agents/a_test.yaml': companion('a.yaml', BY) })).toBe(TWICE);
    expect(await fixed({ 'security/all_test.yaml': companion('../agents/a.yaml', BY) })).toBe(TWICE);
    expect(await fixed({ 'others/user.yaml': extending(BY) })).toBe(TWICE);
    expect(
      await fixed({
        'others/user.yaml': extending(''),
        'others/user_test.yaml': companion('user.yaml', BY),
      }),
    ).toBe(TWICE);
  });

  test('but one that they stand is', async () => {
    expect(await fixed({})).toBe(ONCE);
    expect(await fixed({ 'agents/a_test.yaml': companion('a.yaml', '') })).toBe(ONCE);
    expect(await fixed({ 'others/user.yaml': extending('') })).toBe(ONCE);
    const another = { 'agents/b.yaml': TWICE, 'agents/b_test.yaml': companion('b.yaml', BY) };
    expect(await fixed(another)).toBe(ONCE);
  });

  test('in its repository, wherever they are, and beside it where there is none', async () => {
    const folder = temporaryFolder();
    const write = (path: string, text: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const mended = async () => {
      write('agents/a.yaml', TWICE);
      await nemoclaw(['lint', 'a.yaml', '--fix'], { cwd: join(folder, 'agents') });
      return readFileSync(join(folder, 'agents/a.yaml'), 'utf8');
    };
    write('security/a_test.yaml', companion('../agents/a.yaml', BY));
    expect(await mended()).toBe(ONCE);
    mkdirSync(join(folder, '.git'));
    expect(await mended()).toBe(TWICE);
    rmSync(join(folder, '.git'), { recursive: true });
    write('agents/a_test.yaml', companion('a.yaml', BY));
    expect(await mended()).toBe(TWICE);
  });
});

describe('a file of the user that is extended', () => {
  const USER = CLEAN.replace('filesystem_policy', 'extends: [{ file: base.yaml }]\nfilesystem_policy');
  const files = () => ({
    'agents/user.yaml': USER,
    'agents/other.yaml': USER,
    'agents/base.yaml': `${DUBIOUS}extends: [{ file: deep/more.yaml }]\n`,
    'agents/deep/more.yaml': DUBIOUS,
  });

  test('is looked at once, with findings at their places, however many files away', async () => {
    const { stdout, stderr } = await lint(['agents/user.yaml', 'agents/other.yaml'], files());
    expect(stdout).toBe(
      'agents/user.yaml: nothing found\nagents/other.yaml: nothing found\n' +
        'agents/base.yaml, extended by agents/user.yaml: 6 found\n' +
        'agents/deep/more.yaml, extended by agents/user.yaml: 2 found\n',
    );
    expect(stderr.match(/^agents\/base\.yaml:10:7: warning: .*\[NC2103\]$/gm)).toHaveLength(1);
    expect(stderr.match(/^agents\/deep\/more\.yaml:10:7: warning: .*\[NC2103\]$/gm)).toHaveLength(1);
  });

  test('counts for --fail-on, and is told apart in JSON', async () => {
    const argv = ['agents/user.yaml', '--fail-on', 'warning', '-o', 'json'];
    const { exitCode, stdout } = await lint(argv, files());
    expect(exitCode).toBe(3);
    expect(
      JSON.parse(stdout).files.map(({ path, extendedBy }: Record<string, unknown>) => [path, extendedBy]),
    ).toEqual([
      ['agents/user.yaml', null],
      ['agents/base.yaml', 'agents/user.yaml'],
      ['agents/deep/more.yaml', 'agents/user.yaml'],
    ]);
  });

  test('is mended only where it is named and nothing named extends it', async () => {
    const untouched = await lint(['agents/user.yaml', '--fix'], files());
    expect(untouched.files).toEqual(files());
    // Nothing is taken out of a file that another one named extends, whichever is named first.
    for (const argv of [
      ['agents/user.yaml', 'agents/deep/more.yaml'],
      ['agents/deep/more.yaml', 'agents/user.yaml'],
    ]) {
      const named = await lint([...argv, '--fix'], files());
      expect(named.files).toEqual(files());
      expect(named.stdout).toContain('more.yaml: 2 found\n');
      expect(named.stderr).toContain(
        '`--fix` leaves it, as a file that extends this one could make it matter',
      );
    }
    const alone = await lint(['agents/deep/more.yaml', '--fix'], files());
    expect(alone.files['agents/deep/more.yaml']).toBe(MENDED);
    const { stdout } = await lint(['agents/user.yaml', '--fix', '--dry-run'], files());
    expect(stdout).toBe('');
  });

  test('that is valid only together with what extends it is passed over, and that is said', async () => {
    const { exitCode, stdout, stderr } = await lint(['user.yaml'], {
      'user.yaml': `${USER}variables: { place: /srv }\n`,
      'base.yaml': `${HEAD}filesystem_policy:\n  include_workdir: true\n  read_only: ["\${place}/a"]\n`,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      'user.yaml: nothing found\n' +
        'base.yaml, extended by user.yaml: not looked at, as it is not valid by itself\n',
    );
  });
});

describe('the exit code', () => {
  test.each([
    ['clean', CLEAN, [0, 0, 0]],
    ['a note', NOTED, [0, 0, 3]],
    ['a warning', DUBIOUS, [0, 3, 3]],
    ['not valid', BAD, [1, 1, 1]],
  ] as [string, string, number[]][])(
    '%s: by default, for warnings, for notes',
    async (_name, text, expected) => {
      const codes = [];
      for (const more of [[], ['--fail-on', 'warning'], ['--fail-on', 'note']]) {
        codes.push((await lint(['a.yaml', ...more], { 'a.yaml': text })).exitCode);
      }
      expect(codes).toEqual(expected);
    },
  );

  test.each(['text', 'json', 'github', 'sarif'])('does not depend on %s', async (format) => {
    const { exitCode } = await lint(['a.yaml', '--fail-on', 'warning', '-o', format], { 'a.yaml': DUBIOUS });
    expect(exitCode).toBe(3);
  });

  test('is 1 for a file that is not there, one that is no YAML and one that means nothing', async () => {
    for (const text of [undefined, 'a: [', `${CLEAN}extends: [{ preset: nope }]\n`]) {
      const found = await lint(['a.yaml'], text === undefined ? {} : { 'a.yaml': text });
      expect(found.exitCode).toBe(1);
      expect(found.stderr).toContain('a.yaml');
      expect(found.stdout).toBe('a.yaml: not valid\n');
    }
  });

  test('is 2 for --dry-run alone and for a wrong level', async () => {
    expect((await lint(['a.yaml', '--dry-run'], { 'a.yaml': CLEAN })).exitCode).toBe(2);
    const { exitCode, stderr } = await lint(['a.yaml', '--fail-on', 'warnin'], { 'a.yaml': CLEAN });
    expect({ exitCode, said: stderr.includes('Did you mean warning?') }).toEqual({ exitCode: 2, said: true });
  });
});

describe('--fix', () => {
  test('rewrites the file, keeps its comments, and says what is left', async () => {
    const files = { 'a.yaml': DUBIOUS };
    const { exitCode, stdout, stderr } = await lint(['a.yaml', '--fix', '--fail-on', 'warning'], files);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'a.yaml: 1 mended, 1 found\n' });
    expect(files['a.yaml']).toBe(MENDED);
    expect(stderr).not.toContain('NC2103');
  });

  test('leaves files alone that need nothing or are not valid', async () => {
    const written: string[] = [];
    const world = worldOf({ 'a.yaml': NOTED, 'b.yaml': BAD });
    const replaceFile = (path: string) => {
      written.push(path);
      return { ok: true } as const;
    };
    const io = { ...world.io, replaceFile };
    expect(await main(['lint', 'a.yaml', 'b.yaml', '--fix'], io)).toBe(1);
    expect(written).toEqual([]);
  });

  test('that cannot be written is said, with exit 1', async () => {
    const world = worldOf({ 'a.yaml': DUBIOUS });
    const io = { ...world.io, replaceFile: () => ({ ok: false, detail: 'permission denied' }) as const };
    expect(await main(['lint', 'a.yaml', '--fix'], io)).toBe(1);
    expect(world.printed.stderr).toContain('it cannot be written: permission denied');
  });

  test('--dry-run prints the changes, and nothing else, and makes none', async () => {
    const files = { 'a.yaml': DUBIOUS };
    const { exitCode, stdout } = await lint(['a.yaml', '--fix', '--dry-run'], files);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `--- a.yaml\n+++ a.yaml\n@@ -7,7 +7,7 @@\n   read_write: [/sandbox]\n   read_only:\n     - /usr\n-    - /usr/share # fonts\n+    # fonts\n network_policies:\n   api:\n     endpoints: [{ host: a.example.com, port: 443, access: read-only }]\n`,
    );
    expect(files['a.yaml']).toBe(DUBIOUS);
    const json = JSON.parse((await lint(['a.yaml', '--fix', '--dry-run', '-o', 'json'], files)).stdout);
    expect(json.files[0]).toMatchObject({ diff: stdout, fixed: [{ code: 'NC2103' }] });
  });

  test('through a pipe gives the mended text', async () => {
    const { stdout } = await lint(['-', '--fix'], { '-': DUBIOUS });
    expect(stdout).toBe(MENDED);
  });

  test('keeps a byte order mark and the mode of the file; `patch` takes the diff', async (context) => {
    hostNeeds(context, program('patch', 'patch'));
    const cwd = temporaryFolder();
    const file = join(cwd, 'a.yaml');
    writeFileSync(file, `\ufeff${DUBIOUS}`);
    chmodSync(file, 0o640);
    const diff = await nemoclaw(['lint', 'a.yaml', '--fix', '--dry-run'], { cwd });
    const patched = spawnSync('patch', ['-s', '-o', '-', 'a.yaml'], {
      cwd,
      input: diff.stdout,
      encoding: 'utf8',
    });
    const { exitCode } = await nemoclaw(['lint', 'a.yaml', '--fix'], { cwd });
    expect(exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`\ufeff${MENDED}`);
    expect(patched.stdout).toBe(`\ufeff${MENDED}`);
  });
});

describe('--root', () => {
  const WITH_LINK = `${HEAD}filesystem_policy: { include_workdir: true }
network_policies:
  api:
    endpoints: [{ host: a.example.com, port: 443, access: read-only }]
    binaries:
      - /bin/tool # ours
      - /usr/bin/gone
      - /usr/bin/escape
`;

  test('looks programs up in a file tree, and never outside of it', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'a.yaml'), WITH_LINK);
    mkdirSync(join(cwd, 'image/usr/bin'), { recursive: true });
    mkdirSync(join(cwd, 'image/etc'));
    symlinkSync('/usr/bin', join(cwd, 'image/bin'));
    writeFileSync(join(cwd, 'image/usr/bin/tool'), '');
    writeFileSync(join(cwd, 'image/etc/passwd'), '');
    symlinkSync('../../../../../../../../etc/passwd', join(cwd, 'image/usr/bin/escape'));
    symlinkSync('image', join(cwd, 'link'));
    for (const root of ['image', 'link', join(cwd, 'image/')]) {
      const { exitCode, stderr } = await nemoclaw(['lint', 'a.yaml', '--root', root], { cwd });
      expect(exitCode).toBe(0);
      expect(stderr).toContain('`/bin/tool` is reached through a link; the kernel calls it `/usr/bin/tool`');
      expect(stderr).toContain(
        '`/usr/bin/escape` is reached through a link; the kernel calls it `/etc/passwd`',
      );
      expect(stderr).toContain('note: there is no `/usr/bin/gone` below');
    }
    await nemoclaw(['lint', 'a.yaml', '--root', 'image', '--fix'], { cwd });
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toContain('- /usr/bin/tool # ours\n');
  });

  test('that is not there or no folder is said, with exit 1', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'a.yaml'), CLEAN);
    for (const [root, why] of [
      ['gone', 'there is no such folder'],
      ['a.yaml', 'there is no such folder'],
    ] as const) {
      const { exitCode, stderr } = await nemoclaw(['lint', 'a.yaml', '--root', root], { cwd });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`error: the file tree \`${root}\` cannot be looked at: ${why} [NC2146]`);
    }
  });
});

describe('--target', () => {
  const NESTED = `${HEAD}filesystem_policy:
  read_only:
    - /usr
    - "\${workdir}/rules"
  read_write: ["\${workdir}"]
`;
  const target = (more: string) =>
    `apiVersion: nemoclaw.dev/v1\nkind: Target\nlandlock_abi: 6\narchitecture: x86_64\nengine: process\nprivilege: rootless\n${more}`;

  test('says at the entry what Landlock alone cannot take back below a writable folder', async () => {
    const files = { 'a.yaml': NESTED, 'bare.yaml': target('user_namespaces: false\n') };
    const { exitCode, stderr } = await lint(['a.yaml', '--target', 'bare.yaml'], files);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /a\.yaml:9:7: warning: on `bare\.yaml` this does not hold: the agent could write `\/sandbox\/rules`, and use \d+ more rights there; Landlock rules add up/,
    );
    expect((await lint(['a.yaml', '--target', 'linux-x86_64'], files)).stderr).not.toContain('NC2150');
    expect((await lint(['a.yaml'], files)).stderr).not.toContain('NC2150');
  });

  test('read-only below writable is a note without a target, with one a warning where it matters and else nothing', async () => {
    const files = {
      'a.yaml': `${HEAD}filesystem_policy:\n  include_workdir: true\n  read_write: [/srv]\n  read_only: [/srv/a, /usr]\n`,
      'bare.yaml': target('user_namespaces: false\n'),
    };
    const note = 'a.yaml:9:15: note: `/srv/a` can only be read, but `/srv` above it can be written [NC2152]';
    const plain = await lint(['a.yaml', '--fix'], files);
    expect(plain.stderr).toContain(note);
    expect(plain.stderr).toContain('a.yaml:8:16: writable by this');
    expect(plain.stderr.match(/NC2152/g)).toHaveLength(1);
    expect(plain.stdout).not.toContain('mended');
    const bare = await lint(['a.yaml', '--target', 'bare.yaml'], files);
    expect(bare.stderr).not.toContain('NC2152');
    expect(bare.stderr).toMatch(/a\.yaml:9:15: warning: on `bare\.yaml` this does not hold: .*`\/srv\/a`/);
    const mounts = await lint(['a.yaml', '--target', 'linux-x86_64'], files);
    expect(mounts.stderr).not.toMatch(/NC2152|NC2150/);
  });

  test('says what best effort loses on an older kernel, and nothing of what is accepted by name', async () => {
    const text = NESTED.replace(
      'filesystem_policy',
      'landlock: { compatibility: best_effort }\nfilesystem_policy',
    ).replace('    - "${workdir}/rules"\n', '');
    const files: Record<string, string> = {
      'a.yaml': text,
      'old.yaml': target('user_namespaces: false\n').replace('landlock_abi: 6', 'landlock_abi: 2'),
    };
    const { stderr } = await lint(['a.yaml', '--target', 'old.yaml'], files);
    expect(stderr).toContain('NC2150');
    expect(stderr).toContain("the Landlock of the target's kernel does not know this right");
    files['a.yaml'] = `${text}accept:\n  - { gap: filesystem/landlock-abi, reason: known }\n`;
    expect((await lint(['a.yaml', '--target', 'old.yaml'], files)).stderr).not.toContain(
      'does not know this right',
    );
  });

  test('that cannot be read is exit 1', async () => {
    const { exitCode } = await lint(['a.yaml', '--target', 'gone.yaml'], { 'a.yaml': CLEAN });
    expect(exitCode).toBe(1);
  });
});
