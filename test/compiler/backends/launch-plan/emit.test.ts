import { describe, expect, it } from 'vitest';
import { landlock } from '../../../../compiler/backends/landlock/emit.ts';
import { decodePlan } from '../../../../compiler/backends/launch-plan/decode.ts';
import { describePlan } from '../../../../compiler/backends/launch-plan/describe.ts';
import { launchPlan } from '../../../../compiler/backends/launch-plan/emit.ts';
import type { LaunchPlan } from '../../../../compiler/backends/launch-plan/format.ts';
import { limits } from '../../../../compiler/backends/limits/emit.ts';
import { mountView } from '../../../../compiler/backends/mount-view/emit.ts';
import { NO_PARTS, type Parts } from '../../../../compiler/backends/parts.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import type { Policy } from '../../../../compiler/ir/policy.ts';
import { emitWith } from '../../../support/emissions.ts';
import { intricateItems } from '../../../support/intricate-rules.ts';
import {
  denied,
  egressEntry,
  inferenceRoute,
  type PolicyParts,
  policyOf,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../../support/policies.ts';
import { blueprint, policyOf as policyFrom } from '../../../support/policy.ts';

const FILTER = { architecture: 'x86_64', bytes: new Uint8Array(16) } as const;

const everyday: PolicyParts = {
  entries: [
    readOnly('/usr'),
    readOnly('/proc'),
    scratch('/tmp'),
    readWrite('/work'),
    readOnly('/work/fixed'),
    denied('/work/.env'),
  ],
  limits: { processes: 64, open_files: 256, scratch_size: 4096 },
};

function partsOf(policy: Policy, target: Target): Parts {
  const parts = emitWith([mountView, limits, landlock], policy, target).map((emission) => emission.parts);
  return Object.assign({}, NO_PARTS, ...parts, { seccomp: FILTER });
}

function emitted(written: PolicyParts, about: Partial<Target> = {}) {
  const policy = policyOf(written);
  const target = targetOf(about);
  const emission = launchPlan.emit({ policy, target, parts: partsOf(policy, target) });
  return { policy, emission };
}

function planOf(written: PolicyParts, about: Partial<Target> = {}): LaunchPlan {
  const { emission } = emitted(written, about);
  expect(emission.artifacts.map(({ path }) => path)).toEqual(['launch/plan.bin']);
  const read = decodePlan(emission.artifacts[0]!.bytes);
  if (!read.ok) throw new Error(read.detail);
  return read.plan;
}

describe('the launch plan of a policy', () => {
  it('does everything on a rootless host, and waives nothing', () => {
    const plan = planOf(everyday);
    expect(plan).toMatchObject({
      namespaces: ['mount', 'cgroup', 'uts', 'ipc', 'user', 'pid', 'net'],
      identity: { kind: 'invoker' },
      newSession: false,
      dropsBoundingSet: true,
      workdir: '/work',
      waived: [],
    });
    expect(plan.filter).toEqual(FILTER.bytes);
  });

  it('makes mount points on its own root and in scratch folders only', () => {
    const plan = planOf({
      entries: [
        readOnly('/opt/a/b'),
        scratch('/tmp'),
        readOnly('/tmp/x/y'),
        readWrite('/work'),
        readOnly('/work/fixed'),
      ],
    });
    expect(plan.view!.map(({ kind, path, create }) => [kind, path, create])).toEqual([
      ['folder', '/opt', true],
      ['folder', '/opt/a', true],
      ['bind', '/opt/a/b', true],
      ['scratch', '/tmp', true],
      ['scratch', '/tmp/x', true],
      ['bind', '/tmp/x/y', true],
      ['bind', '/work', true],
      ['bind', '/work/fixed', false],
    ]);
  });

  it('hides what is denied below a grant, and follows no link that the agent may have planted', () => {
    const plan = planOf(everyday);
    const find = (path: string) => plan.view!.find((mount) => mount.path === path);
    expect(find('/work/.env')).toMatchObject({ kind: 'hidden', create: false, followTo: 5 });
    expect(find('/work/fixed')).toMatchObject({ kind: 'bind', readOnly: true, followTo: 5 });
    expect(find('/work')).toMatchObject({ kind: 'bind', readOnly: false, followTo: 5 });
    expect(find('/usr')).toMatchObject({ kind: 'bind', readOnly: true, noExecute: false, followTo: 4 });
    expect(find('/tmp')).toMatchObject({ kind: 'scratch', sizeBytes: 4096 });
    const rules = new Map(plan.landlock!.rules.map((rule) => [rule.path, rule.followTo]));
    expect(rules.get('/work/fixed') ?? 5).toBe(5);
    expect(rules.get('/usr')).toBe(4);
  });

  it('maps an identity where there are user namespaces, becomes it as root, and demands it elsewhere', () => {
    const identity = { kind: 'user', user: 'sandbox', uid: 998, gid: 997 } as const;
    const ids = { uid: 998, gid: 997 };
    expect(planOf({ ...everyday, identity }).identity).toEqual({ kind: 'mapped', ...ids });
    const asRoot = planOf({ ...everyday, identity }, { privilege: 'root' });
    expect(asRoot.identity).toEqual({ kind: 'switched', ...ids });
    expect(asRoot.namespaces).not.toContain('user');
    const weaker = planOf({ ...everyday, identity }, { userNamespaces: false });
    expect(weaker.identity).toEqual({ kind: 'required', ...ids });
    const contained = planOf({ ...everyday, identity }, { engine: 'docker' });
    expect(contained.identity).toEqual({ kind: 'required', ...ids });
  });

  it('counts the launcher and process 1 only where they count', () => {
    const processes = (about: Partial<Target>) =>
      planOf(everyday, about).limits.find(({ name }) => name === 'RLIMIT_NPROC')?.maximum;
    expect(processes({})).toBe(66);
    expect(processes({ privilege: 'root' })).toBe(64);
    expect(planOf(everyday).limits.find(({ name }) => name === 'RLIMIT_NOFILE')?.maximum).toBe(256);
  });

  it('takes the terminal away from an agent that may type into it', () => {
    expect(planOf(everyday).newSession).toBe(false);
    const policy = policyOf(everyday);
    const typing = { ...policy, syscalls: { ...policy.syscalls, entries: [ioctlAllowed()] } } as Policy;
    expect(decide(typing, { facet: 'syscalls', name: 'ioctl', args: [0n, 0x5412n] }).verdict).toBe('allow');
    const target = targetOf();
    const { artifacts } = launchPlan.emit({ policy: typing, target, parts: partsOf(policy, target) });
    expect(decodePlan(artifacts[0]!.bytes)).toMatchObject({ ok: true, plan: { newSession: true } });
  });

  it('takes it away, too, where the rules are too intricate to tell', () => {
    const planWith = (count: number) => {
      const allow = ['execve', ...intricateItems('ioctl', count)].join(', ');
      const deny = ['TIOCSTI', 'TIOCLINUX'].map(
        (name) => `{ name: ioctl, when: [{ arg: 1, equals: ${name} }] }`,
      );
      const syscalls = `syscalls: { profile: none, allow: [${allow}], deny: [${deny.join(', ')}] }`;
      const policy = policyFrom(blueprint(`filesystem_policy: { include_workdir: true }\n${syscalls}\n`));
      const target = targetOf();
      const { artifacts } = launchPlan.emit({ policy, target, parts: partsOf(policyOf(everyday), target) });
      return decodePlan(artifacts[0]!.bytes);
    };
    expect(planWith(5)).toMatchObject({ ok: true, plan: { newSession: false } });
    expect(planWith(25)).toMatchObject({ ok: true, plan: { newSession: true } });
  });

  it('waives by name what a host or a container cannot do', () => {
    expect(planOf(everyday, { userNamespaces: false }).waived).toEqual([
      'namespaces',
      'view',
      'bounding-set',
    ]);
    expect(planOf(everyday, { engine: 'docker' }).waived).toEqual(['namespaces', 'view', 'bounding-set']);
    const bestEffort = { ...everyday, landlock: 'best_effort' } as const;
    expect(planOf(bestEffort, { landlockAbi: 0 }).waived).toEqual(['landlock']);
  });
});

function ioctlAllowed() {
  return {
    rule: { name: 'ioctl', effect: { kind: 'allow' }, tests: [] },
    grant: policyOf().process.grant,
  } satisfies Policy['syscalls']['entries'][number];
}

describe('a launch plan that cannot be made', () => {
  it.each([
    ['seccomp', 'system call filter'],
    ['landlock', 'Landlock ruleset'],
    ['mountView', 'file tree'],
    ['limits', 'list of limits'],
  ] as const)('is not written without %s', (part, words) => {
    const policy = policyOf(everyday);
    const target = targetOf();
    const parts = { ...partsOf(policy, target), [part]: null };
    const emission = launchPlan.emit({ policy, target, parts });
    expect(emission.artifacts).toEqual([]);
    expect(emission.diagnostics).toMatchObject([
      {
        code: 'NC1500',
        severity: 'error',
        message: `the launch plan has no ${words}, and this blueprint needs it`,
      },
    ]);
    expect(new Set(Object.values(emission.coverage).map(({ kind }) => kind))).toEqual(new Set(['none']));
  });

  it('is not written when the launcher could not read it', () => {
    const long = 'x'.repeat(200);
    const entries = Array.from({ length: 21_000 }, (_, i) => readOnly(`/${long}/${long}/${i}`));
    const { emission } = emitted({ entries });
    expect(emission.diagnostics).toMatchObject([{ code: 'NC1501' }]);
    expect(emission.artifacts).toEqual([]);
  });
});

describe('the coverage of a launch plan', () => {
  it('is exact for the process, and for a network of which nothing is granted', () => {
    const { emission } = emitted(everyday);
    expect(emission.coverage).toMatchObject({
      process: { kind: 'exact' },
      egress: { kind: 'exact' },
      inference: { kind: 'exact' },
      filesystem: { kind: 'none' },
      syscalls: { kind: 'none' },
      resources: { kind: 'none' },
    });
  });

  it('leaves granted egress to the gateway, and is stricter where a model is granted that nothing routes yet', () => {
    const { emission } = emitted({
      ...everyday,
      egress: [egressEntry('npm')],
      routes: [inferenceRoute('main')],
    });
    expect(emission.coverage.egress).toEqual({ kind: 'none' });
    expect(emission.coverage.inference).toMatchObject({ kind: 'stricter' });
  });

  it('is looser without namespaces, each time with an access that the policy denies', () => {
    const { policy, emission } = emitted(everyday, { userNamespaces: false });
    for (const facet of ['process', 'egress', 'inference'] as const) {
      const covered = emission.coverage[facet];
      if (covered.kind !== 'looser') throw new Error(`${facet} is ${covered.kind}`);
      expect(covered.gap).toMatch(new RegExp(`^${facet}/no-(pid|network)-namespace$`));
      expect(covered.witness.facet).toBe(facet);
      expect(decide(policy, covered.witness).verdict).toBe('deny');
    }
  });

  it('leaves the network of a container to the container', () => {
    const { emission } = emitted(everyday, { engine: 'docker' });
    expect(emission.coverage).toMatchObject({ process: { kind: 'exact' }, egress: { kind: 'none' } });
  });
});

describe('a launch plan in words', () => {
  it('says every step', () => {
    const text = describePlan(planOf(everyday));
    expect(text).toContain('launch plan, version 1, for x86_64\n');
    expect(text).toContain('  new namespaces: mount, cgroup, uts, ipc, user, pid, net\n');
    expect(text).toContain('  host      /work writable exec\n');
    expect(text).toContain('  hidden    /work/.env no links below /work\n');
    expect(text).toContain('  scratch   /tmp writable exec at most 4096 bytes\n');
    expect(text).toContain('  RLIMIT_NPROC (6): 66\n');
    expect(text).toMatch(/grants \/usr: execute read_file read_dir\n/);
    expect(text).toContain('filter of 2 instructions, installed last');
    expect(text).not.toContain('WAIVED');
  });

  it('says what is waived before anything else, and lets no path pose as a line', () => {
    const plan = planOf(everyday, { userNamespaces: false });
    const text = describePlan({ ...plan, workdir: '/a\nWAIVED: nothing\u202e' });
    const lines = text.split('\n');
    expect(lines.filter((line) => line.startsWith('WAIVED: '))).toHaveLength(3);
    expect(lines[1]).toBe("WAIVED: no namespaces: the agent shares the host's processes, network and mounts");
    expect(text).toContain('working folder: "/a\\nWAIVED: nothing\\u{202e}"');
  });
});
