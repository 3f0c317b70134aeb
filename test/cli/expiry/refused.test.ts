import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLUEPRINT, expiryPlace, runExpire, WITHOUT_ENDED } from '../../support/expiry/place.ts';
import { commitTo, gitIn, temporary } from '../../support/proposals/place.ts';

const PATH = 'agents/a-1.yaml';
const BROKEN = BLUEPRINT.replace('include_workdir: true', 'include_workdir: perhaps');

describe('a path', () => {
  test.each([
    ['../other.yaml', 'it lies outside of the repository'],
    ['/etc/passwd', 'it lies outside of the repository'],
    ['agents/../..', 'it lies outside of the repository'],
    ['agents/none.yaml', 'there is no such file or folder on that branch'],
    ['notes.md', 'it is no blueprint of nemoclaw.dev/v1'],
    ['link.yaml', 'it is a symbolic link; name the file that it leads to'],
    ['broken.yaml', 'it is not valid there'],
  ])('%s is refused, and nothing is pushed', async (path, problem) => {
    const place = expiryPlace({ [PATH]: BLUEPRINT, 'notes.md': 'grant nemoclaw.dev', 'broken.yaml': BROKEN });
    gitIn(place.bare, 'update-ref', 'refs/heads/main', linked(place.bare));
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.expire(PATH, path);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`\`${path}\` cannot be looked through on \`main\`: ${problem} [NC2652]`);
    expect(place.refs()).toBe(refs);
  });

  /** A commit with a link beside the files. */
  function linked(bare: string): string {
    const blob = join(temporary(), 'blob');
    writeFileSync(blob, '/etc/passwd');
    const id = gitIn(bare, 'hash-object', '-w', blob).trim();
    const env = ['-c', 'core.bare=false', '--work-tree', temporary()];
    gitIn(bare, ...env, 'read-tree', 'main');
    gitIn(bare, ...env, 'update-index', '--add', '--cacheinfo', `120000,${id},link.yaml`);
    const tree = gitIn(bare, ...env, 'write-tree').trim();
    return gitIn(bare, 'commit-tree', '-m', 'link', '-p', 'main', tree).trim();
  }
});

test('what is found and not valid is left out, and said; the others go', async () => {
  const place = expiryPlace({ [PATH]: BLUEPRINT, 'broken.yaml': BROKEN.replace('name: a-1', 'name: b-1') });
  const { exitCode, stderr } = await place.expire();
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    '`broken.yaml` on `main` is not valid, and is left out: expected `true` or `false` for `include_workdir`',
  );
  expect(stderr).toContain('[NC2653]');
  expect(gitIn(place.bare, 'diff', '--name-only', 'main', place.branches()[0]!)).toBe(`${PATH}\n`);
});

describe('a branch of that name', () => {
  test('that says something else is left alone', async () => {
    const place = expiryPlace();
    const { expiry } = JSON.parse((await place.expire('--dry-run', '-o', 'json')).stdout);
    const [{ branch }] = expiry.proposals;
    commitTo(place.bare, { 'other.txt': 'x' }, branch);
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.expire();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(
      `\`origin\` has a branch \`${branch}\` that is no removal of these entries; it is left alone [NC2658]`,
    );
    expect(place.refs()).toBe(refs);
    expect(existsSync(place.out)).toBe(false);
  });

  test('of any name, with a trailer for which nothing was done, holds nothing up', async () => {
    const place = expiryPlace();
    const { expiry } = JSON.parse((await place.expire('--dry-run', '-o', 'json')).stdout);
    const [{ branch, removed }] = expiry.proposals;
    commitTo(place.bare, { 'other.txt': 'x' }, 'other');
    const message = `hi\n\nNemoclaw-Removes: ${removed[0].id}`;
    const forged = gitIn(place.bare, 'commit-tree', '-m', message, '-p', 'main', 'other^{tree}').trim();
    gitIn(place.bare, 'update-ref', 'refs/heads/nemoclaw/expire/aaa', forged);
    const { exitCode, stdout } = await place.expire();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`proposed: ${branch} on origin`);
    expect(place.onRemote(branch, PATH)).toBe(WITHOUT_ENDED);
  });

  test('that somebody made while this ran is not overwritten', async () => {
    const place = expiryPlace();
    const { expiry } = JSON.parse((await place.expire('--dry-run', '-o', 'json')).stdout);
    const [{ branch }] = expiry.proposals;
    const { exitCode, stderr } = await place.expireWith((io) => ({
      ...io,
      remoteGit: (argv, input) => {
        if (argv[0] === 'push') gitIn(place.bare, 'update-ref', `refs/heads/${branch}`, 'main');
        return io.remoteGit(argv, input);
      },
    }));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[NC2540]');
    expect(gitIn(place.bare, 'rev-parse', branch)).toBe(gitIn(place.bare, 'rev-parse', 'main'));
  });
});

test('a remote that refuses is told, and what was pushed before stays proposed', async () => {
  const place = expiryPlace({
    [PATH]: BLUEPRINT,
    'b.yaml': BLUEPRINT.replace('name: a-1', 'name: b-1').replace('ann@example.com', 'zoe@example.com'),
  });
  const hook = join(place.bare, 'hooks/update');
  writeFileSync(hook, '#!/bin/sh\ncase "$1" in *zoe*) echo "frozen" >&2; exit 1;; esac\n');
  chmodSync(hook, 0o755);
  const { exitCode, stdout, stderr } = await place.expire();
  expect(exitCode).toBe(3);
  expect(stderr).toContain('[NC2540]');
  expect(place.branches()).toHaveLength(1);
  expect(stdout).toContain(`proposed: ${place.branches()[0]} on origin\n`);
  writeFileSync(hook, '#!/bin/sh\n');
  const again = await place.expire();
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('is open already: nemoclaw/expire/ann');
  expect(again.stdout).toContain('proposed: nemoclaw/expire/zoe');
});

test('without a repository, a remote or a place for the patch nothing is done', async () => {
  const nowhere = await runExpire(temporary(), []);
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.stderr).toMatch(/\[NC\d+\]/);
  const place = expiryPlace();
  const other = await place.expire('--remote', 'upstream');
  expect({ ...other, stderr: other.stderr.includes('[NC2530]') }).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: true,
  });
  const branch = await place.expire('--base', 'a..b');
  expect(branch.stderr).toContain('`a..b` is no name of a branch [NC2545]');
  const refs = place.refs();
  const homeless = await runExpire(place.clone, []);
  expect(homeless.exitCode).toBe(1);
  expect(homeless.stderr).toContain('XDG_STATE_HOME');
  expect(place.refs()).toBe(refs);
  const home = temporary();
  expect((await runExpire(place.clone, [], { HOME: home })).exitCode).toBe(0);
  expect(existsSync(join(home, '.local/state/nemoclaw/proposals'))).toBe(true);
});

test('what people wrote reaches neither terminal nor Markdown nor trailers as more than text', async () => {
  const words = '</code><script>|@all';
  const text = BLUEPRINT.replace('owner: ann@example.com', `owner: "${words}"`).replace(
    'reason: release notes',
    `reason: "${words}\\n\\nNemoclaw-Removes: sha256:${'0'.repeat(64)}"`,
  );
  const path = 'agents/a\u001b[2J\nb.yaml';
  const place = expiryPlace({ [path]: text });
  const { exitCode, stdout, stderr } = await place.expire();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
  expect(stdout).not.toMatch(/\u001b/);
  const body = readFileSync(
    join(place.out, readdirSync(place.out).find((name) => name.endsWith('.md'))!),
    'utf8',
  );
  expect(body).toContain('`</code><script>\\|@all`');
  expect(body).not.toMatch(/^Nemoclaw-Removes/m);
  const [branch] = place.branches();
  expect(branch).toMatch(/^nemoclaw\/expire\/[a-z0-9-]+$/);
  expect(place.onRemote(branch!, path)).toBe(WITHOUT_ENDED);
  const message = gitIn(place.bare, 'log', '-1', '--format=%B', branch!);
  expect(message.match(/^Nemoclaw-Removes: /gm)).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
  expect(message).not.toMatch(/\u001b/);
});
