import { spawnSync } from 'node:child_process';
import { type BpfProgram, programFromBytes } from '../../compiler/backends/seccomp/program.ts';
import type { Comparison } from '../../compiler/domain/syscalls/filter.ts';
import type { SyscallArchitecture } from '../../compiler/domain/syscalls/table.ts';
import { type HostFeature, program, shippedFile } from './host.ts';
import type { ContainerRule } from './seccomp/container-profile.ts';

/** What tests and measurements against libseccomp need. */
export const LIBSECCOMP: readonly HostFeature[] = [
  program('cc', 'gcc'),
  shippedFile('/usr/include/seccomp.h', 'libseccomp-dev'),
];

/** Debian's copy of the profile that Podman and Docker's tools start from. */
export const DEBIAN_PROFILE = '/usr/share/containers/seccomp.json';

/** The capabilities that Docker gives to a container by default. */
export const DOCKER_CAPABILITIES: readonly string[] = [
  ...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FSETID', 'CAP_FOWNER', 'CAP_MKNOD', 'CAP_NET_RAW', 'CAP_SETGID'],
  ...['CAP_SETUID', 'CAP_SETFCAP', 'CAP_SETPCAP', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_CHROOT', 'CAP_KILL'],
  'CAP_AUDIT_WRITE',
];

/** enum scmp_compare of seccomp.h. */
const COMPARISON_NUMBERS: Readonly<Record<Comparison, number>> = {
  ne: 1,
  lt: 2,
  le: 3,
  eq: 4,
  ge: 5,
  gt: 6,
  'masked-eq': 7,
};

export interface LibseccompProgram {
  readonly program: BpfProgram;
  /** Names that this libseccomp does not have on this architecture. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Compiles rules with libseccomp. `tool` is test/support/libseccomp-compile.c, built. `optimize` 1 puts calls in the
 * order of their priority, 2 in a binary tree.
 */
export function compileWithLibseccomp(
  tool: string,
  architecture: SyscallArchitecture,
  rules: readonly Pick<ContainerRule, 'names' | 'action' | 'tests'>[],
  defaultAction: number,
  optimize: 1 | 2,
): LibseccompProgram {
  const lines = rules.flatMap(({ names, action, tests }) => {
    const conditions = tests.flatMap(({ index, comparison, value, mask }) => {
      const operands = comparison === 'masked-eq' ? [mask, value] : [value, 0n];
      return [index, COMPARISON_NUMBERS[comparison], ...operands];
    });
    return names.map((name) => [name, action, ...conditions].join(' '));
  });
  const argv = [architecture, String(defaultAction), String(optimize)];
  const { status, stdout, stderr } = spawnSync(tool, argv, { input: `${lines.join('\n')}\n` });
  const program = programFromBytes(stdout);
  if (status !== 0 || program === null) throw new Error(`libseccomp did not compile the rules: ${stderr}`);
  const unknown = new Set([...String(stderr).matchAll(/^unknown (\w+)$/gm)].map((match) => match[1]!));
  return { program, unknown };
}

/** The rules without some names, so that both sides know the same calls. */
export function withoutNames(
  rules: readonly ContainerRule[],
  names: ReadonlySet<string>,
): readonly ContainerRule[] {
  return rules.map((rule) => ({ ...rule, names: rule.names.filter((name) => !names.has(name)) }));
}
