import { describe, expect, test } from 'vitest';
import { maskedWords, valueText } from '../../../../compiler/domain/syscalls/argument-names.ts';
import { ARGUMENT_CONSTANTS, parseArgumentValue } from '../../../../compiler/domain/syscalls/constants.ts';
import { SYSCALLS } from '../../../../compiler/domain/syscalls/table.ts';

describe('names of argument values', () => {
  test.each([
    ['socket', 0, 1n, 'AF_UNIX'],
    ['socket', 0, 16n, 'AF_NETLINK'],
    ['socket', 1, 0x80801n, 'SOCK_NONBLOCK|SOCK_CLOEXEC|SOCK_STREAM'],
    ['socket', 2, 6n, '0x6'],
    ['socket', 0, 99n, '0x63'],
    ['clone', 0, 0x2000000n, 'CLONE_NEWCGROUP'],
    ['clone', 0, 0x2000011n, '0x2000011'],
    ['clone', 0, 0x80n, '0x80'],
    ['unshare', 0, 0x80n, 'CLONE_NEWTIME'],
    ['ioctl', 1, 0x5412n, 'TIOCSTI'],
    ['getpid', 0, 1n, '0x1'],
    ['socket', 0, 0n, 'AF_UNSPEC'],
    ['clone', 0, 0n, '0'],
  ])('%s %i %i: %s', (call, index, value, text) => {
    expect(valueText(call, index, value)).toBe(text);
  });

  test.each([
    ['mmap', 2, 6n, 4n, 'has PROT_EXEC but not PROT_WRITE'],
    ['mmap', 2, 6n, 6n, 'has all of PROT_WRITE|PROT_EXEC'],
    ['mmap', 2, 7n, 1n, 'has PROT_READ but none of PROT_WRITE|PROT_EXEC'],
    ['mmap', 2, 4n, 0n, 'lacks PROT_EXEC'],
    ['chmod', 1, 0xc00n, 0n, 'has none of S_ISUID|S_ISGID'],
    ['openat', 2, 0x400040n, 0x400000n, 'has bit 0x400000 but not O_CREAT'],
    ['openat', 2, 0x400040n, 0n, 'has none of O_CREAT|0x400000'],
    ['socket', 1, 0xfn, 3n, 'has the type SOCK_RAW'],
    ['socket', 1, 0xfn, 7n, 'has the type 0x7'],
    ['socket', 1, 0x8080fn, 0x80003n, 'has the type SOCK_RAW with SOCK_CLOEXEC but not SOCK_NONBLOCK'],
    ['socket', 1, 0x8000fn, 3n, 'has the type SOCK_RAW but not SOCK_CLOEXEC'],
    ['socket', 1, 0x8000fn, 0x80003n, 'has the type SOCK_RAW with SOCK_CLOEXEC'],
    ['socket', 1, 3n, 1n, 'has bit 0x1 but not bit 0x2'],
    ['ptrace', 1, 0x200n, 0x200n, 'has bit 0x200'],
    ['ptrace', 1, 0xffn, 0x12n, 'has 0x12 in the bits 0xff'],
    ['ptrace', 1, 0xffn, 0xffn, 'has all bits of 0xff'],
    ['ptrace', 1, 0xffn, 0n, 'has no bit of 0xff'],
    ['ptrace', 1, 0xffn, 0x7fn, 'has all bits of 0x7f but not bit 0x80'],
    ['ptrace', 1, 0n, 0n, 'has any value'],
  ])('%s %i & %i == %i: %s', (call, index, mask, value, text) => {
    expect(maskedWords(call, index, mask, value)).toBe(text);
  });

  test('are read back as the number that they stand for, in every argument of every call', () => {
    const numbers = new Set(Object.values(ARGUMENT_CONSTANTS));
    for (const [call, { arguments: args }] of SYSCALLS) {
      for (const index of args.keys()) {
        for (const number of [...numbers, 0x7e02_0000n, 0xffff_ffffn, 0x8_0003n]) {
          const text = valueText(call, index, number);
          if (parseArgumentValue(text) !== number) expect.fail(`${call} ${index} ${text}`);
        }
      }
    }
  });
});
