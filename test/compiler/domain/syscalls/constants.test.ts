import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ARGUMENT_CONSTANTS, parseArgumentValue } from '../../../../compiler/domain/syscalls/constants.ts';
import { ERRNO, errnoName } from '../../../../compiler/domain/syscalls/errno.ts';
import { hostNeeds, program, shippedFile } from '../../../support/host.ts';

const ARM_HEADERS = '/usr/aarch64-linux-gnu/include';
const KERNEL_HEADERS = [
  'asm/ioctls.h',
  'asm/socket.h',
  'asm/fcntl.h',
  'asm/mman.h',
  'linux/fcntl.h',
  'linux/fs.h',
];
const LIBRARY_HEADERS = [
  'sys/socket.h',
  'netinet/in.h',
  'netinet/tcp.h',
  'sys/stat.h',
  'sched.h',
  'sys/mman.h',
];
const COMMON_HEADERS = [
  'linux/memfd.h',
  'linux/netlink.h',
  'linux/prctl.h',
  'linux/seccomp.h',
  'linux/personality.h',
];
const TABLE_HEADERS = ['linux/netfilter_ipv4/ip_tables.h', 'linux/netfilter_ipv6/ip6_tables.h'];
const HOST_HEADERS = [
  ...LIBRARY_HEADERS,
  'fcntl.h',
  'sys/ioctl.h',
  'linux/fs.h',
  ...COMMON_HEADERS,
  ...TABLE_HEADERS,
];
const OTHER_HEADERS = [
  ...KERNEL_HEADERS,
  'linux/sched.h',
  'linux/in.h',
  'linux/stat.h',
  'linux/tcp.h',
  ...COMMON_HEADERS,
];

function compile(argv: readonly string[], source: string) {
  const all = [...argv, '-D_GNU_SOURCE', '-x', 'c', '-'];
  return spawnSync('cc', all, { input: source, encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** Names that the headers define, and the compiler's complaints about those of them that have another value. */
function held(argv: readonly string[], headers: readonly string[]) {
  const includes = headers.map((header) => `#include <${header}>\n`).join('');
  const macrosAndEnums = compile([...argv, '-E', '-dD'], includes).stdout;
  const definitions = macrosAndEnums.matchAll(/^#define (\w+)|^\s*(\w+)\s*=/gm);
  const defined = new Set([...definitions].map(([, macro, enumerator]) => macro ?? enumerator));
  const present = Object.keys(ARGUMENT_CONSTANTS).filter((name) => defined.has(name));
  const asserts = present.map(
    (name) => `_Static_assert((unsigned)(${name}) == ${ARGUMENT_CONSTANTS[name]}u, "${name}");\n`,
  );
  const { stderr, status } = compile([...argv, '-fsyntax-only'], includes + asserts.join(''));
  return { present, stderr, status };
}

describe('argument constants', () => {
  it('are those of this machine’s headers', (context) => {
    hostNeeds(context, program('cc', 'gcc'), shippedFile('/usr/include/linux/seccomp.h', 'linux-libc-dev'));
    const { present, stderr, status } = held([], HOST_HEADERS);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const missing = Object.keys(ARGUMENT_CONSTANTS).filter((name) => !present.includes(name));
    const newerThanDebian12 = ['MFD_EXEC', 'MFD_NOEXEC_SEAL', 'PR_GET_AUXV', 'PR_GET_MDWE', 'PR_SET_MDWE'];
    expect(missing.sort()).toEqual([...newerThanDebian12, 'SOCK_TYPE_MASK']);
  });

  it('are the same on aarch64', (context) => {
    hostNeeds(
      context,
      program('cc', 'gcc'),
      shippedFile(`${ARM_HEADERS}/asm/unistd.h`, 'linux-libc-dev-arm64-cross'),
    );
    const { present, stderr, status } = held(['-nostdinc', '-isystem', ARM_HEADERS], OTHER_HEADERS);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(present.length).toBeGreaterThan(100);
  });

  it('leave out what differs between architectures', () => {
    for (const name of ['O_DIRECT', 'O_DIRECTORY', 'O_LARGEFILE', 'O_NOFOLLOW', 'O_TMPFILE']) {
      expect(parseArgumentValue(name)).toBeNull();
    }
  });
});

describe('an argument value', () => {
  it.each([
    ['AF_UNIX', 1n],
    ['0x10', 16n],
    ['16', 16n],
    ['0', 0n],
    ['0o4755', 0x9edn],
    ['CLONE_NEWUSER|CLONE_NEWNS', 0x10020000n],
    [' CLONE_NEWUSER | 0x1 ', 0x10000001n],
    ['0xffffffffffffffff', 0xffff_ffff_ffff_ffffn],
    ['18446744073709551615', 0xffff_ffff_ffff_ffffn],
  ])('%s is %s', (text, value) => {
    expect(parseArgumentValue(text)).toBe(value);
  });

  it.each([
    ['', 'nothing'],
    ['AF_UNIXX', 'an unknown name'],
    ['toString', 'a name that every object has'],
    ['-1', 'a negative number'],
    ['1.5', 'a fraction'],
    ['18446744073709551616', 'more than 64 bits'],
    ['0x10000000000000000', 'more than 64 bits'],
    ['AF_UNIX|', 'an empty part'],
    ['0b1', 'another base'],
    ['04755', 'a number that C reads as octal and YAML as decimal'],
    ['00', 'the same'],
  ])('%j is none: %s', (text) => {
    expect(parseArgumentValue(text)).toBeNull();
  });
});

describe('error numbers', () => {
  it('are those of the C library', () => {
    for (const [name, number] of Object.entries(constants.errno))
      expect([name, ERRNO[name]]).toEqual([name, number]);
  });

  it('are named, and one without a name is its number', () => {
    expect(errnoName(38)).toBe('ENOSYS');
    expect(errnoName(11)).toBe('EAGAIN');
    expect(errnoName(4000)).toBe('4000');
  });
});
