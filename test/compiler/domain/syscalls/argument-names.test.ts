import { describe, expect, test } from 'vitest';
import { maskedValueText, maskText, valueText } from '../../../../compiler/domain/syscalls/argument-names.ts';
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

  test('a part of a value has no name, flags under a mask have', () => {
    expect(maskText('socket', 1, 0xfn)).toBe('SOCK_TYPE_MASK');
    expect(maskedValueText('socket', 1, 0xfn, 3n)).toBe('SOCK_RAW');
    expect(maskText('socket', 0, 3n)).toBe('0x3');
    expect(maskedValueText('socket', 0, 3n, 1n)).toBe('0x1');
    expect(maskedValueText('socket', 1, 3n, 1n)).toBe('0x1');
    expect(maskText('openat', 2, 0x400040n)).toBe('O_CREAT|0x400000');
    expect(maskText('clone', 0, 0xffff_ffffn)).toBe('0xffffffff');
  });

  test('are read back as the number that they stand for, in every argument of every call', () => {
    const numbers = new Set(Object.values(ARGUMENT_CONSTANTS));
    for (const [call, { arguments: args }] of SYSCALLS) {
      for (const index of args.keys()) {
        for (const number of [...numbers, 0x7e02_0000n, 0xffff_ffffn, 0x8_0003n]) {
          const texts = [
            valueText(call, index, number),
            maskText(call, index, number),
            maskedValueText(call, index, 0xfn, number),
          ];
          for (const text of texts)
            if (parseArgumentValue(text) !== number) expect.fail(`${call} ${index} ${text}`);
        }
      }
    }
  });
});
