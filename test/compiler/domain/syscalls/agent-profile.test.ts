import { describe, expect, it } from 'vitest';
import { AGENT_PROFILE } from '../../../../compiler/domain/syscalls/agent-profile.ts';
import { evaluateFilter, ruleText } from '../../../../compiler/domain/syscalls/filter.ts';
import { SYSCALL_GROUPS } from '../../../../compiler/domain/syscalls/groups.ts';
import { SYSCALLS } from '../../../../compiler/domain/syscalls/table.ts';

const verdict = (name: string, ...args: bigint[]) => {
  const outcome = evaluateFilter({ defaultErrno: 1, rules: AGENT_PROFILE }, { name, args });
  return outcome.verdict === 'allow' ? 'allow' : outcome.errno;
};

describe('the profile for agents', () => {
  it('names calls that exist, and says nothing twice', () => {
    expect(AGENT_PROFILE.filter(({ name }) => !SYSCALLS.has(name))).toEqual([]);
    const texts = AGENT_PROFILE.map(ruleText);
    expect(new Set(texts).size).toBe(texts.length);
    const always = AGENT_PROFILE.filter(({ tests }) => tests.length === 0).map(({ name }) => name);
    const conditional = AGENT_PROFILE.filter(({ tests }) => tests.length > 0).map(({ name }) => name);
    expect(conditional.filter((name) => always.includes(name))).toEqual([]);
  });

  it('looks at exactly the bits that the kernel reads', () => {
    for (const { name, tests } of AGENT_PROFILE) {
      for (const { index, width, value, mask, comparison } of tests) {
        const bits = SYSCALLS.get(name)!.arguments[index]!;
        expect([name, index, width]).toEqual([name, index, bits === 64 ? 64 : 32]);
        if (bits === 16) expect([name, comparison, mask <= 0xffffn]).toEqual([name, 'masked-eq', true]);
        expect([name, index, value >> BigInt(bits)]).toEqual([name, index, 0n]);
      }
    }
  });

  it.each([
    '@aio',
    '@clock',
    '@cpu-emulation',
    '@debug',
    '@io-uring',
    '@keyring',
    '@module',
    '@mount',
    '@obsolete',
  ])('allows nothing of %s', (group) => {
    for (const name of SYSCALL_GROUPS.get(group)!) expect([name, verdict(name)]).not.toEqual([name, 'allow']);
  });

  it.each(['@raw-io', '@reboot', '@swap'])('allows nothing of %s', (group) => {
    for (const name of SYSCALL_GROUPS.get(group)!) expect([name, verdict(name)]).toEqual([name, 1]);
  });

  it.each(['@basic-io', '@chown', '@network-io', '@pkey', '@signal', '@sync', '@timer'])(
    'allows all of %s',
    (group) => {
      const conditional = ['socket', 'socketpair', 'setsockopt'];
      for (const name of SYSCALL_GROUPS.get(group)!) {
        if (!conditional.includes(name)) expect([name, verdict(name)]).toEqual([name, 'allow']);
      }
    },
  );

  it.each([
    ['socket', [2n, 1n, 0n], 'allow'],
    ['socket', [10n, 0x80801n, 6n], 'allow'],
    ['socket', [2n, 2n, 17n], 'allow'],
    ['socket', [2n, 1n, 262n], 1],
    ['socket', [2n, 1n, 17n], 1],
    ['socket', [2n, 2n, 1n], 1],
    ['socket', [2n, 3n, 0n], 1],
    ['socket', [1n, 1n, 0n], 'allow'],
    ['socket', [1n, 5n, 0n], 1],
    ['socket', [16n, 3n, 0n], 'allow'],
    ['socket', [16n, 3n, 9n], 1],
    ['socket', [17n, 3n, 0n], 1],
    ['socketpair', [1n, 5n, 0n], 'allow'],
    ['socketpair', [30n, 5n, 0n], 1],
    ['clone', [0x1200011n], 'allow'],
    ['clone', [0x3d0f00n], 'allow'],
    ['clone', [0x10000011n], 1],
    ['clone', [0x20000n], 1],
    ['clone3', [], 38],
    ['unshare', [0n], 1],
    ['ioctl', [0n, 0x5413n], 'allow'],
    ['ioctl', [0n, 0x5412n], 1],
    ['ioctl', [0n, 0x1_0000_5412n], 1],
    ['prctl', [15n], 'allow'],
    ['prctl', [38n], 'allow'],
    ['prctl', [35n], 1],
    ['prctl', [0x59616d61n], 1],
    ['memfd_create', [0n, 8n], 'allow'],
    ['memfd_create', [0n, 9n], 'allow'],
    ['memfd_create', [0n, 1n], 1],
    ['memfd_create', [0n, 0x10n], 1],
    ['execveat', [0n, 0n, 0n, 0n, 0x100n], 'allow'],
    ['execveat', [0n, 0n, 0n, 0n, 0x1000n], 1],
    ['sendto', [0n, 0n, 0n, 0x4000n], 'allow'],
    ['sendto', [0n, 0n, 0n, 0x20004000n], 1],
    ['sendmsg', [0n, 0n, 0x20000000n], 1],
    ['sendmmsg', [0n, 0n, 0n, 0x20000000n], 1],
    ['setsockopt', [0n, 6n, 1n], 'allow'],
    ['setsockopt', [0n, 6n, 31n], 1],
    ['setsockopt', [0n, 1n, 26n], 1],
    ['setsockopt', [0n, 0n, 64n], 1],
    ['setsockopt', [0n, 263n, 1n], 1],
    ['personality', [0n], 'allow'],
    ['personality', [0xffffffffn], 'allow'],
    ['personality', [0x40000n], 1],
    ['mknod', [0n, 0o100644n], 'allow'],
    ['mknod', [0n, 0o644n], 'allow'],
    ['mknod', [0n, 0o10644n], 'allow'],
    ['mknod', [0n, 0o20644n], 1],
    ['mknodat', [0n, 0n, 0o60644n], 1],
    ['seccomp', [1n, 0n], 'allow'],
    ['seccomp', [1n, 8n], 1],
    ['execve', [], 'allow'],
    ['mknod', [0n, 0o104755n], 1],
    ['chmod', [0n, 0o1777n], 'allow'],
    ['chmod', [0n, 0o4755n], 1],
    ['chmod', [0n, 0o2755n], 'allow'],
    ['fchmod', [0n, 0o4000n], 1],
    ['fchmodat', [0n, 0n, 0o4755n], 1],
    ['fchmodat', [0n, 0n, 0o755n, 0o4000n], 'allow'],
    ['fchmodat2', [0n, 0n, 0o4000n], 1],
    ['creat', [0n, 0o4755n], 1],
    ['open', [0n, 0o101n, 0o644n], 'allow'],
    ['open', [0n, 0o101n, 0o4755n], 1],
    ['open', [0n, 0n, 0xffff_ffffn], 'allow'],
    ['openat', [0n, 0n, 0o101n, 0o4755n], 1],
    ['openat', [0n, 0n, 0o20200002n, 0o4755n], 1],
    ['openat', [0n, 0n, 0o2n, 0o4755n], 'allow'],
    ['openat2', [], 38],
    ['landlock_restrict_self', [], 'allow'],
    ['a_call_of_the_future', [], 38],
  ] as const)('%s(%s) is %s', (name, args, expected) => {
    expect(verdict(name, ...args)).toBe(expected);
  });
});
