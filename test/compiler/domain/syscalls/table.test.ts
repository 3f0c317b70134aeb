import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEWER_SYSCALLS } from '../../../../compiler/domain/syscalls/newer-calls.ts';
import { DERIVED_SYSCALLS } from '../../../../compiler/domain/syscalls/table.generated.ts';
import {
  knownNumbers,
  SYSCALLS,
  syscallName,
  syscallNumber,
} from '../../../../compiler/domain/syscalls/table.ts';
import {
  AARCH64_HEADERS,
  deriveSyscallTable,
  prototypesPath,
  X86_64_NUMBERS,
} from '../../../../scripts/derive-syscall-tables.ts';
import { type HostFeature, hostNeeds, program, shippedFile } from '../../../support/host.ts';

const committed = join(import.meta.dirname, '../../../../compiler/domain/syscalls/table.generated.ts');
const kernelDeclarations: HostFeature = {
  name: 'the declarations of the kernel (linux/syscalls.h of Linux 6.1)',
  hint: 'apt-get install linux-headers-cloud-amd64',
  present: () => prototypesPath() !== null,
};

describe('the table of system calls', () => {
  it('is what the Debian headers say', (context) => {
    hostNeeds(
      context,
      program('cc', 'gcc'),
      shippedFile(X86_64_NUMBERS, 'linux-libc-dev'),
      shippedFile(`${AARCH64_HEADERS}/asm/unistd.h`, 'linux-libc-dev-arm64-cross'),
      kernelDeclarations,
    );
    const derived = deriveSyscallTable(prototypesPath()!);
    if (process.env.UPDATE_TABLES === '1') writeFileSync(committed, derived);
    expect(readFileSync(committed, 'utf8')).toBe(derived);
  });

  it('keeps the newer calls apart from the derived ones', () => {
    const both = Object.keys(NEWER_SYSCALLS).filter((name) => name in DERIVED_SYSCALLS);
    expect(both).toEqual([]);
  });

  it.each(['x86_64', 'aarch64'] as const)('has one name for each number of %s', (architecture) => {
    const numbers = [...SYSCALLS.values()]
      .map((call) => call[architecture])
      .filter((number) => number !== null);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(knownNumbers(architecture)).toHaveLength(numbers.length);
    for (const number of knownNumbers(architecture)) {
      expect(syscallNumber(syscallName(number, architecture)!, architecture)).toBe(number);
    }
  });

  it('knows calls by their kernel numbers', () => {
    expect(syscallNumber('openat', 'x86_64')).toBe(257);
    expect(syscallNumber('openat', 'aarch64')).toBe(56);
    expect(syscallNumber('open', 'aarch64')).toBeNull();
    expect(syscallNumber('fcntl', 'aarch64')).toBe(25);
    expect(syscallNumber('uretprobe', 'aarch64')).toBeNull();
    expect(syscallNumber('mseal', 'aarch64')).toBe(462);
    expect(syscallName(400, 'x86_64')).toBeNull();
    expect(syscallName(0, 'aarch64')).toBe('io_setup');
  });

  it('knows how many bits of an argument the kernel reads', () => {
    expect(SYSCALLS.get('socket')!.arguments).toEqual([32, 32, 32]);
    expect(SYSCALLS.get('clone')!.arguments[0]).toBe(64);
    expect(SYSCALLS.get('mmap')!.arguments).toEqual([64, 64, 64, 64, 64, 64]);
    expect(SYSCALLS.get('ioctl')!.arguments).toEqual([32, 32, 64]);
    expect(SYSCALLS.get('prctl')!.arguments).toEqual([32, 64, 64, 64, 64]);
    expect(SYSCALLS.get('mknod')!.arguments).toEqual([64, 16, 32]);
    expect(SYSCALLS.get('fanotify_mark')!.arguments).toEqual([32, 32, 64, 32, 64]);
    expect(SYSCALLS.get('umount2')!.arguments).toEqual([64, 32]);
    expect(SYSCALLS.get('setns')!.arguments).toEqual([32, 32]);
  });
});
