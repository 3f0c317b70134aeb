import { ARGUMENT_CONSTANTS } from './constants.ts';

/** Names that mean something in one argument of some calls. */
interface Family {
  /** `call index`, e.g. `socket 0`. */
  readonly arguments: readonly string[];
  /** Values that stand for themselves. */
  readonly values: readonly string[];
  /** Single bits that may be combined with each other and with one value. */
  readonly flags: readonly string[];
  /** The bits that a value is in, where flags lie beside it. */
  readonly valueMask: string | null;
}

const NAMES = Object.keys(ARGUMENT_CONSTANTS);
const startingWith = (prefix: string, ...others: readonly string[]) =>
  NAMES.filter((name) => name.startsWith(prefix) && !others.includes(name));

/**
 * From the manual pages of the calls (man-pages 6, section 2). Second names of the same number are left out, and
 * so are arguments whose meaning hangs on another one, such as the protocol of socket(2).
 */
const FAMILIES: readonly Family[] = [
  values(['socket 0', 'socketpair 0'], startingWith('AF_', 'AF_LOCAL', 'AF_ROUTE')),
  {
    arguments: ['socket 1', 'socketpair 1'],
    values: startingWith('SOCK_', 'SOCK_TYPE_MASK', 'SOCK_NONBLOCK', 'SOCK_CLOEXEC'),
    flags: ['SOCK_NONBLOCK', 'SOCK_CLOEXEC'],
    valueMask: 'SOCK_TYPE_MASK',
  },
  flags(['accept4 3'], ['SOCK_NONBLOCK', 'SOCK_CLOEXEC']),
  flags(
    ['sendto 3', 'sendmsg 2', 'sendmmsg 3', 'recvfrom 3', 'recvmsg 2', 'recvmmsg 3'],
    startingWith('MSG_'),
  ),
  values(['setsockopt 1', 'getsockopt 1'], startingWith('SOL_')),
  // Of clone(2), the low byte of the flags is a signal.
  flags(['clone 0'], startingWith('CLONE_', 'CLONE_NEWTIME')),
  flags(['unshare 0', 'setns 1'], startingWith('CLONE_')),
  values(['ioctl 1'], ['TCGETS', ...startingWith('TIOC'), ...startingWith('FIO'), ...startingWith('FS_IOC')]),
  values(['prctl 0'], startingWith('PR_')),
  values(['seccomp 0'], ['SECCOMP_SET_MODE_STRICT', 'SECCOMP_SET_MODE_FILTER', 'SECCOMP_GET_ACTION_AVAIL']),
  flags(['seccomp 1'], ['SECCOMP_FILTER_FLAG_NEW_LISTENER']),
  flags(['memfd_create 1'], startingWith('MFD_')),
  flags(['execveat 4', 'fchownat 4', 'linkat 4', 'newfstatat 3', 'fchmodat2 3'], startingWith('AT_')),
  {
    arguments: ['mknod 1', 'mknodat 2'],
    values: startingWith('S_IF', 'S_IFMT'),
    flags: ['S_ISUID', 'S_ISGID'],
    valueMask: 'S_IFMT',
  },
  flags(
    ['chmod 1', 'fchmod 1', 'fchmodat 2', 'fchmodat2 2', 'creat 1', 'open 2', 'openat 3'],
    ['S_ISUID', 'S_ISGID'],
  ),
  flags(['mmap 2', 'mprotect 2', 'pkey_mprotect 2'], startingWith('PROT_')),
  flags(['mmap 3'], startingWith('MAP_')),
  flags(['open 1', 'openat 2'], startingWith('O_', 'O_RDONLY', 'O_WRONLY', 'O_RDWR')),
  values(['fcntl 1'], startingWith('F_')),
  {
    arguments: ['personality 0'],
    values: startingWith('PER_'),
    flags: ['UNAME26', 'ADDR_NO_RANDOMIZE', 'READ_IMPLIES_EXEC'],
    valueMask: null,
  },
];

function values(where: readonly string[], names: readonly string[]): Family {
  return { arguments: where, values: names, flags: [], valueMask: null };
}

function flags(where: readonly string[], names: readonly string[]): Family {
  return { arguments: where, values: [], flags: names, valueMask: null };
}

const BY_ARGUMENT: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((family) => family.arguments.map((argument) => [argument, family] as const)),
);

/** More than these in one value are harder to read than the number. */
const MOST_FLAGS = 8;

/** A value of a whole argument: a constant, flags joined by `|`, or a number; `parseArgumentValue` reads it back. */
export function valueText(call: string, index: number, value: bigint): string {
  const family = familyOf(call, index);
  return family === null ? numberText(value) : combined(family, value, family.values);
}

/**
 * What a comparison of the bits under a mask says of an argument, in words that follow its name: `has PROT_EXEC but not
 * PROT_WRITE`, `has none of CLONE_NEWNS|CLONE_NEWUSER`, `has the type SOCK_RAW`, `has 0x3 in the bits 0xff`. Never with an
 * `and` or an `or`, which join comparisons.
 *
 * @param value within the mask
 */
export function maskedWords(call: string, index: number, mask: bigint, value: bigint): string {
  const family = familyOf(call, index);
  const types = family?.valueMask ? ARGUMENT_CONSTANTS[family.valueMask]! : 0n;
  const hasType = types !== 0n && (mask & types) === types;
  const bits = hasType ? mask & ~types : mask;
  const set = bitWords(family, value & bits);
  const clear = bitWords(family, bits & ~value);
  if (hasType) {
    const name = onlyName(family!.values, value & types) ?? numberText(value & types);
    const type = `has the type ${name}`;
    if (set === null) return clear === null ? type : `${type} but ${clear.none}`;
    return clear === null ? `${type} with ${set.all}` : `${type} with ${set.all} but ${clear.none}`;
  }
  if (set === null) return clear === null ? 'has any value' : clear.alone;
  if (clear === null) return `has ${set.all}`;
  // A number within a range of bits is not read bit by bit.
  if (set.isNumber && clear.isNumber) return `has ${numberText(value)} in the bits ${numberText(mask)}`;
  return `has ${set.all} but ${clear.none}`;
}

/** Bits that are all set or all clear, in the words of either; null for no bits. */
function bitWords(family: Family | null, bits: bigint) {
  if (bits === 0n) return null;
  const text = family === null ? numberText(bits) : combined(family, bits, []);
  const isNumber = text.startsWith('0x');
  if ((bits & (bits - 1n)) === 0n) {
    const one = isNumber ? `bit ${text}` : text;
    return { isNumber: false, all: one, none: `not ${one}`, alone: `lacks ${one}` };
  }
  const none = isNumber ? `no bit of ${text}` : `none of ${text}`;
  return { isNumber, all: isNumber ? `all bits of ${text}` : `all of ${text}`, none, alone: `has ${none}` };
}

function familyOf(call: string, index: number): Family | null {
  return BY_ARGUMENT.get(`${call} ${index}`) ?? null;
}

function numberText(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}

/** The one value with this number; or flags, with one value or one bit without a name beside them. */
function combined(family: Family, number: bigint, values: readonly string[]): string {
  const whole = onlyName(values, number);
  if (whole !== null) return whole;
  const set = family.flags.filter((name) => (number & ARGUMENT_CONSTANTS[name]!) !== 0n);
  const rest = set.reduce((left, name) => left & ~ARGUMENT_CONSTANTS[name]!, number);
  if (set.length === 0 || set.length > MOST_FLAGS) return numberText(number);
  if (rest === 0n) return set.join('|');
  const other = onlyName(values, rest) ?? ((rest & (rest - 1n)) === 0n ? numberText(rest) : null);
  return other === null ? numberText(number) : [...set, other].join('|');
}

function onlyName(names: readonly string[], number: bigint): string | null {
  const found = names.filter((name) => ARGUMENT_CONSTANTS[name] === number);
  return found.length === 1 ? found[0]! : null;
}
