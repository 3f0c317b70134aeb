import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateProgram } from '../../../../compiler/backends/seccomp/generate.ts';
import { ALLOW, errnoAction } from '../../../../compiler/backends/seccomp/kernel.ts';
import { type BuiltProgram, compileC } from '../../../support/compile-c.ts';
import { containerCalls } from '../../../support/container-points.ts';
import { hostNeeds, publishedFiles, shippedFile } from '../../../support/host.ts';
import {
  compileWithLibseccomp,
  DEBIAN_PROFILE,
  DOCKER_CAPABILITIES,
  LIBSECCOMP,
  withoutNames,
} from '../../../support/libseccomp.ts';
import { type ContainerProfile, readContainerProfile } from '../../../support/seccomp/container-profile.ts';
import {
  ambiguousCalls,
  applicableRules,
  type Container,
  containerRequest,
} from '../../../support/seccomp/container-request.ts';
import { longestPath } from '../../../support/seccomp/measure.ts';
import { simulate } from '../../../support/seccomp/simulate.ts';
import { sharedData } from '../../../support/shared-data.ts';

const PROFILES = [
  {
    title: 'Debian’s',
    path: DEBIAN_PROFILE,
    needs: shippedFile(DEBIAN_PROFILE, 'golang-github-containers-common'),
  },
  { title: 'Docker’s', path: sharedData('seccomp/moby-default.json'), needs: publishedFiles },
];
const CASES = PROFILES.flatMap((profile) =>
  (['x86_64', 'aarch64'] as const).flatMap((architecture) => [
    { ...profile, architecture, with: 'no capabilities', capabilities: [] },
    { ...profile, architecture, with: 'Docker’s capabilities', capabilities: DOCKER_CAPABILITIES },
  ]),
);

type Case = (typeof CASES)[number];

function read(path: string): ContainerProfile {
  const outcome = readContainerProfile(readFileSync(path, 'utf8'));
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.profile;
}

function containerOf({ architecture, capabilities }: Case): Container {
  return { architecture, capabilities, kernel: '6.1' };
}

describe('default profiles of containers', () => {
  let tool: BuiltProgram | null = null;
  beforeAll(() => {
    if (LIBSECCOMP.every(({ present }) => present())) tool = compileC('libseccomp-compile.c', '-lseccomp');
  });
  afterAll(() => tool?.remove());

  it.for(CASES)('$title for $architecture with $with stays small', (one, context) => {
    hostNeeds(context, one.needs);
    const program = generateProgram(containerRequest(read(one.path), containerOf(one)));
    expect(program.length).toBeLessThanOrEqual(one.architecture === 'x86_64' ? 70 : 75);
    expect(longestPath(program)).toBeLessThanOrEqual(18);
  });

  it.for(CASES)(
    '$title for $architecture with $with: libseccomp agrees',
    { timeout: 120_000 },
    (one, context) => {
      hostNeeds(context, one.needs, ...LIBSECCOMP);
      const profile = read(one.path);
      const rules = applicableRules(profile, containerOf(one));
      const theirs = compileWithLibseccomp(tool!.path, one.architecture, rules, profile.defaultAction, 1);
      const known = { ...profile, rules: withoutNames(profile.rules, theirs.unknown) };
      const ours = generateProgram(containerRequest(known, containerOf(one)));
      const differences: string[] = [];
      let points = 0;
      for (const call of containerCalls(one.architecture, 100_000)) {
        points++;
        if (simulate(ours, call).action === simulate(theirs.program, call).action) continue;
        differences.push(`${call.architecture.toString(16)} ${call.number} ${call.args.join(' ')}`);
      }
      expect(differences).toEqual([]);
      expect(points).toBeGreaterThanOrEqual(100_000);
    },
  );

  it('name the calls that two rules answer differently', (context) => {
    for (const { needs } of PROFILES) hostNeeds(context, needs);
    const [debian, docker] = PROFILES.map(({ path }) => {
      const container = { architecture: 'x86_64', capabilities: [], kernel: '6.1' } as const;
      return ambiguousCalls(applicableRules(read(path), container));
    });
    expect(debian).toEqual(['setns']);
    expect(docker).toEqual([]);
  });
});

describe('a container profile', () => {
  const profileOf = (rule: object) =>
    JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 38, syscalls: [rule] });
  const allow = { names: ['read'], action: 'SCMP_ACT_ALLOW' };

  it.each([
    ['not JSON', '{', /^it is not JSON: /],
    ['not an object', '[]', /^the profile is not an object$/],
    ['no list of rules', '{"defaultAction": "SCMP_ACT_ALLOW"}', /^syscalls is not a list$/],
    ['an unknown default', '{"defaultAction": "ALLOW", "syscalls": []}', /^defaultAction is not an action$/],
    [
      'an unknown action',
      profileOf({ ...allow, action: 'toString' }),
      /^syscalls\[0\]\.action is not an action$/,
    ],
    [
      'an unknown comparison',
      profileOf({ ...allow, args: [{ index: 0, value: 1, op: 'EQ' }] }),
      /^syscalls\[0\]\.args\[0\]\.op is not a comparison$/,
    ],
    [
      'a seventh argument',
      profileOf({ ...allow, args: [{ index: 6, value: 1, op: 'SCMP_CMP_EQ' }] }),
      /^syscalls\[0\]\.args\[0\]\.index is more than 5$/,
    ],
    [
      'a number that JSON cannot carry',
      profileOf({ ...allow, args: [{ index: 0, value: 2 ** 60, op: 'SCMP_CMP_EQ' }] }),
      /^syscalls\[0\]\.args\[0\]\.value is not a whole number below 2\^53$/,
    ],
    [
      'two tests of one argument, which readers understand differently',
      profileOf({ ...allow, args: [0, 1].map((value) => ({ index: 0, value, op: 'SCMP_CMP_NE' })) }),
      /^syscalls\[0\] tests one argument twice$/,
    ],
    [
      'a name that is none',
      profileOf({ ...allow, names: [3] }),
      /^syscalls\[0\]\.names does not hold names only$/,
    ],
  ])('with %s is refused', (_, text, why) => {
    expect(readContainerProfile(text)).toEqual({ ok: false, why: expect.stringMatching(why) });
  });

  it('applies by architecture, capability and kernel', () => {
    const rules = [
      { ...allow, names: ['a'], includes: { caps: ['CAP_BPF', 'CAP_KILL'] } },
      { ...allow, names: ['b'], excludes: { caps: ['CAP_BPF', 'CAP_CHOWN'] } },
      { ...allow, names: ['c'], includes: { arches: ['arm64'] } },
      { ...allow, names: ['d'], excludes: { arches: ['arm64'] } },
      { ...allow, names: ['e'], includes: { minKernel: '4.10' } },
      { ...allow, names: ['f'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
    ];
    const text = JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 38, syscalls: rules });
    const outcome = readContainerProfile(text);
    if (!outcome.ok) throw new Error(outcome.why);
    const names = (container: Partial<Container>) => {
      const full: Container = { architecture: 'x86_64', capabilities: [], kernel: '5.0', ...container };
      return applicableRules(outcome.profile, full)
        .flatMap((rule) => rule.names)
        .join('');
    };
    expect(names({})).toBe('bde');
    expect(names({ capabilities: ['CAP_BPF'] })).toBe('de');
    expect(names({ capabilities: ['CAP_KILL', 'CAP_BPF'] })).toBe('ade');
    expect(names({ architecture: 'aarch64' })).toBe('bce');
    expect(names({ kernel: '4.9' })).toBe('bd');
  });

  it('is read with its mask first', () => {
    const args = [{ index: 0, value: 0xf0, valueTwo: 0x10, op: 'SCMP_CMP_MASKED_EQ' }];
    const outcome = readContainerProfile(profileOf({ ...allow, args }));
    if (!outcome.ok) throw new Error(outcome.why);
    const request = containerRequest(outcome.profile, {
      architecture: 'x86_64',
      capabilities: [],
      kernel: '6.1',
    });
    const program = generateProgram(request);
    const run = (fd: bigint) =>
      simulate(program, { architecture: 0xc000_003e, number: 0, args: [fd] }).action;
    expect([run(0x1fn), run(0x2fn)]).toEqual([ALLOW, errnoAction(38)]);
  });
});
