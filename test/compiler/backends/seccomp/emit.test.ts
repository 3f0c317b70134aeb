import { describe, expect, it } from 'vitest';
import type { Emission } from '../../../../compiler/backends/backend.ts';
import { NO_PARTS } from '../../../../compiler/backends/parts.ts';
import { compileFilter } from '../../../../compiler/backends/seccomp/compile-filter.ts';
import { seccomp } from '../../../../compiler/backends/seccomp/emit.ts';
import { programBytes } from '../../../../compiler/backends/seccomp/program.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import type { SyscallRule } from '../../../../compiler/domain/syscalls/filter.ts';
import type { Policy } from '../../../../compiler/ir/policy.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const TARGET: Target = {
  landlockAbi: 7,
  architecture: 'x86_64',
  engine: 'process',
  privilege: 'rootless',
  userNamespaces: true,
  image: null,
};

const PLAIN = blueprint('filesystem_policy:\n  read_write:\n    - /work/project\n');

function emit(policy: Policy, target: Partial<Target> = {}): Emission {
  return seccomp.emit({ policy, target: { ...TARGET, ...target }, parts: NO_PARTS });
}

function withRules(rules: readonly SyscallRule[]): Policy {
  const policy = policyOf(PLAIN);
  const { grant } = policy.syscalls.entries[0]!;
  return { ...policy, syscalls: { defaultErrno: 1, entries: rules.map((rule) => ({ rule, grant })) } };
}

function text(emission: Emission, path: string): string {
  return new TextDecoder().decode(emission.artifacts.find((artifact) => artifact.path === path)!.bytes);
}

describe('the seccomp backend', () => {
  it.each(['x86_64', 'aarch64'] as const)(
    'hands the launcher the program of the policy for %s',
    (architecture) => {
      const policy = policyOf(PLAIN);
      const emission = emit(policy, { architecture });
      const rules = policy.syscalls.entries.map(({ rule }) => rule);
      const bytes = programBytes(compileFilter({ defaultErrno: 1, rules }, architecture));
      expect(emission.artifacts.map(({ path }) => path)).toEqual([
        'seccomp/filter.bpf',
        'seccomp/profile.json',
      ]);
      expect(emission.artifacts[0]!.bytes).toEqual(bytes);
      expect(emission.parts.seccomp).toEqual({ architecture, bytes });
      expect(emission.coverage.syscalls).toEqual({ kind: 'exact' });
      expect(emission.coverage.filesystem).toEqual({ kind: 'none' });
      expect(emission.diagnostics).toEqual([]);
    },
  );

  it('gives a container an outer profile in which the launcher can start', () => {
    const emission = emit(withRules([{ name: 'read', effect: { kind: 'allow' }, tests: [] }]), {
      engine: 'docker',
    });
    const names = (path: string) => JSON.parse(text(emission, path)).syscalls[0].names as string[];
    expect(names('seccomp/profile.json')).toEqual(['read']);
    expect(names('seccomp/container.json')).toEqual(
      expect.arrayContaining(['landlock_restrict_self', 'read', 'seccomp']),
    );
  });

  it('refuses rules that no kernel takes', () => {
    const rules = Array.from({ length: 9000 }, (_, at): SyscallRule => {
      const test = {
        index: 0,
        comparison: 'eq',
        value: BigInt(at * 2),
        mask: 0xffff_ffff_ffff_ffffn,
        width: 64,
      } as const;
      return { name: 'brk', effect: { kind: 'allow' }, tests: [test] };
    });
    const emission = emit(withRules(rules));
    expect(emission.diagnostics.map(({ name }) => name)).toEqual(['syscalls/filter-too-long']);
    expect(emission.diagnostics[0]!.message).toMatch(
      /need a filter of \d+ instructions, and the kernel takes 4096$/,
    );
    expect(emission).toMatchObject({ artifacts: [], parts: {}, coverage: { syscalls: { kind: 'none' } } });
  });

  it('leaves out the profile for other tools when its format cannot say the rules, and keeps the container going', () => {
    const tests = ([0, 1, 2] as const).map(
      (index) => ({ index, comparison: 'ne', value: 5n, mask: 0xffff_ffff_ffff_ffffn, width: 64 }) as const,
    );
    const emission = emit(withRules([{ name: 'mremap', effect: { kind: 'allow' }, tests }]), {
      engine: 'docker',
    });
    expect(emission.artifacts.map(({ path }) => path)).toEqual([
      'seccomp/filter.bpf',
      'seccomp/container.json',
    ]);
    expect(emission.coverage.syscalls).toEqual({ kind: 'exact' });
    expect(emission.diagnostics.map(({ name, message }) => [name, message])).toEqual([
      ['syscalls/no-container-profile', expect.stringContaining('`mremap`')],
    ]);
    expect(JSON.parse(text(emission, 'seccomp/container.json')).syscalls[0].names).toContain('mremap');
  });
});
