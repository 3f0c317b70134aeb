import type { Change, Side, Term } from '../../../compiler/analysis/difference/change.ts';
import { parseArgumentValue } from '../../../compiler/domain/syscalls/constants.ts';
import { SYSCALLS } from '../../../compiler/domain/syscalls/table.ts';
import type { Access } from '../../../compiler/ir/access.ts';

/** What the words for rights mean, from the manual page of Landlock (landlock(7)). */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  read: ['read_file', 'read_dir'],
  write: [
    ...[
      'write_file',
      'truncate',
      'remove_dir',
      'remove_file',
      'make_dir',
      'make_reg',
      'make_sock',
      'make_fifo',
    ],
    ...['make_sym', 'refer', 'ioctl_dev'],
  ],
  execute: ['execute'],
};

/** Whether the sides of a change, read as a person reads them, hold an access of its facet. */
export function holdsAccess({ sides }: Change, access: Access): boolean {
  return sides.every((side) => sideHolds(side, access));
}

function sideHolds({ name, terms }: Side, access: Access): boolean {
  const matches = matcherOf(name, access);
  return matches === null || terms.some((term) => termHolds(term, matches));
}

function termHolds({ all, except }: Term, matches: (pattern: string) => boolean): boolean {
  return all.every(matches) && !except.some(matches);
}

/** How a value of the side is told from others; null where an access says nothing about it. */
function matcherOf(side: string, access: Access): ((pattern: string) => boolean) | null {
  switch (access.facet) {
    case 'filesystem':
      if (side === 'path') return (pattern) => pathMatches(pattern, access.path);
      return side === 'right' ? (word) => (RIGHTS[word] ?? [word]).includes(access.right) : null;
    case 'syscalls':
      if (side === 'syscall') return (pattern) => pattern === access.name;
      return side === 'arguments' ? (pattern) => argumentsMatch(pattern, access.name, access.args) : null;
    case 'process':
      if (side === 'variable')
        return (pattern) => 'environment' in access && nameMatches(pattern, access.environment);
      return side === 'user id' ? (pattern) => 'uid' in access && String(access.uid) === pattern : null;
    case 'inference':
      if (side === 'route') return (pattern) => pattern === access.route;
      return side === 'model' ? (pattern) => pattern === access.model : null;
    case 'resources':
      if (side === 'resource') return (pattern) => pattern === access.resource;
      return side === 'amount' ? (pattern) => amountMatches(pattern, access.amount) : null;
    default:
      return null;
  }
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('/**') ? path.startsWith(pattern.slice(0, -2)) && path !== '/' : path === pattern;
}

function nameMatches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function amountMatches(pattern: string, amount: number): boolean {
  const [, bound, number] = /^(more than|at most) ([0-9]+)/.exec(pattern)!;
  return bound === 'more than' ? amount > Number(number) : amount <= Number(number);
}

function argumentsMatch(pattern: string, call: string, args: readonly bigint[]): boolean {
  const [any, butNot] = pattern.split(', but not: ');
  return anyMatches(any!, call, args) && !(butNot !== undefined && anyMatches(butNot, call, args));
}

function anyMatches(text: string, call: string, args: readonly bigint[]): boolean {
  return text.split(' or ').some((all) => all.split(' and ').every((test) => testHolds(test, call, args)));
}

function testHolds(test: string, call: string, args: readonly bigint[]): boolean {
  if (test === 'any arguments') return true;
  const [, number, words] = /^arg (\d) (.*)$/.exec(test)!;
  const bits = SYSCALLS.get(call)!.arguments[Number(number)]!;
  const read = BigInt.asUintN(bits, args[Number(number)] ?? 0n);
  const compared = /^(==|!=|<|<=|>|>=) (\S+)$/.exec(words!);
  return compared === null
    ? bitsHold(words!, call, read)
    : comparisonHolds(read, compared[1]!, parseArgumentValue(compared[2]!)!);
}

/** `has X but not Y` and its kin, one part after the other. */
function bitsHold(words: string, call: string, read: bigint): boolean {
  const field = /^has (\S+) in the bits (\S+)$/.exec(words);
  if (field !== null) return (read & parseArgumentValue(field[2]!)!) === parseArgumentValue(field[1]!);
  return words
    .replace(/^lacks /, 'has not ')
    .replace(/^has /, '')
    .split(/ but | with /)
    .every((part) => partHolds(part, call, read));
}

const TYPES: Readonly<Record<string, string>> = {
  socket: 'SOCK_TYPE_MASK',
  socketpair: 'SOCK_TYPE_MASK',
  mknod: 'S_IFMT',
  mknodat: 'S_IFMT',
};

function partHolds(part: string, call: string, read: bigint): boolean {
  const parts =
    /^(?:(the type) |(none of |no bit of |not bit |not )|(?:all of |all bits of |bit )?)(\S+)$/.exec(part);
  if (parts === null) throw new Error(`cannot be read: ${part}`);
  const named = parseArgumentValue(parts[3]!)!;
  if (parts[1] !== undefined) return (read & parseArgumentValue(TYPES[call]!)!) === named;
  return (read & named) === (parts[2] === undefined ? named : 0n);
}

function comparisonHolds(read: bigint, symbol: string, value: bigint): boolean {
  const holds = {
    '==': read === value,
    '!=': read !== value,
    '<': read < value,
    '<=': read <= value,
    '>': read > value,
    '>=': read >= value,
  };
  return holds[symbol as keyof typeof holds];
}
