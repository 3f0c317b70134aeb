import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../compiler/backends/seccomp/compile-filter.ts';
import { containerFilter } from '../../../../compiler/backends/seccomp/container-filter.ts';
import { ALLOW, AUDIT_ARCHITECTURE, errnoAction } from '../../../../compiler/backends/seccomp/kernel.ts';
import { ociSeccompJson } from '../../../../compiler/backends/seccomp/oci-profile.ts';
import { AGENT_PROFILE } from '../../../../compiler/domain/syscalls/agent-profile.ts';
import {
  ALL_ONES,
  type ArgumentTest,
  evaluateFilter,
  type SyscallFilter,
  type SyscallRule,
} from '../../../../compiler/domain/syscalls/filter.ts';
import { knownNumbers, syscallName, syscallNumber } from '../../../../compiler/domain/syscalls/table.ts';
import { type BuiltProgram, compileC } from '../../../support/compile-c.ts';
import { hostNeeds } from '../../../support/host.ts';
import { compileWithLibseccomp, LIBSECCOMP } from '../../../support/libseccomp.ts';
import { randomArguments, randomFilter } from '../../../support/random-filter.ts';
import { readContainerProfile } from '../../../support/seccomp/container-profile.ts';
import { applicableRules } from '../../../support/seccomp/container-request.ts';
import { simulate } from '../../../support/seccomp/simulate.ts';
import { Seeded } from '../../../support/seeded.ts';

const AGENT: SyscallFilter = { defaultErrno: 1, rules: AGENT_PROFILE };

interface OciEntry {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: { index: number; value: bigint; valueTwo?: bigint; op: string }[];
}

/** Reads the profile with its 64-bit numbers, apart from the product's own reader. */
function entriesIn(json: string): OciEntry[] {
  const quoted = json.replaceAll(/"(value|valueTwo)": ([0-9]+)/g, '"$1": "$2"');
  const isValue = (key: string) => key === 'value' || key === 'valueTwo';
  return JSON.parse(quoted, (key, value) => (isValue(key) ? BigInt(value) : value)).syscalls;
}

/** Every action that the format gives a call; more than one would leave the choice to the reader. */
function actionsFor(entries: readonly OciEntry[], name: string, args: readonly bigint[]): number[] {
  const holding = entries.filter(
    (entry) =>
      entry.names.includes(name) &&
      (entry.args ?? []).every(({ index, value, valueTwo, op }) =>
        op === 'SCMP_CMP_EQ' ? args[index] === value : (args[index]! & value) === valueTwo,
      ),
  );
  return holding.map(({ action, errnoRet }) =>
    action === 'SCMP_ACT_ALLOW' ? ALLOW : errnoAction(errnoRet!),
  );
}

function meant(filter: SyscallFilter, name: string, args: readonly bigint[]): number {
  const verdict = evaluateFilter(filter, { name, args });
  return verdict.verdict === 'allow' ? ALLOW : errnoAction(verdict.errno);
}

function jsonOf(filter: SyscallFilter): string {
  const profile = ociSeccompJson(filter, ['x86_64']);
  if (!profile.ok) throw new Error(profile.names.join(' '));
  return profile.json;
}

/** Few values and several arguments, so that rules overlap in every way. */
function crowdedFilter(random: Seeded): SyscallFilter {
  const rules = Array.from({ length: 2 + random.below(3) }, (): SyscallRule => {
    const tests = ([0, 1, 2] as const).flatMap((index): ArgumentTest[] => {
      const comparison = random.pick(['eq', 'ne', 'masked-eq', 'le', 'none'] as const);
      if (comparison === 'none') return [];
      const mask = comparison === 'masked-eq' ? BigInt(random.below(4)) : ALL_ONES;
      return [{ index, comparison, value: BigInt(random.below(4)) & mask, mask, width: 32 }];
    });
    const errno = random.pick([1, 22, 38]);
    return { name: 'read', effect: random.below(2) ? { kind: 'allow' } : { kind: 'refuse', errno }, tests };
  });
  return { defaultErrno: 1, rules };
}

describe('a profile for container engines', () => {
  let tool: BuiltProgram | null = null;
  beforeAll(() => {
    if (LIBSECCOMP.every(({ present }) => present())) tool = compileC('libseccomp-compile.c', '-lseccomp');
  });
  afterAll(() => tool?.remove());

  it('says exactly what the filter means, never twice', { timeout: 120_000 }, () => {
    let points = 0;
    for (let seed = 1; points < 20_000; seed++) {
      const random = new Seeded(seed);
      const isCrowded = seed % 4 !== 0;
      const filter = isCrowded ? crowdedFilter(random) : randomFilter(random);
      const profile = ociSeccompJson(filter, ['x86_64']);
      if (!profile.ok) continue;
      const entries = entriesIn(profile.json);
      for (const { name } of filter.rules) {
        for (let round = 0; round < 10; round++) {
          const few = () => Array.from({ length: 6 }, () => BigInt(random.below(5)));
          const args = isCrowded ? few() : randomArguments(random);
          const actions = actionsFor(entries, name, args);
          points++;
          expect([seed, name, args, actions.length <= 1]).toEqual([seed, name, args, true]);
          const action = actions[0] ?? errnoAction(filter.defaultErrno);
          expect([seed, name, args, action]).toEqual([seed, name, args, meant(filter, name, args)]);
        }
      }
    }
  });

  it('is understood alike by libseccomp', { timeout: 60_000 }, (context) => {
    hostNeeds(context, ...LIBSECCOMP);
    const read = readContainerProfile(jsonOf(AGENT));
    if (!read.ok) throw new Error(read.why);
    const container = { architecture: 'x86_64', capabilities: [], kernel: '6.1' } as const;
    const rules = applicableRules(read.profile, container);
    const theirs = compileWithLibseccomp(tool!.path, 'x86_64', rules, read.profile.defaultAction, 1);
    const random = new Seeded(11);
    const conditional = [
      'socket',
      'ioctl',
      'prctl',
      'setsockopt',
      'clone',
      'mknod',
      'personality',
      'memfd_create',
    ];
    const numbers = conditional.map((name) => syscallNumber(name, 'x86_64')!);
    const constants = [
      0n,
      1n,
      2n,
      6n,
      10n,
      16n,
      17n,
      22n,
      26n,
      31n,
      41n,
      64n,
      262n,
      0x5412n,
      0x541cn,
      0x541bn,
      0x80802n,
    ].concat([0x1000n, 0x6000n, 0x8000n, 0x20000n, 0x1000_0000n, 0x1_0000_0002n, 0xffff_ffffn]);
    for (const number of [
      ...knownNumbers('x86_64'),
      ...Array.from({ length: 3000 }, () => random.pick(numbers)),
    ]) {
      const name = syscallName(number, 'x86_64')!;
      if (theirs.unknown.has(name)) continue;
      const args = Array.from({ length: 6 }, () => random.pick(constants));
      const call = { architecture: AUDIT_ARCHITECTURE.x86_64, number, args };
      expect([name, args, simulate(theirs.program, call).action]).toEqual([
        name,
        args,
        meant(AGENT, name, args),
      ]);
    }
  });

  it('has the shape that Docker and runc read', () => {
    const rules = [
      { name: 'write', effect: { kind: 'allow' }, tests: [] },
      { name: 'read', effect: { kind: 'allow' }, tests: [] },
      {
        name: 'socket',
        effect: { kind: 'allow' },
        tests: [{ index: 0, comparison: 'eq', value: 2n, mask: ALL_ONES, width: 32 }],
      },
      { name: 'clone3', effect: { kind: 'refuse', errno: 38 }, tests: [] },
    ] as const;
    expect(JSON.parse(jsonOf({ defaultErrno: 1, rules }))).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [
        { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW' },
        { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
        {
          names: ['socket'],
          action: 'SCMP_ACT_ALLOW',
          args: [{ index: 0, value: 0xffff_ffff, valueTwo: 2, op: 'SCMP_CMP_MASKED_EQ' }],
        },
      ],
    });
  });

  it('names the calls for which it would grow out of hand', () => {
    const tests = [0, 1, 2].map((index) => ({
      index,
      comparison: 'ne',
      value: 5n,
      mask: ALL_ONES,
      width: 64,
    }));
    const rules = [{ name: 'read', effect: { kind: 'allow' }, tests }] as unknown as SyscallFilter['rules'];
    expect(ociSeccompJson({ defaultErrno: 1, rules }, ['x86_64'])).toEqual({ ok: false, names: ['read'] });
  });
});

describe('the filter of the container around the launcher', () => {
  it('lets the launcher start, whatever the policy refuses, and adds nothing else', () => {
    const none = containerFilter({ defaultErrno: 1, rules: [] });
    for (const name of ['seccomp', 'landlock_restrict_self', 'prctl', 'capset', 'execve', 'close_range']) {
      expect(evaluateFilter(none, { name, args: [] })).toEqual({ verdict: 'allow' });
    }
    for (const name of ['ptrace', 'mount', 'unshare', 'bpf', 'io_uring_setup', 'socket']) {
      expect(evaluateFilter(none, { name, args: [] })).toEqual({ verdict: 'refuse', errno: 1 });
    }
    const refusing = { name: 'seccomp', effect: { kind: 'refuse', errno: 1 }, tests: [] } as const;
    const outer = containerFilter({ defaultErrno: 1, rules: [refusing] });
    expect(evaluateFilter(outer, { name: 'seccomp', args: [] })).toEqual({ verdict: 'allow' });
  });

  it('never refuses what the policy allows', () => {
    const outer = containerFilter(AGENT);
    const program = compileFilter(outer, 'x86_64');
    for (const { name, effect, tests } of AGENT_PROFILE) {
      const number = syscallNumber(name, 'x86_64');
      if (number === null || effect.kind === 'refuse') continue;
      const args = [0n, 0n, 0n, 0n, 0n, 0n];
      for (const { index, comparison, value } of tests) if (comparison !== 'ne') args[index] = value;
      const call = { architecture: AUDIT_ARCHITECTURE.x86_64, number, args };
      expect([name, simulate(program, call).action]).toEqual([name, ALLOW]);
    }
  });
});
