import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCurrent } from '../../../runtime/sandbox/generations/read.ts';
import { hostNeeds, rootUser } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { nemoclaw, type Ran } from '../nemoclaw.ts';
import { codesIn, reaching, SANDBOX } from './host-project.ts';
import { openssh, type SignedRemote, signedRemote } from './signing-repository.ts';

const said = ({ exitCode, stdout }: Ran) => [exitCode, JSON.parse(stdout).outcome, ...codesIn(stdout)];
const inForce = ({ state }: SignedRemote) => {
  const current = readCurrent(join(state, 'generations'));
  return current?.ok === true ? current.record.commit : null;
};

describe('sync', { timeout: 120_000 }, () => {
  test('applies what alice signed, and keeps it whatever else comes', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const first = await remote.push(reaching('a.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    expect(inForce(remote)).toBe(first);
    expect(said(await remote.sync())).toEqual([0, 'current']);
    const keeps = async (expected: unknown[]) => {
      expect(said(await remote.sync())).toEqual(expected);
      expect(inForce(remote)).toBe(first);
    };
    await remote.push(reaching('a.example', 'b.example'), 'mallory');
    await keeps([3, 'refused', 'NC2603']);
    await remote.push(reaching('a.example', 'c.example'), null);
    await keeps([3, 'refused', 'NC2603']);
    const lock = join(remote.work, 'agent.lock.json');
    const text = readFileSync(lock, 'utf8');
    writeFileSync(
      lock,
      text.replace(/("bundle": "sha256:)(.)/, (_, before, digit) => `${before}${digit === 'f' ? '0' : 'f'}`),
    );
    remote.commit('alice');
    await keeps([3, 'refused', 'NC2605']);
    writeFileSync(lock, text.replace(/("egress\/table.json": "sha256:)[0-9a-f]{4}/, '$10000'));
    remote.commit('alice');
    await keeps([3, 'refused', 'NC2605']);
    const followed = JSON.parse(readFileSync(join(remote.state, 'sync/followed.json'), 'utf8'));
    expect(followed).toMatchObject({ accepted: first, last: { outcome: 'refused', codes: ['NC2605'] } });
    const shown = await nemoclaw(['status', '--name', SANDBOX], { env: remote.env });
    expect(shown.stdout).toMatch(
      /^ {2}follows +file:\/\/\/.* main: REFUSED NC2605 at [0-9a-f]{12}, looked /m,
    );
    writeFileSync(lock, text);
    const good = remote.commit('alice');
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    expect(inForce(remote)).toBe(good);
  });

  test('says of each commit why it is not signed by who may', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const why = async () => {
      const ran = await remote.sync();
      expect(said(ran)).toEqual([3, 'refused', 'NC2603']);
      return JSON.parse(ran.stdout).diagnostics[0].message.split(': ').slice(1).join(': ');
    };
    await remote.push('', null);
    expect(await why()).toBe('it carries no signature');
    await remote.push('', 'mallory');
    expect(await why()).toMatch(/^its signature is by key SHA256:\S+, which nobody has among them/);
    await remote.push('');
    const signers = join(remote.address.slice('file://'.length), '../signers');
    const line = readFileSync(signers, 'utf8');
    for (const option of ['valid-before="20200101",', 'valid-after="21000101",', 'cert-authority,']) {
      writeFileSync(signers, line.replace('namespaces=', `${option}namespaces=`));
      expect(await why()).toMatch(
        /^its signature is by key SHA256:\S+, .* or not at the time of the commit$/,
      );
    }
    writeFileSync(signers, line.replace('"git"', '"nemoclaw-bundle"'));
    expect(await why()).toBe('Could not verify signature.');
    expect(inForce(remote)).toBeNull();
  });

  test('refuses a branch that was rewritten unless told why, and holds a rollback until there is a new commit', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const first = await remote.push(reaching('a.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    const second = await remote.push(reaching('b.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    // The old commit is signed as well as it ever was.
    remote.git('push', '-q', '--force', 'origin', `${first}:main`);
    expect(said(await remote.sync())).toEqual([3, 'refused', 'NC2604']);
    expect(inForce(remote)).toBe(second);
    const { exitCode } = await nemoclaw(['rollback', '--name', SANDBOX], { env: remote.env });
    expect(exitCode).toBe(0);
    remote.git('push', '-q', '--force', 'origin', `${second}:main`);
    expect(said(await remote.sync())).toEqual([3, 'rolled-back', 'NC2606']);
    expect(inForce(remote)).toBe(first);
    remote.git('push', '-q', '--force', 'origin', `${first}:main`);
    expect(said(await remote.sync('--allow-rewritten', 'b was wrong'))).toEqual([0, 'applied']);
  });

  test('lets nothing of a repository run or lead out of it', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const mark = join(remote.work, 'ran');
    remote.write('.gitattributes', '* filter=evil diff=evil\n');
    remote.write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch ${mark}"\n`);
    remote.git('config', 'filter.evil.smudge', `touch ${mark}; cat`);
    await remote.push('');
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    expect(existsSync(mark)).toBe(false);
    const before = inForce(remote);
    remote.git('rm', '-q', '--cached', 'agent.yaml');
    rmSync(join(remote.work, 'agent.yaml'));
    symlinkSync('/etc/passwd', join(remote.work, 'agent.yaml'));
    remote.commit('alice');
    const linked = await remote.sync();
    expect(said(linked)).toEqual([3, 'refused', 'NC1000']);
    expect(linked.stdout).toContain('outside of the repository');
    expect(said(await remote.sync('--path', '../../etc/passwd'))).toEqual([3, 'refused', 'NC2607']);
    expect(said(await remote.sync('--path', '../../etc/passwd', '--allow-rewritten', 'x'))).toEqual([
      3,
      'refused',
      'NC1000',
    ]);
    for (const branch of ['a;touch ran', '--upload-pack=touch ran', 'a..b', 'x:y']) {
      expect(said(await remote.sync(`--branch=${branch}`))).toEqual([1, 'failed', 'NC2601']);
    }
    for (const address of [
      'ext::sh -c "touch ran"',
      '/srv/agents.git',
      'http://git.example/a.git',
      '--upload-pack=x',
    ]) {
      const argv = [
        'sync',
        '--name',
        SANDBOX,
        '--allowed-signers',
        join(remote.work, '.gitmodules'),
        '-o',
        'json',
        '--',
        address,
      ];
      expect(said(await nemoclaw(argv, { cwd: remote.work, env: remote.env }))).toEqual([
        1,
        'failed',
        'NC2600',
      ]);
    }
    expect(existsSync(mark)).toBe(false);
    expect(inForce(remote)).toBe(before);
  });

  test('follows a git server, and leaves what is in force when it does not answer', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const commit = await remote.push('');
    const root = join(remote.address.slice('file://'.length), '..');
    const port = 20_000 + (process.pid % 20_000);
    const options = [
      '--export-all',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${root}`,
      '--reuseaddr',
    ];
    const daemon = spawn('git', ['daemon', ...options, root], { stdio: 'ignore', detached: true });
    const end = () => {
      try {
        process.kill(-daemon.pid!, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    onTestFinished(end);
    const follow = async () => {
      const argv = ['sync', `git://127.0.0.1:${port}/agents.git`, '--name', SANDBOX, '-o', 'json'];
      const trust = ['--allowed-signers', join(root, 'signers'), '-t', 'host', '--workdir', remote.work];
      return said(await nemoclaw([...argv, ...trust], { cwd: root, env: remote.env }));
    };
    await expect.poll(follow, { timeout: 20_000, interval: 300 }).toEqual([0, 'applied']);
    end();
    await once(daemon, 'close');
    expect(await follow()).toEqual([1, 'unreachable', 'NC2602']);
    expect(inForce(remote)).toBe(commit);
  });

  test('says why git does not read a folder of another user', async (context) => {
    hostNeeds(context, rootUser, openssh);
    const remote = signedRemote();
    await remote.push('');
    execFileSync('chown', ['-R', 'nobody', remote.address.slice('file://'.length)]);
    const ran = await remote.sync();
    expect(said(ran)).toEqual([1, 'unreachable', 'NC2602']);
    const [{ message, help }] = JSON.parse(ran.stdout).diagnostics;
    expect(message).toContain('dubious ownership');
    expect(help).toContain('git does not read a folder of another user: follow it over ssh or https');
  });

  test('accepts a commit by a signed tag on it, and only from the signer that is named', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const commit = await remote.push('', null);
    expect(said(await remote.sync())).toEqual([3, 'refused', 'NC2603']);
    const root = join(remote.address.slice('file://'.length), '..');
    const sign = (who: string, tag: string) => {
      remote.git(
        '-c',
        'gpg.format=ssh',
        '-c',
        `user.signingKey=${join(root, who)}`,
        'tag',
        '-s',
        '-m',
        'release',
        tag,
      );
      remote.git('push', '-q', 'origin', tag);
    };
    sign('mallory', 'v1');
    expect(said(await remote.sync())).toEqual([3, 'refused', 'NC2603']);
    sign('alice', 'v2');
    expect(said(await remote.sync('--identity', 'bob@example.com'))).toEqual([3, 'refused', 'NC2603']);
    expect(said(await remote.sync('--identity', 'alice@example.com'))).toEqual([0, 'applied']);
    expect(inForce(remote)).toBe(commit);
  });
});
