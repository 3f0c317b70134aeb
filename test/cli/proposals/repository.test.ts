import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addedLines, POST } from '../../support/proposals/asked.ts';
import {
  BLUEPRINT,
  commitTo,
  gitIn,
  placeWith,
  stateOfClone,
  writeFiles,
} from '../../support/proposals/place.ts';
import { nemoclaw } from '../nemoclaw.ts';

const PATH = 'agents/a-1.yaml';

describe('the lock file', () => {
  test('is brought up to date in the same commit, and is refused where it is stale', async () => {
    const place = await placeWith([POST]);
    const lock = join(place.clone, 'agents/a-1.lock.json');
    await nemoclaw(['compile', PATH, '--out', join(place.root, 'b')], { cwd: place.clone });
    commitTo(place.bare, { 'agents/a-1.lock.json': readFileSync(lock, 'utf8') });
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    gitIn(place.clone, 'fetch', '-q', 'origin');
    gitIn(place.clone, 'checkout', '-q', '-f', `origin/nemoclaw/egress/${place.ids[0]}`);
    const checked = await nemoclaw(['compile', PATH, '--check'], { cwd: place.clone });
    expect(checked.exitCode).toBe(0);
    const stale = readFileSync(lock, 'utf8').replace(/"policy": "sha256:./, '"policy": "sha256:0');
    commitTo(place.bare, { 'agents/a-1.lock.json': stale.replace('sha256:0', 'sha256:1') });
    gitIn(place.bare, 'branch', '-D', `nemoclaw/egress/${place.ids[0]}`);
    const refused = await place.run('propose', place.ids[0]!);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      'for `linux-x86_64`: it does not match the blueprint on the base branch [NC2538]',
    );
  });
});

test('who makes the commit has to be said, and how is in the help', async () => {
  const place = await placeWith([POST], undefined, { environment: { GIT_COMMITTER_NAME: '' } });
  const before = place.refs();
  const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /git could not make the commit: .*empty ident name.* \[NC1854\]\n {2}help: .*git config user\.email/,
  );
  expect(place.refs()).toBe(before);
});

describe('this repository stays as it is', () => {
  test('a dirty tree, an index and hooks', async () => {
    const place = await placeWith([POST]);
    writeFiles(place.clone, { [PATH]: 'dirty: true\n', 'new.txt': 'x\n', 'staged.txt': 'y\n' });
    gitIn(place.clone, 'add', 'staged.txt');
    const ran = join(place.root, 'hook-ran');
    for (const hook of ['pre-push', 'pre-commit', 'commit-msg', 'post-commit', 'reference-transaction']) {
      writeFileSync(join(place.clone, '.git/hooks', hook), `#!/bin/sh\ntouch '${ran}'\nexit 1\n`);
      chmodSync(join(place.clone, '.git/hooks', hook), 0o755);
    }
    const before = stateOfClone(place.clone);
    const { exitCode } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(0);
    expect(stateOfClone(place.clone)).toBe(before);
    expect(existsSync(ran)).toBe(false);
    expect(
      addedLines(BLUEPRINT, place.onRemote(`nemoclaw/egress/${place.ids[0]}`, PATH)).length,
    ).toBeGreaterThan(5);
  });

  test.each([
    ['a detached HEAD', ['checkout', '-q', '--detach']],
    ['an unborn HEAD', ['checkout', '-q', '--orphan', 'new']],
  ])('%s', async (_, argv) => {
    const place = await placeWith([POST]);
    gitIn(place.clone, ...argv);
    const before = stateOfClone(place.clone);
    expect((await place.run('propose', place.ids[0]!)).exitCode).toBe(0);
    expect(stateOfClone(place.clone)).toBe(before);
  });

  test('a shallow clone, of a base that has moved on', async () => {
    const place = await placeWith([POST], { [PATH]: BLUEPRINT, 'x/y.txt': '1' }, { clone: ['--depth', '1'] });
    commitTo(place.bare, { 'x/y.txt': '2' });
    const before = stateOfClone(place.clone);
    expect(await place.run('propose', place.ids[0]!)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stateOfClone(place.clone)).toBe(before);
    expect(place.onRemote(`nemoclaw/egress/${place.ids[0]}`, 'x/y.txt')).toBe('2');
  });

  test('settings that sign commits and pushes ask for nothing', async () => {
    const place = await placeWith([POST]);
    for (const [name, value] of [
      ['commit.gpgSign', 'true'],
      ['push.gpgSign', 'true'],
      ['gpg.program', '/nonexistent/gpg'],
      ['i18n.commitEncoding', 'latin1'],
    ] as const) {
      gitIn(place.clone, 'config', name, value);
    }
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!, '--reason', 'für dich');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(gitIn(place.bare, 'log', '-1', '--format=%B', `nemoclaw/egress/${place.ids[0]}`)).toContain(
      'Reason: für dich',
    );
  });
});
