import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Debian's linux-libc-dev: numbers of x86_64. */
export const X86_64_NUMBERS = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
/** Debian's linux-libc-dev-arm64-cross: numbers of aarch64, through the generic table. */
export const AARCH64_HEADERS = '/usr/aarch64-linux-gnu/include';

/**
 * The kernel's own declarations of its calls (include/linux/syscalls.h of Linux 6.1), from the headers that
 * Debian's linux-headers-cloud-amd64 depends on; null when they are not installed.
 */
export function prototypesPath(): string | null {
  if (!existsSync('/usr/src')) return null;
  const trees = readdirSync('/usr/src').filter((name) => /^linux-headers-6\.1\..*-common$/.test(name));
  const newest = trees.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return newest === undefined ? null : `/usr/src/${newest}/include/linux/syscalls.h`;
}

type Bits = 16 | 32 | 64;

/** Every type name in syscalls.h that is not a pointer, with the bits that the kernel reads on 64-bit machines. */
const BITS_OF_TYPE: Readonly<Record<string, Bits>> = {
  umode_t: 16,
  int: 32,
  unsigned: 32,
  'unsigned int': 32,
  u32: 32,
  __u32: 32,
  __s32: 32,
  uint32_t: 32,
  uid_t: 32,
  gid_t: 32,
  qid_t: 32,
  pid_t: 32,
  clockid_t: 32,
  timer_t: 32,
  mqd_t: 32,
  key_t: 32,
  key_serial_t: 32,
  rwf_t: 32,
  'enum landlock_rule_type': 32,
  long: 64,
  'unsigned long': 64,
  size_t: 64,
  u64: 64,
  off_t: 64,
  loff_t: 64,
  aio_context_t: 64,
  cap_user_header_t: 64,
  cap_user_data_t: 64,
  'const cap_user_data_t': 64,
};

/** Calls whose declaration has another name: the kernel's tables name the entry point apart from the call. */
const DECLARED_AS: Readonly<Record<string, string>> = { umount2: 'umount' };

/** Calls of x86 that syscalls.h does not declare, from arch/x86 of Linux 6.1 and include/asm-generic/syscalls.h. */
const DECLARED_ELSEWHERE: Readonly<Record<string, readonly Bits[]>> = {
  arch_prctl: [32, 64],
  iopl: [32],
  mmap: [64, 64, 64, 64, 64, 64],
  modify_ldt: [32, 64, 64],
  rt_sigreturn: [],
};

/** Numbers that are reserved but were never, or are no longer, a call. */
const UNIMPLEMENTED = new Set([
  ...['_sysctl', 'afs_syscall', 'create_module', 'epoll_ctl_old', 'epoll_wait_old', 'get_kernel_syms'],
  ...['get_thread_area', 'getpmsg', 'nfsservctl', 'putpmsg', 'query_module', 'security', 'set_thread_area'],
  ...['tuxcall', 'vserver'],
]);

function x86Numbers(): Map<string, number> {
  const text = readFileSync(X86_64_NUMBERS, 'utf8');
  return new Map(
    [...text.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map((match) => [match[1]!, Number(match[2])]),
  );
}

function aarch64Numbers(): Map<string, number> {
  const argv = ['-nostdinc', '-isystem', AARCH64_HEADERS, '-E', '-dM', '-x', 'c', '-'];
  const run = spawnSync('cc', argv, { input: '#include <asm/unistd.h>\n', encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`cc could not read ${AARCH64_HEADERS}: ${run.stderr}`);
  const macros = new Map(
    [...run.stdout.matchAll(/^#define (__NR\w*) (\w+)$/gm)].map((match) => [match[1]!, match[2]!] as const),
  );
  const numbers = new Map<string, number>();
  for (const [macro, value] of macros) {
    const name = /^__NR_(\w+)$/.exec(macro)?.[1];
    const digits = macros.get(value) ?? value;
    // __NR_syscalls counts the table, __NR_arch_specific_syscall marks a range in it.
    if (name === undefined || name === 'syscalls' || name === 'arch_specific_syscall') continue;
    if (!/^\d+$/.test(digits)) throw new Error(`${macro} is ${value}, not a number`);
    numbers.set(name, Number(digits));
  }
  return numbers;
}

function bitsOf(declaration: string, call: string): Bits {
  if (declaration.includes('*')) return 64;
  const words = declaration.replaceAll(/\s+/g, ' ').trim();
  const bits = BITS_OF_TYPE[words] ?? BITS_OF_TYPE[words.replace(/ ?\w+$/, '')];
  if (bits === undefined) throw new Error(`${call} has an argument of unknown type: ${words}`);
  return bits;
}

function declaredArguments(path: string, wanted: ReadonlySet<string>): Map<string, readonly Bits[]> {
  const text = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const found = new Map<string, readonly Bits[]>();
  for (const match of text.matchAll(/asmlinkage\s+\w+\s+sys_(\w+)\(([^;]*)\);/g)) {
    const name = match[1]!;
    if (!wanted.has(name)) continue;
    const list = match[2]!.trim() === 'void' ? [] : match[2]!.split(',').map((one) => bitsOf(one, name));
    // The 32-bit form of a call, which splits a 64-bit value in two, is the longer one.
    const known = found.get(name);
    if (known === undefined || list.length < known.length) found.set(name, list);
  }
  return found;
}

/** The text of compiler/domain/syscalls/table.generated.ts, from the headers named above. */
export function deriveSyscallTable(prototypes: string): string {
  const x86 = x86Numbers();
  const arm = aarch64Numbers();
  const names = [...new Set([...x86.keys(), ...arm.keys()])].sort();
  const wanted = new Set(names.map((name) => DECLARED_AS[name] ?? name));
  const declared = declaredArguments(prototypes, wanted);
  const rows = names.map((name) => {
    const bits = DECLARED_ELSEWHERE[name] ?? declared.get(DECLARED_AS[name] ?? name);
    if (bits === undefined && !UNIMPLEMENTED.has(name)) throw new Error(`no declaration of ${name}`);
    const numbers = `x86_64: ${x86.get(name) ?? null}, aarch64: ${arm.get(name) ?? null}`;
    return `  ${name}: { ${numbers}, arguments: [${(bits ?? []).join(', ')}] },`;
  });
  return [
    '// Derived by scripts/derive-syscall-tables.ts from the headers of Linux 6.1 as Debian 12 packages them:',
    '// asm/unistd_64.h of linux-libc-dev, asm/unistd.h of linux-libc-dev-arm64-cross (numbers) and',
    '// include/linux/syscalls.h of linux-headers-cloud-amd64 (arguments). Record anew with',
    '// `UPDATE_TABLES=1 npx vitest run test/compiler/domain/syscalls/table.test.ts`.',
    "import type { Syscall } from './table.ts';",
    '',
    'export const DERIVED_SYSCALLS: Readonly<Record<string, Syscall>> = {',
    ...rows,
    '};',
    '',
  ].join('\n');
}
