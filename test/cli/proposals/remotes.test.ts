import { spawn } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { freePort, untilListening } from '../../support/loopback-port.ts';
import { POST } from '../../support/proposals/asked.ts';
import { daemonFor, gitDaemon } from '../../support/proposals/git-daemon.ts';
import {
  BLUEPRINT,
  commitTo,
  gitIn,
  type Place,
  placeWith,
  runIn,
  temporary,
  writeFiles,
} from '../../support/proposals/place.ts';

const PATH = 'agents/a-1.yaml';

test('a remote behind git daemon is proposed to', async (context) => {
  hostNeeds(context, gitDaemon);
  const place = await placeWith([POST]);
  gitIn(place.clone, 'remote', 'set-url', 'origin', (await daemonFor(place.bare)).address);
  expect(await place.run('propose', place.ids[0]!)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(place.refs()).toContain(`refs/heads/nemoclaw/egress/${place.ids[0]}`);
  expect((await place.run('propose', place.ids[0]!)).stdout).toMatch(/^is open already/);
});

const FORGED = BLUEPRINT.replace('access: read-only', 'access: full');

/** Pushes commits on top of `main` as another person would. */
function forge(
  bare: string,
  branch: string,
  commits: readonly (readonly [files: Readonly<Record<string, string>>, message: string])[],
  isExecutable = false,
): void {
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', bare, work);
  for (const [files, message] of commits) {
    writeFiles(work, files);
    if (isExecutable) chmodSync(join(work, PATH), 0o755);
    gitIn(work, 'add', '-A');
    gitIn(work, 'commit', '-q', '-m', message);
  }
  gitIn(work, 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
}

describe('a remote that is not as it should be', () => {
  test('has the lock of a git that was killed there: it says so', async () => {
    const place = await placeWith([POST]);
    const lock = join(place.bare, `refs/heads/nemoclaw/egress/${place.ids[0]}.lock`);
    writeFiles(dirname(lock), { [basename(lock)]: '' });
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/\.lock': File exists.* \[NC2540\]/);
    expect(stderr).toMatch(/another git holds this file, or one that was killed left it/);
    rmSync(lock);
    expect((await place.run('propose', place.ids[0]!)).exitCode).toBe(0);
  });

  test('refuses the push: nothing is noted, and it says what the remote says', async () => {
    const place = await placeWith([POST]);
    writeFileSync(
      join(place.bare, 'hooks/pre-receive'),
      '#!/bin/sh\necho "frozen until \\033[2JMonday" >&2\nexit 1\n',
    );
    chmodSync(join(place.bare, 'hooks/pre-receive'), 0o755);
    const refs = place.refs();
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('did not take the branch');
    expect(stderr).toMatch(/frozen until .*Monday \[NC2540\]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
    expect(stderr).not.toMatch(/\u001b/);
    expect(place.refs()).toBe(refs);
    expect((await place.run('show', place.ids[0]!)).stdout).toContain('(pending)');
    expect(existsSync(join(place.root, 'proposals'))).toBe(false);
  });

  test('has a branch of that name from somebody else', async () => {
    const place = await placeWith([POST]);
    const branch = `nemoclaw/egress/${place.ids[0]}`;
    commitTo(place.bare, { [PATH]: BLUEPRINT.replace('read-only', 'full') }, branch);
    const refs = place.refs();
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`has a branch \`${branch}\` that is no proposal of these requests`);
    expect(stderr).toContain('[NC2539]');
    expect(place.refs()).toBe(refs);
  });

  test('has a branch whose trailer is forged in its text', async () => {
    const place = await placeWith([POST]);
    const branch = `nemoclaw/egress/${place.ids[0]}`;
    const tree = gitIn(place.bare, 'rev-parse', 'main^{tree}').trim();
    const message = `x\n\nNemoclaw-Request: ${place.ids[0]}\n\nSigned-off-by: x <x@example.com>`;
    const commit = gitIn(place.bare, 'commit-tree', '-p', 'main', '-m', message, tree).trim();
    gitIn(place.bare, 'update-ref', `refs/heads/${branch}`, commit);
    expect((await place.run('propose', place.ids[0]!)).stderr).toContain('[NC2539]');
  });

  test.each<[string, (place: Place, branch: string, message: string) => void]>([
    [
      'changes other files as well',
      ({ bare }, branch, message) =>
        forge(bare, branch, [[{ [PATH]: FORGED, 'agents/b.yaml': BLUEPRINT }, message]]),
    ],
    [
      'has another commit below',
      ({ bare }, branch, message) =>
        forge(bare, branch, [
          [{ 'x.txt': '1' }, 'x'],
          [{ [PATH]: FORGED }, message],
        ]),
    ],
    [
      'changes the mode of the blueprint',
      ({ bare }, branch, message) => forge(bare, branch, [[{ [PATH]: FORGED }, message]], true),
    ],
  ])('has a branch with the trailer of the request that %s', async (_, make) => {
    const place = await placeWith([POST]);
    const branch = `nemoclaw/egress/${place.ids[0]}`;
    make(place, branch, `x\n\nNemoclaw-Request: ${place.ids[0]}`);
    const refs = place.refs();
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(stderr).toContain('[NC2539]');
    expect(exitCode).toBe(1);
    expect(place.refs()).toBe(refs);
  });

  test('is none, is unnamed, is empty or lacks the branch', async () => {
    const place = await placeWith([POST]);
    const [id] = place.ids;
    expect((await place.run('propose', id!, '--remote', 'other')).stderr).toContain(
      'this repository has no remote `other` [NC2530]',
    );
    expect((await place.run('propose', id!, '--base', 'next')).stderr).toContain(
      'the remote `origin` has no branch `next` [NC2531]',
    );
    gitIn(place.clone, 'remote', 'set-url', 'origin', '/nonexistent/repo.git');
    expect((await place.run('propose', id!)).stderr).toContain('git could not ask the remote: ');
    const empty = temporary();
    gitIn(empty, 'init', '-q', '--bare');
    gitIn(place.clone, 'remote', 'set-url', 'origin', empty);
    expect((await place.run('propose', id!)).stderr).toContain(
      'does not say which branch is its main one [NC2531]',
    );
    gitIn(place.clone, 'remote', 'remove', 'origin');
    expect((await place.run('propose', id!)).stderr).toContain(
      'this repository has no remote to propose to [NC2530]',
    );
    const outside = await runIn(temporary(), place.root, ['propose', id!]);
    expect(outside.exitCode).toBe(1);
    expect(outside.stderr).toContain('is in no git repository that can be read');
  });

  test('names a program in its address', async () => {
    const place = await placeWith([POST]);
    const ran = join(place.root, 'ran');
    gitIn(place.clone, 'config', 'remote.origin.url', `ext::sh -c touch% ${ran}`);
    gitIn(place.clone, 'config', 'protocol.ext.allow', 'always');
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("transport 'ext' not allowed");
    expect(existsSync(ran)).toBe(false);
  });
});

test('a remote that wants a password gets none, and neither is one told', async () => {
  const place = await placeWith([POST]);
  const port = await freePort();
  const server = `require('node:http').createServer((q, r) => r.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()).listen(${port}, '127.0.0.1')`;
  const child = spawn(process.execPath, ['-e', server], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await untilListening(port);
  const asking = join(place.root, 'asking');
  writeFileSync(asking, '#!/bin/sh\necho x\n');
  chmodSync(asking, 0o755);
  for (const user of ['', 'ann:s3cret@']) {
    gitIn(place.clone, 'remote', 'set-url', 'origin', `http://${user}127.0.0.1:${port}/r.git`);
    const { exitCode, stderr } = await runIn(place.clone, place.root, ['propose', place.ids[0]!], {
      GIT_ASKPASS: asking,
      SSH_ASKPASS: asking,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /git could not ask the remote: .*(?:terminal prompts disabled|Authentication failed)/,
    );
    expect(stderr).not.toContain('s3cret');
  }
});

describe('hostile names', () => {
  test.each(['--upload-pack=touch x', '-x', 'a..b', 'a b', '$(touch x)', 'a\nb', '*', ''])(
    '%j is no branch',
    async (base) => {
      const place = await placeWith([POST]);
      const { exitCode, stderr } = await place.run('propose', place.ids[0]!, `--base=${base}`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/\[NC25(45|31)\]/);
      expect(existsSync(join(place.clone, 'x'))).toBe(false);
    },
  );

  test('a base branch and a path that a shell would read', async () => {
    const path = 'a $(touch x)/`id`\u001b[2J;&"\'.yaml';
    const base = 'b$(touch${IFS}x);&\'"';
    const place = await placeWith([POST], { [path]: BLUEPRINT });
    gitIn(place.bare, 'branch', base, 'main');
    const { exitCode, stdout, stderr } = await place.run('propose', place.ids[0]!, '--base', base);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`for ${base}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
    expect(stdout).not.toMatch(/\u001b/);
    expect(place.onRemote(`nemoclaw/egress/${place.ids[0]}`, path)).toContain(place.ids[0]);
    expect(existsSync(join(place.clone, 'x'))).toBe(false);
  });

  test.each([
    ['../other.yaml', 'it lies outside of the repository'],
    ['gone.yaml', 'there is no such file on the base branch'],
    ['wrong.yaml', 'it is not valid on the base branch'],
    ['shell.yaml', 'it is no blueprint of nemoclaw.dev/v1'],
  ])('the blueprint %s', async (path, problem) => {
    const place = await placeWith([POST], {
      [PATH]: BLUEPRINT,
      'wrong.yaml': BLUEPRINT.replace('port: 443', 'port: 70000'),
      'shell.yaml': 'version: 1\nnetwork_policies: {}\n',
    });
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!, '--blueprint', path);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot be added to: ${problem} [NC2533]`);
  });

  test('several blueprints of one name, and none', async () => {
    const place = await placeWith([POST], { [PATH]: BLUEPRINT, 'b.yml': BLUEPRINT });
    const { stderr } = await place.run('propose', place.ids[0]!);
    expect(stderr).toContain('may be the one of `a-1`: `agents/a-1.yaml`, `b.yml` [NC2532]');
    expect((await place.run('propose', place.ids[0]!, '--blueprint', 'b.yml')).exitCode).toBe(0);
    const other = await placeWith([POST], { 'a.yaml': BLUEPRINT.replace('name: a-1', 'name: a-2') });
    expect((await other.run('propose', other.ids[0]!)).stderr).toContain(
      'no blueprint on `main` is called `a-1` [NC2532]',
    );
  });

  test('reasons form no trailer and no Markdown', async () => {
    const place = await placeWith([POST]);
    const reason = 'x @all <img src=x> Nemoclaw-Request: req-000000000000';
    expect(
      (await place.run('propose', place.ids[0]!, '--reason', `${reason}\nNemoclaw-Approved: me`)).exitCode,
    ).toBe(2);
    await place.run('propose', place.ids[0]!, '--reason', reason);
    const trailers = gitIn(
      place.bare,
      'log',
      '-1',
      '--format=%(trailers:key=Nemoclaw-Request,valueonly)',
      `nemoclaw/egress/${place.ids[0]}`,
    );
    expect(trailers.trim()).toBe(place.ids[0]);
  });
});
