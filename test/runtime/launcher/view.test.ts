import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { READ_EXECUTE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import { hostNeeds, program, userNamespaces } from '../../support/host.ts';
import {
  type BuiltLauncher,
  buildLauncher,
  failedStep,
  launch,
  ORDINARY_USER,
  openFolder,
  ownFile,
  ownFolder,
  removeFolder,
  shell,
} from './launching.ts';
import { mount, planWith, READ_WRITE, rule, WITHOUT_NAMESPACES } from './plans.ts';

const ENOENT = 2;
const ELOOP = 40;

let launcher: BuiltLauncher;
let folder: string;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));
beforeEach((context) => {
  hostNeeds(context, userNamespaces);
  folder = openFolder();
  return () => removeFolder(folder);
});

/** The folders on the way to the test's folder, which the view has to have. */
function wayTo(path: string) {
  const parts = path.split('/').slice(1, -1);
  return parts
    .map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)
    .filter((parent) => parent !== '/tmp')
    .map((parent) => mount('folder', parent));
}

function planFor(mounts: readonly ReturnType<typeof mount>[], rights = READ_WRITE) {
  return planWith({ mounts: [...wayTo(folder), ...mounts], rules: [rule(folder, rights)] });
}

describe('the file tree', () => {
  it('shows granted paths only, on a root that nobody can write', () => {
    const { stdout, stderr } = shell(launcher, planWith(), 'ls -A / | tr "\\n" " "; mkdir /new; ls /etc');
    expect(stdout.split(' ')).toEqual(expect.arrayContaining(['dev', 'proc', 'tmp', 'usr']));
    expect(stdout).not.toMatch(/\b(etc|home|root|sys)\b/);
    expect(stderr).toContain('Read-only file system');
    expect(stderr).toContain("'/etc': No such file or directory");
  });

  it('keeps a read-only folder below a writable one read-only', () => {
    ownFolder(folder, 'ro');
    const plan = planFor([
      mount('bind', folder, { readOnly: false }),
      mount('bind', join(folder, 'ro'), { create: false }),
    ]);
    const { stdout, stderr } = shell(
      launcher,
      plan,
      `cd ${folder}; echo a > new 2>/dev/null; touch ro/new; mv ro gone; ls`,
    );
    expect(stderr).toContain('Read-only file system');
    expect(stderr).toContain('Device or resource busy');
    expect(stdout).toContain('ro');
  });

  it('keeps what is mounted below a read-only folder read-only, too', (context) => {
    hostNeeds(context, program('unshare', 'util-linux'), program('mount', 'mount'));
    ownFolder(folder, 'below');
    const inner = join(folder, 'below');
    // A mount namespace in which something is mounted there; the launcher starts inside it.
    const script = `mount -t tmpfs none ${inner} && exec "$@"`;
    const through = [...ORDINARY_USER, 'unshare', '-Urm', '/bin/sh', '-c', script, 'sh'];
    const attempt = `grep -c " ${inner} " /proc/self/mountinfo; touch ${inner}/new`;
    const readOnly = shell(launcher, planFor([mount('bind', folder)]), attempt, { through });
    expect(readOnly.stdout).toBe('1\n');
    expect(readOnly.stderr).toContain('Read-only file system');
    const writable = planFor([mount('bind', folder, { readOnly: false })]);
    expect(shell(launcher, writable, attempt, { through })).toMatchObject({ stdout: '1\n', stderr: '' });
  });

  it('does not follow what the host mounts later', (context) => {
    hostNeeds(context, program('unshare', 'util-linux'), program('mount', 'mount'));
    const below = ownFolder(folder, 'below');
    const waitFor = (name: string) => `while [ ! -e ${folder}/${name} ]; do sleep 0.02; done`;
    const share = `mount --bind ${folder} ${folder} && mount --make-shared ${folder}`;
    const later = `${waitFor('ready')}; mount -t tmpfs none ${below}; touch ${folder}/mounted`;
    const through = ['unshare', '-Urm', '/bin/sh', '-c', `${share}; "$@" & ${later}; wait`, 'sh'];
    const plan = planFor([mount('bind', folder, { readOnly: false })]);
    const inside = `touch ${folder}/ready; ${waitFor('mounted')}; grep -c " ${below} " /proc/self/mountinfo`;
    const { stdout } = shell(launcher, plan, inside, { through: [...ORDINARY_USER, ...through] });
    expect(stdout).toBe('0\n');
  });

  it('does not undo what the host mounted read-only', (context) => {
    hostNeeds(context, program('unshare', 'util-linux'), program('mount', 'mount'));
    const script = `mount --bind ${folder} ${folder} && mount -o remount,bind,ro,noexec ${folder} && exec "$@"`;
    const through = [...ORDINARY_USER, 'unshare', '-Urm', '/bin/sh', '-c', script, 'sh'];
    const plan = planFor([mount('bind', folder, { readOnly: false })]);
    expect(shell(launcher, plan, `touch ${folder}/new`, { through }).stderr).toContain(
      'Read-only file system',
    );
  });

  it('executes nothing from a mount without exec, and mounts nothing with devices or set-user-id', () => {
    const script = 'cp /usr/bin/env /tmp/env; chmod +x /tmp/env; /tmp/env; grep " /tmp " /proc/mounts';
    const { stdout, stderr } = shell(launcher, planWith(), script);
    expect(stderr).toContain('Permission denied');
    expect(stdout).toMatch(/^none \/tmp tmpfs rw,nosuid,nodev,noexec,/);
    const mounts = shell(launcher, planWith(), 'grep -v " /dev/null " /proc/mounts')
      .stdout.trim()
      .split('\n');
    expect(mounts.filter((line) => !/\bnosuid,nodev\b/.test(line))).toEqual([]);
  });

  it('holds a scratch folder to its size, and forgets it', () => {
    const { stdout, stderr } = shell(launcher, planWith(), 'yes | head -c 2000000 > /tmp/big; ls -A /tmp');
    expect(stderr).toContain('No space left on device');
    expect(stdout).toBe('big\n');
    expect(shell(launcher, planWith(), 'ls -A /tmp').stdout).toBe('');
  });

  it('hides a folder and a file, and what is hidden cannot be opened, changed or uncovered', () => {
    ownFolder(folder, 'keys');
    ownFile(join(folder, 'keys', 'id'), 'secret');
    ownFile(join(folder, 'token'), 'secret');
    const plan = planFor([
      mount('bind', folder, { readOnly: false }),
      mount('hidden', join(folder, 'keys')),
      mount('hidden', join(folder, 'token')),
    ]);
    const attempts = [
      'cat keys/id',
      'ls keys',
      'chmod 700 keys',
      'cat token',
      'echo a > token',
      'chmod 600 token',
      'rm token',
      'mv keys k',
      'umount token',
    ];
    for (const attempt of attempts) {
      const { status, stdout } = shell(launcher, plan, `cd ${folder} && { ${attempt}; }`);
      expect([attempt, stdout, status === 0]).toEqual([attempt, '', false]);
    }
    expect(readFileSync(join(folder, 'token'), 'utf8')).toBe('secret');
  });

  it('hides by making where nothing of the host is shown', () => {
    const plan = planWith({ mounts: [mount('hidden', '/tmp/closed', { create: true })] });
    expect(shell(launcher, plan, 'ls /tmp/closed').stderr).toContain('Permission denied');
  });

  it('shows its own processes only', () => {
    const { stdout } = shell(
      launcher,
      planWith(),
      'ls /proc | grep -c "^[0-9]"; cat /proc/1/environ 2>&1; cat /proc/1/comm',
    );
    expect(stdout).toMatch(/^[234]\n.*Permission denied\nnemoclaw-launch\n$/);
  });

  it('opens a device that is granted by its own path, and none in a folder', () => {
    expect(shell(launcher, planWith(), 'echo a > /dev/null').stderr).toBe('');
    const mounts = [mount('bind', '/dev', { create: false, readOnly: false })];
    const plan = planWith({ rules: [rule('/dev', READ_WRITE)], over: {} });
    const view = plan.view!.filter(({ path }) => !path.startsWith('/dev/'));
    const inFolder = shell(launcher, { ...plan, view: [...view, ...mounts] }, 'echo a > /dev/zero');
    expect(inFolder.stderr).toContain('Permission denied');
  });

  it('can begin with the whole host, read-only', () => {
    const plan = planWith({
      over: {
        view: [mount('bind', '/', { create: false }), mount('proc', '/proc', { create: false })],
        workdir: '/',
      },
      rules: [rule('/', READ_WRITE)],
    });
    const { stdout, stderr } = shell(launcher, plan, `ls -d /etc; touch ${folder}/new; touch /etc/new`);
    expect(stdout).toBe('/etc\n');
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
  });
});

describe('paths that are not there', () => {
  const gone = '/usr/does/not/exist';

  it('stop the launch and are named', () => {
    const viewed = planWith({ mounts: [mount('bind', gone, { create: false })] });
    expect(shell(launcher, viewed, 'echo started')).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('view', gone, ENOENT),
    });
    const ruled = planWith({ rules: [rule(gone, READ_EXECUTE_RIGHTS)] });
    expect(shell(launcher, ruled, 'echo started')).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('landlock', gone, ENOENT),
    });
  });

  it('are passed over where they are optional', () => {
    const plan = planWith({
      mounts: [
        mount('bind', gone, { create: false, optional: true }),
        mount('bind', '/usr/bin/env/below-a-file', { create: false, optional: true }),
        mount('hidden', `${gone}/x`, { optional: true }),
      ],
      rules: [rule(gone, READ_EXECUTE_RIGHTS, { optional: true })],
    });
    expect(shell(launcher, plan, 'echo started')).toMatchObject({
      status: 0,
      stdout: 'started\n',
      stderr: '',
    });
  });

  it('are not made on the host for a scratch folder', () => {
    const inside = join(folder, 'scratch');
    const plan = planFor([
      mount('bind', folder, { readOnly: false }),
      mount('scratch', inside, { create: false }),
    ]);
    expect(shell(launcher, plan, 'echo started').stderr).toBe(failedStep('view', inside, ENOENT));
  });
});

describe('symbolic links', () => {
  it('are followed in the trusted head of a path', () => {
    ownFolder(folder, 'real');
    ownFile(join(folder, 'real', 'file'), 'content');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const link = join(folder, 'link');
    const plan = planWith({
      mounts: [...wayTo(link), mount('bind', link)],
      rules: [rule(link, READ_EXECUTE_RIGHTS)],
    });
    expect(shell(launcher, plan, `cat ${link}/file`).stdout).toBe('content');
  });

  it('that an earlier run may have planted stop the launch, in the file tree and in rules', () => {
    const work = ownFolder(folder, 'work');
    symlinkSync('/etc', join(work, 'planted'));
    const planted = join(work, 'planted');
    const untrusted = { followTo: work.length };
    const viewed = planWith({
      mounts: [
        ...wayTo(work),
        mount('bind', work, { readOnly: false }),
        mount('bind', planted, { create: false, ...untrusted }),
      ],
    });
    expect(shell(launcher, viewed, `ls ${planted}`)).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('view', planted, ELOOP),
    });
    const ruled = planWith({
      over: { ...WITHOUT_NAMESPACES, workdir: '/' },
      rules: [rule(work, READ_WRITE), rule(planted, READ_EXECUTE_RIGHTS, untrusted)],
    });
    expect(shell(launcher, ruled, `cat ${planted}/passwd`)).toMatchObject({
      status: 125,
      stdout: '',
      stderr: failedStep('landlock', planted, ELOOP),
    });
  });

  it('never lead out of the tree through a planted folder on the way', () => {
    const work = ownFolder(folder, 'work');
    mkdirSync(join(folder, 'outside'));
    mkdirSync(join(folder, 'outside', 'sub'));
    symlinkSync('../outside', join(work, 'way'));
    const path = join(work, 'way', 'sub');
    const plan = planWith({
      over: { ...WITHOUT_NAMESPACES, workdir: '/' },
      rules: [rule(path, READ_WRITE, { followTo: work.length })],
    });
    expect(shell(launcher, plan, 'true').stderr).toBe(failedStep('landlock', path, ELOOP));
  });
});

describe('sockets that are files', () => {
  it('are out of reach where the tree does not show them', async () => {
    const path = join(folder, 'daemon.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ path, writableAll: true }, resolve));
    const script = `require('net').connect('${path}')
      .on('error', ({ code }) => console.log(code))
      .on('connect', () => { console.log('connected'); process.exit(); })`;
    const node = process.execPath;
    const nodeView = node.startsWith('/usr/') ? [] : [...wayTo(node), mount('bind', node)];
    const nodeRule = rule(node, READ_EXECUTE_RIGHTS);
    const ask = (...mounts: ReturnType<typeof mount>[]) =>
      launch(launcher, planWith({ mounts: [...nodeView, ...mounts], rules: [nodeRule] }), [
        node,
        '-e',
        script,
      ]);
    expect(ask()).toMatchObject({ stdout: 'ENOENT\n' });
    expect(ask(...wayTo(folder), mount('bind', folder))).toMatchObject({ stdout: 'connected\n' });
    server.close();
  });
});
