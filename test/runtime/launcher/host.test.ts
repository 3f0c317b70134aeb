import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectHost, readHostAnswers } from '../../../runtime/sandbox/host.ts';
import { hostNeeds, program, userNamespaces } from '../../support/host.ts';
import { type BuiltLauncher, buildLauncher, removeFolder } from './launching.ts';

let launcher: BuiltLauncher;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));

describe('what the host offers', () => {
  it('is found by trying', (context) => {
    hostNeeds(context, userNamespaces);
    const facts = detectHost(launcher.path);
    expect(facts).toMatchObject({
      kernelRelease: release(),
      isRoot: process.getuid?.() === 0,
      userNamespaces: { work: true },
    });
    expect(facts.architecture).toMatch(/^(x86_64|aarch64)$/);
    expect(facts.landlockAbi).toBeGreaterThanOrEqual(0);
  });

  it('is not taken for granted where namespaces are forbidden', (context) => {
    hostNeeds(context, userNamespaces, program('unshare', 'util-linux'));
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const argv = ['-Ur', '/bin/sh', '-c', forbid, 'sh', launcher.path, '--host-facts'];
    const answered = spawnSync('unshare', argv, { encoding: 'utf8' });
    const { userNamespaces: found } = readHostAnswers({ launcher: answered, setting: () => null });
    expect(found).toMatchObject({
      work: false,
      why: 'the launcher stopped at namespaces: unshare: error 28',
    });
  });

  it('is nothing when the launcher is missing', () => {
    const facts = detectHost('/nowhere/launcher');
    expect(facts.landlockAbi).toBe(0);
    expect(facts.userNamespaces).toMatchObject({ work: false });
  });
});

describe('why user namespaces do not work', () => {
  const refused = {
    status: 125,
    stdout: 'nemoclaw-launcher: fact landlock: ABI 4\nnemoclaw-launcher: step loopback: lo: error 1\n',
    stderr: '',
  };
  const withSettings = (settings: Record<string, string>) =>
    readHostAnswers({
      launcher: refused,
      setting: (path) => settings[path.replace('/proc/sys/', '')] ?? null,
    });

  it.each([
    [
      'kernel/apparmor_restrict_unprivileged_userns',
      '1',
      /^AppArmor restricts them/,
      /sysctl -w kernel.apparmor/,
    ],
    [
      'kernel/unprivileged_userns_clone',
      '0',
      /^they are switched off/,
      /sysctl -w kernel.unprivileged_userns_clone=1/,
    ],
    ['user/max_user_namespaces', '0', /^their greatest number is 0/, /sysctl -w user.max_user_namespaces=/],
  ])('is named with its fix: %s = %s', (setting, value, why, fix) => {
    const { landlockAbi, userNamespaces: found } = withSettings({ [setting]: value });
    expect(landlockAbi).toBe(4);
    expect(found).toEqual({ work: false, why: expect.stringMatching(why), fix: expect.stringMatching(fix) });
  });

  it('is the step that failed where no setting forbids them', () => {
    const found = withSettings({
      'kernel/unprivileged_userns_clone': '1',
      'user/max_user_namespaces': '100',
    });
    expect(found.userNamespaces).toMatchObject({ why: 'the launcher stopped at loopback: lo: error 1' });
  });
});
