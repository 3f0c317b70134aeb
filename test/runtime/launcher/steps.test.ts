import { readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACES } from '../../../compiler/backends/launch-plan/format.ts';
import { READ_EXECUTE_RIGHTS, rightsOf } from '../../../compiler/ir/filesystem.ts';
import { hostNeeds, program, rootUser, userNamespaces } from '../../support/host.ts';
import {
  type BuiltLauncher,
  buildLauncher,
  failedStep,
  launch,
  ORDINARY_USER,
  removeFolder,
  shell,
} from './launching.ts';
import { filterThatRefuses, planWith, rule, WITHOUT_NAMESPACES, WITHOUT_USER_NAMESPACE } from './plans.ts';

let launcher: BuiltLauncher;
beforeAll(() => {
  launcher = buildLauncher();
});
afterAll(() => removeFolder(launcher.folder));

describe('what each step of the launcher does', () => {
  it('gives the command namespaces of its own, all seven', (context) => {
    hostNeeds(context, userNamespaces);
    const names = ['mnt', 'cgroup', 'uts', 'ipc', 'user', 'pid', 'net'];
    const { stdout } = shell(
      launcher,
      planWith(),
      `for n in ${names.join(' ')}; do readlink /proc/self/ns/$n; done`,
    );
    const inside = stdout.trim().split('\n');
    expect(inside).toHaveLength(names.length);
    expect(inside.filter((name, i) => name === readlinkSync(`/proc/self/ns/${names[i]}`))).toEqual([]);
    expect(Object.keys(NAMESPACES)).toHaveLength(names.length);
  });

  it('has one network device, lo, and it is up', (context) => {
    hostNeeds(context, userNamespaces);
    const script =
      'grep -c : /proc/net/dev; grep "lo:" /proc/net/dev >/dev/null && grep -c "127.0.0.1" /proc/net/fib_trie';
    expect(shell(launcher, planWith(), script).stdout).toMatch(/^1\n[1-9]/);
  });

  it('shows the invoker under the ids of the plan', (context) => {
    hostNeeds(context, userNamespaces);
    const identity = { kind: 'mapped', uid: 998, gid: 997 } as const;
    const { stdout } = shell(launcher, planWith({ over: { identity } }), 'id -u; id -g');
    expect(stdout).toBe('998\n997\n');
  });

  it('leaves no capability and no way to get one', (context) => {
    hostNeeds(context, userNamespaces);
    const { stdout } = shell(launcher, planWith(), 'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status');
    const none = '0'.repeat(16);
    expect(stdout.replaceAll('\t', '')).toBe(
      `CapInh:${none}\nCapPrm:${none}\nCapEff:${none}\nCapBnd:${none}\nCapAmb:${none}\nNoNewPrivs:1\nSeccomp:0\n`,
    );
  });

  it('installs the filter of system calls last', (context) => {
    hostNeeds(context, userNamespaces);
    const filter = filterThatRefuses('mkdir');
    const { stdout, stderr } = shell(
      launcher,
      planWith({ over: { filter } }),
      'grep ^Seccomp: /proc/self/status; mkdir /tmp/a',
    );
    expect(stdout).toBe('Seccomp:\t2\n');
    expect(stderr).toContain('Operation not permitted');
  });

  it('refuses with Landlock what the file tree shows', (context) => {
    hostNeeds(context, userNamespaces);
    const plan = planWith({ rules: [], over: {} });
    const narrow = {
      ...plan,
      landlock: {
        ...plan.landlock!,
        rules: plan.landlock!.rules.filter(({ path }) => path !== '/proc' && path !== '/tmp'),
      },
    };
    const { stderr } = shell(launcher, narrow, 'cat /proc/version; echo > /tmp/file');
    expect(stderr.match(/Permission denied/g)).toHaveLength(2);
    expect(shell(launcher, plan, 'cat /proc/version; echo > /tmp/file').stderr).toBe('');
  });

  it('leaves rights on files out of a rule that only folders have', (context) => {
    hostNeeds(context, userNamespaces);
    const rules = [rule('/usr/bin/env', READ_EXECUTE_RIGHTS | rightsOf('make_reg'))];
    expect(shell(launcher, planWith({ rules }), 'exit 3').status).toBe(3);
  });

  it('sets limits that the command cannot raise, and never raises one', (context) => {
    hostNeeds(context, userNamespaces);
    const limits = [{ name: 'RLIMIT_NOFILE', resource: 7, maximum: 64 }];
    const plan = planWith({ over: { limits } });
    expect(shell(launcher, plan, 'ulimit -n; ulimit -Hn; ulimit -n 65 2>/dev/null || echo kept').stdout).toBe(
      '64\n64\nkept\n',
    );
    const lower = ['prlimit', '--nofile=32:32', ...ORDINARY_USER];
    expect(shell(launcher, plan, 'ulimit -n', { through: lower }).stdout).toBe('32\n');
  });

  it('counts the processes of the sandbox, its own two left out by the plan', (context) => {
    hostNeeds(context, userNamespaces);
    const limits = [{ name: 'RLIMIT_NPROC', resource: 6, maximum: 4 + 2 }];
    const plan = planWith({ over: { limits } });
    const three = shell(launcher, plan, 'sleep 1 & sleep 1 & sleep 1 & wait; echo done');
    expect(three).toMatchObject({ status: 0, stdout: 'done\n' });
    const four = shell(launcher, plan, 'sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait; echo done');
    expect(four.stderr).toMatch(/fork/i);
  });

  it('starts in the working folder and passes exactly the environment that it is given', (context) => {
    hostNeeds(context, userNamespaces);
    const env = { PATH: '/usr/bin:/bin', LD_PRELOAD: '', ONE: 'a b' };
    const { stdout } = launch(
      launcher,
      planWith({ over: { workdir: '/proc' } }),
      ['/bin/sh', '-c', 'pwd; env'],
      {
        env,
      },
    );
    expect(stdout).toContain('/proc\n');
    expect(stdout).toContain('ONE=a b\n');
    const missing = planWith({ over: { workdir: '/tmp/missing' } });
    expect(shell(launcher, missing, 'true')).toMatchObject({
      status: 125,
      stderr: failedStep('workdir', '/tmp/missing', 2),
    });
  });

  it('gives the command a session of its own where the plan says so', (context) => {
    hostNeeds(context, userNamespaces);
    const session = 'cut -d" " -f6 /proc/self/stat';
    expect(shell(launcher, planWith(), session).stdout).toBe('0\n');
    expect(shell(launcher, planWith({ over: { newSession: true } }), session).stdout).toBe('2\n');
  });

  it('confines with Landlock and the filter alone where namespaces are waived', () => {
    const filter = filterThatRefuses('mkdir');
    const plan = planWith({ over: { ...WITHOUT_NAMESPACES, filter, workdir: '/' } });
    const { stdout, stderr } = shell(
      launcher,
      plan,
      'grep -E "^(NoNewPrivs|CapEff|Seccomp:)" /proc/self/status; cat /etc/passwd',
    );
    expect(stdout).toBe(`CapEff:\t${'0'.repeat(16)}\nNoNewPrivs:\t1\nSeccomp:\t2\n`);
    expect(stderr).toContain('/etc/passwd: Permission denied');
  });
});

describe('the launcher as root', () => {
  it('becomes the user of the plan, without a user namespace, and leaves all groups', (context) => {
    hostNeeds(context, rootUser, program('setpriv', 'util-linux'));
    const identity = { kind: 'switched', uid: 65534, gid: 65534 } as const;
    const plan = planWith({ over: { namespaces: WITHOUT_USER_NAMESPACE, identity } });
    const script =
      'id -u; id -g; grep -E "^(Groups|CapBnd|CapPrm)" /proc/self/status; readlink /proc/self/ns/user; echo > /tmp/a && ls -ld /tmp/a | cut -c1-10';
    const { stdout, stderr } = shell(launcher, plan, script, { through: ['setpriv', '--groups=0,4', '--'] });
    expect(stderr).toBe('');
    expect(stdout.replaceAll(/[\t ]+\n/g, '\n')).toBe(
      `65534\n65534\nGroups:\nCapPrm:\t${'0'.repeat(16)}\nCapBnd:\t${'0'.repeat(16)}\n${readlinkSync('/proc/self/ns/user')}\n-rw-r--r--\n`,
    );
  });

  it('has no capability left where the bounding set stays as it is', (context) => {
    hostNeeds(context, rootUser);
    const plan = planWith({ over: { ...WITHOUT_NAMESPACES, workdir: '/' } });
    const { stdout } = shell(launcher, plan, 'id -u; grep -E "^Cap(Prm|Eff)" /proc/self/status', {
      through: [],
    });
    expect(stdout).toBe(`0\nCapPrm:\t${'0'.repeat(16)}\nCapEff:\t${'0'.repeat(16)}\n`);
  });

  it('makes a file tree that others can walk, whatever the umask', (context) => {
    hostNeeds(context, rootUser);
    const identity = { kind: 'switched', uid: 65534, gid: 65534 } as const;
    const through = ['/bin/sh', '-c', 'umask 077; exec "$@"', 'sh'];
    const { stdout } = shell(
      launcher,
      planWith({ over: { namespaces: WITHOUT_USER_NAMESPACE, identity } }),
      'ls /dev; umask',
      { through },
    );
    expect(stdout).toBe('null\n0077\n');
  });
});
