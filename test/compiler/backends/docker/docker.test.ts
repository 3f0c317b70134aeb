import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { docker } from '../../../../compiler/backends/docker/emit.ts';
import { landlock } from '../../../../compiler/backends/landlock/emit.ts';
import { limits } from '../../../../compiler/backends/limits/emit.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import { artifactText, emitWith } from '../../../support/emissions.ts';
import { hostNeeds, program } from '../../../support/host.ts';
import {
  denied,
  egressEntry,
  type PolicyParts,
  policyOf,
  readNoExecute,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../../support/policies.ts';

const IMAGE = `registry.example/agents/node:20@sha256:${'0'.repeat(64)}`;
const SANDBOX = { kind: 'user', user: 'sandbox', uid: 1000, gid: 1000 } as const;

function inDocker(parts: PolicyParts, target: Partial<Target> = {}) {
  const emissions = emitWith(
    [limits, landlock, docker],
    policyOf(parts),
    targetOf({ engine: 'docker', image: IMAGE, ...target }),
  );
  return emissions[2]!;
}

const runOf = (parts: PolicyParts) => JSON.parse(artifactText(inDocker(parts), 'docker/run.json'));

/** The arguments about mounts, but for the two that bring in the launcher and its plan. */
function mountsOf(entries: PolicyParts['entries'], workdir = '/work'): string[] {
  const all: string[] = runOf({ entries: entries!, workdir, identity: SANDBOX }).arguments;
  return all.filter((one) => /^--(mount|tmpfs)=/.test(one) && !one.includes('/.nemoclaw/'));
}

describe('the arguments for docker run', () => {
  it('close everything that the policy does not open', () => {
    const entries = [
      readOnly('/usr'),
      readWrite('/work'),
      scratch('/tmp'),
      readOnly('/proc'),
      readWrite('/dev/null'),
    ];
    expect(
      runOf({
        entries,
        identity: SANDBOX,
        environment: { LANG: null, CI: '1' },
        limits: { processes: 128, open_files: 256, scratch_size: 65536 },
      }),
    ).toEqual({
      arguments: [
        'run',
        '--rm',
        '--init',
        '--network=none',
        '--read-only',
        '--cap-drop=ALL',
        '--security-opt=no-new-privileges',
        '--security-opt=seccomp=seccomp/container.json',
        '--ipc=private',
        '--no-healthcheck',
        '--user=1000:1000',
        '--workdir=/work',
        '--pids-limit=128',
        '--ulimit=nofile=256:256',
        '--env=LANG',
        '--env=CI=1',
        '--mount=type=bind,source=./launch/nemoclaw-launcher,target=/.nemoclaw/launcher,readonly',
        '--mount=type=bind,source=./launch/plan.bin,target=/.nemoclaw/plan,readonly',
        '--tmpfs=/tmp:rw,exec,nosuid,nodev,size=65536,uid=1000,gid=1000,mode=1777',
        '--mount=type=bind,source=/work,target=/work,bind-propagation=rprivate',
        '--entrypoint=/.nemoclaw/launcher',
        '--',
        IMAGE,
        '--plan',
        '/.nemoclaw/plan',
        '--',
      ],
      invokerAt: null,
      checks: [],
    });
  });

  it('leave the ids of whoever starts it to be filled in as one whole argument', () => {
    const run = runOf({ entries: [readWrite('/work')] });
    expect(run.arguments[run.invokerAt]).toBe('--user=UID:GID');
  });

  it("bind the host's working folder only; other granted paths are the image's", () => {
    expect(mountsOf([readOnly('/usr'), readOnly('/srv/app')], '/srv/app')).toEqual([
      '--mount=type=bind,source=/srv/app,target=/srv/app,bind-propagation=rprivate,readonly,bind-recursive=readonly',
    ]);
    expect(mountsOf([readWrite('/home/agent'), readWrite('/work')])).toEqual([
      '--mount=type=volume,target=/home/agent',
      '--mount=type=bind,source=/work,target=/work,bind-propagation=rprivate',
    ]);
  });

  it('bind a working folder that lies in a larger grant', () => {
    expect(mountsOf([readWrite('/home/agent')], '/home/agent/work')).toEqual([
      '--mount=type=volume,target=/home/agent',
      '--mount=type=bind,source=/home/agent/work,target=/home/agent/work,bind-propagation=rprivate',
    ]);
  });

  it('have the path of a link looked at before each start', () => {
    const run = runOf({
      entries: [
        readWrite('/work'),
        readOnly('/work/a/.git'),
        denied('/work/.env', { optional: true }),
        readOnly('/opt', { optional: true }),
        denied('/opt/secret', { optional: true }),
      ],
    });
    const checked = run.checks.map((check: { at: number }) => ({
      ...check,
      at: run.arguments[check.at].split(',')[1],
    }));
    expect(checked).toEqual([
      { at: 'noexec', path: '/work/.env', linksFollowedIn: '/work/.env', optional: true },
      { at: 'source=/work/a', path: '/work/a', linksFollowedIn: '/work', optional: true },
      { at: 'source=/work/a/.git', path: '/work/a/.git', linksFollowedIn: '/work', optional: false },
    ]);
  });

  it.each([
    ['/work,readonly=false,source=/', '"source=/work,readonly=false,source=/"'],
    ['/work"x', '"source=/work""x"'],
    ['/--privileged', 'source=/--privileged'],
    ['/work $HOME`id`', 'source=/work $HOME`id`'],
  ])('keep the path %j in one field', (path, field) => {
    const [mount] = mountsOf([readWrite(path)], path);
    expect(mount).toContain(`,${field},`);
  });

  it('keep the value of a variable in its argument', () => {
    const { arguments: argv } = runOf({ environment: { A: '1 --privileged\n=$HOME' } });
    expect(argv).toContain('--env=A=1 --privileged\n=$HOME');
  });

  it('refuse a scratch path that Docker would cut', () => {
    const emission = inDocker({ entries: [scratch('/tmp/a:exec')] });
    expect(emission.artifacts).toEqual([]);
    expect(emission.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['NC1642', 'error']]);
  });

  it.each([
    [null, 'NC1640'],
    ['node:20', 'NC1641'],
    ['--privileged', 'NC1641'],
    [`--privileged@sha256:${'0'.repeat(64)}`, 'NC1641'],
    [`a b@sha256:${'0'.repeat(64)}`, 'NC1641'],
    [`node@sha256:${'0'.repeat(63)}`, 'NC1641'],
  ])('refuse the image %j', (image, code) => {
    const emission = inDocker({}, { image });
    expect(emission.artifacts).toEqual([]);
    expect(emission.diagnostics.map((found) => found.code)).toEqual([code]);
  });

  it('are read by docker as they are meant, up to the daemon that is not there', async (context) => {
    hostNeeds(context, program('docker', 'docker.io'));
    const run = runOf({
      entries: [readWrite('/work,readonly'), scratch('/tmp'), denied('/work,readonly/"')],
      workdir: '/work,readonly',
      environment: { LANG: null },
      limits: { processes: 9, open_files: 9, cpu_time: 9, file_size: 9, process_memory: 9 },
      identity: SANDBOX,
    });
    // The client reads the profile before it connects.
    const argv = run.arguments.map((one: string) => one.replace(/^--security-opt=seccomp=.*/, '--init'));
    const result = await execa('docker', ['--host', 'unix:///nowhere/docker.sock', ...argv, 'true'], {
      reject: false,
    });
    expect(result.stderr).toContain('/nowhere/docker.sock');
    expect(result.stderr).not.toContain('invalid');
  });
});

describe('what the container covers', () => {
  const covers = (parts: PolicyParts, target: Partial<Target> = {}) => inDocker(parts, target).coverage;

  it('is exact for files where mounts and Landlock together are', () => {
    const entries = [readOnly('/usr'), readWrite('/work'), scratch('/tmp'), readOnly('/work/a/.git')];
    expect(covers({ entries })).toMatchObject({
      filesystem: { kind: 'exact' },
      egress: { kind: 'exact' },
      inference: { kind: 'exact' },
      resources: { kind: 'exact' },
      process: { kind: 'none' },
      syscalls: { kind: 'none' },
    });
  });

  it('is looser where files must not be executed, because Docker has no such mount of a folder', () => {
    expect(covers({ entries: [readNoExecute('/work')] }).filesystem).toMatchObject({
      kind: 'looser',
      gap: 'filesystem/landlock-execute',
      witness: { path: '/work', right: 'execute' },
    });
  });

  it('is looser without Landlock', () => {
    const parts = { entries: [readOnly('/usr')], landlock: 'best_effort' } as const;
    expect(covers(parts, { landlockAbi: 0 }).filesystem).toMatchObject({
      kind: 'looser',
      gap: 'filesystem/landlock-abi',
    });
  });

  it('is stricter about a network that it does not have', () => {
    expect(covers({ egress: [egressEntry('a.example')] }).egress.kind).toBe('stricter');
  });

  it('says which variables do not reach a container', () => {
    const emission = inDocker({ environment: { 'LC_*': null, LANG: null, CI: '1' } });
    expect(emission.coverage.process.kind).toBe('stricter');
    expect(emission.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['NC1643', '`LC_*` does not reach into a container'],
    ]);
    expect(artifactText(emission, 'docker/run.json')).not.toContain('LC_');
  });
});
